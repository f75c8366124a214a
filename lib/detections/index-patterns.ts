import { lucenePattern } from './lucene-pattern.ts';

/**
 * True when a name in a role's index privileges covers an index: the name itself, a pattern with `*` and `?`, or, between
 * slashes, a regular expression of Lucene. Takes time linear in the index name, whatever the pattern.
 */
export function coversIndex(pattern: string, index: string): boolean {
  if (pattern.length > 1 && pattern.startsWith('/') && pattern.endsWith('/')) {
    return lucenePattern(pattern.slice(1, -1))?.(index) ?? false;
  }
  return coversByWildcard(pattern, index);
}

/** Each step looks at the positions of the pattern that may have been reached, so nothing is tried twice. */
function coversByWildcard(pattern: string, index: string): boolean {
  let reached = afterStars(pattern, new Set([0]));
  for (const character of index) {
    const next = new Set<number>();
    for (const position of reached) {
      const symbol = pattern.charAt(position);
      if (symbol === '*') next.add(position);
      else if (symbol === '?' || (symbol === character && position < pattern.length)) next.add(position + 1);
    }
    reached = afterStars(pattern, next);
  }
  return reached.has(pattern.length);
}

/** A star may also stand for nothing. */
function afterStars(pattern: string, positions: Set<number>): Set<number> {
  for (const position of positions) if (pattern.charAt(position) === '*') positions.add(position + 1);
  return positions;
}
