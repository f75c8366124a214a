const MAX_BYTES = 255;
const FORBIDDEN = /[ "*,/<>?\\|]/;

/** Why Elasticsearch takes no index of this name; undefined when it would. */
export function indexNameProblem(name: string): string | undefined {
  if (name === '') return 'must not be empty';
  if (FORBIDDEN.test(name) || !name.isWellFormed()) {
    return `must not contain the following characters [' ','"','*',',','/','<','>','?','\\','|']`;
  }
  if (name.includes('#')) return "must not contain '#'";
  if (name.includes(':')) return "must not contain ':'";
  if (/^[-_+]/.test(name)) return "must not start with '_', '-', or '+'";
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_BYTES) return `index name is too long, (${bytes} > ${MAX_BYTES})`;
  if (name === '.' || name === '..') return "must not be '.' or '..'";
  return name === name.toLowerCase() ? undefined : 'must be lowercase';
}
