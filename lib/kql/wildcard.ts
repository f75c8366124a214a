/** Finds a fixed sequence in others: the index of its first element at or after `from`, or -1. */
export type Finder<Element> = (haystack: ArrayLike<Element>, from: number) => number;

/**
 * A finder for the sequence, a string or a list of words. Knuth, Morris and Pratt's way: linear whatever the texts are,
 * because both come from clients.
 */
export function finder<Element>(needle: ArrayLike<Element>): Finder<Element> {
  const fallbacks: number[] = [0];
  const advance = (matched: number, element: Element | undefined): number => {
    let length = matched;
    while (length > 0 && needle[length] !== element) length = fallbacks[length - 1] ?? 0;
    return needle[length] === element ? length + 1 : 0;
  };
  for (let index = 1; index < needle.length; index += 1) {
    fallbacks.push(advance(fallbacks[index - 1] ?? 0, needle[index]));
  }
  return (haystack, from) => {
    if (needle.length === 0) return from;
    let matched = 0;
    for (let index = from; index < haystack.length; index += 1) {
      matched = advance(matched, haystack[index]);
      if (matched === needle.length) return index - matched + 1;
    }
    return -1;
  };
}

/**
 * Whether a whole text matches the pieces between wildcards, case-sensitively: `['a', 'b']` is `a*b`, a single piece is
 * the text itself.
 */
export function wildcard(pieces: readonly string[]): (text: string) => boolean {
  const first = pieces[0] ?? '';
  if (pieces.length < 2) return (text) => text === first;
  const last = pieces.at(-1) ?? '';
  const inner = pieces
    .slice(1, -1)
    .filter((piece) => piece !== '')
    .map((piece) => ({ find: finder(piece), length: piece.length }));
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const { find, length } of inner) {
      const found = find(text, at);
      if (found === -1) return false;
      at = found + length;
    }
    return at <= end;
  };
}
