/**
 * What belongs to spaces carries their ids. Records from before spaces carry none: they belong to the default space.
 */
const DEFAULT_SPACE = 'default';
const ALL_SPACES = '*';

/** Whether a space sees what carries these ids. */
export function isSeenIn(space: string, namespaces: readonly string[]): boolean {
  if (namespaces.length === 0) return space === DEFAULT_SPACE;
  return namespaces.includes(space) || namespaces.includes(ALL_SPACES);
}
