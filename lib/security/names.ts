/** Longest user or role name. */
const MAX_LENGTH = 507;

/** What is wrong with a user or role name, in Elasticsearch's words; undefined when it is fine. */
export function nameProblem(kind: 'User' | 'Role', name: string): string | undefined {
  const printable = /^[\x20-\x7e]+$/.test(name);
  if (printable && name.length <= MAX_LENGTH && name.trim() === name) return undefined;
  return `${kind} names must be at least 1 and no more than ${MAX_LENGTH} characters. They can contain alphanumeric characters (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols in the Basic Latin (ASCII) block. Leading or trailing whitespace is not allowed.`;
}
