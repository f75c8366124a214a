/** A field name or value as it stands in the text. */
export type Literal = {
  /** Offset behind it. */
  end: number;
  quoted: boolean;
  /** The text between unescaped wildcards, escapes resolved: `a*b` is `['a', 'b']`. */
  pieces: string[];
  /** What ended an unquoted one: a special character, ` and ` or ` or `, `not `, or the end of the text. */
  stop: 'quote' | 'special' | 'conjunction' | 'not' | 'end';
  /** Whether the search for keywords has looked for a space at `end`; this shows in the lists of syntax errors. */
  spaceTried: boolean;
};

/** The characters KQL takes for spaces, as a class of a regular expression. */
export const whitespace = '[ \\t\\r\\n\\u00a0]';
const spacesPattern = new RegExp(`${whitespace}*`, 'y');
const conjunctionPattern = /and|or/iy;
const notPattern = /not/iy;
const specialPattern = /[\\():<>"*{}]/y;
const unicodePattern = /\\u[0-9a-f]{4}/iy;
const escapedKeywordPattern = /\\(?:and|or|not)/iy;
const escapedSpacePattern = /\\[trn]/y;
const escapedSpecialPattern = /\\[\\():<>"*{}]/y;
const escapedInQuotesPattern = /\\[\\"]/y;
const quotedEscapes = [escapedSpacePattern, escapedInQuotesPattern, unicodePattern];
// Keywords before `\n`, so that `\not` is the word.
const unquotedEscapes = [escapedKeywordPattern, escapedSpacePattern, escapedSpecialPattern, unicodePattern];

const controlCharacters = new Map([
  ['\\t', '\t'],
  ['\\r', '\r'],
  ['\\n', '\n'],
]);

/** What the (sticky) pattern matches at the offset, or undefined. */
export function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

/** The offset behind the spaces at the given one. */
export function afterSpaces(text: string, offset: number): number {
  return offset + (matchAt(spacesPattern, text, offset)?.length ?? 0);
}

/** The quoted or unquoted literal at the offset; undefined when there is none. */
export function literalAt(text: string, offset: number): Literal | undefined {
  return text.charAt(offset) === '"' ? quotedAt(text, offset) : unquotedAt(text, offset);
}

function quotedAt(text: string, offset: number): Literal | undefined {
  let value = '';
  let at = offset + 1;
  while (at < text.length) {
    if (text.charAt(at) === '"') {
      return { end: at + 1, quoted: true, pieces: [value], stop: 'quote', spaceTried: false };
    }
    const escaped = escapeAt(text, at, quotedEscapes);
    value += escaped?.character ?? text.charAt(at);
    at += escaped?.length ?? 1;
  }
  return undefined;
}

function unquotedAt(text: string, offset: number): Literal | undefined {
  const pieces: string[] = [];
  const spaceTriedAt = new Set<number>();
  let piece = '';
  let at = offset;
  let stop: Literal['stop'] = 'end';
  while (at < text.length) {
    const escaped = escapeAt(text, at, unquotedEscapes);
    if (escaped !== undefined) {
      piece += escaped.character;
      at += escaped.length;
      continue;
    }
    if (text.charAt(at) === '*') {
      pieces.push(piece);
      piece = '';
      at += 1;
      continue;
    }
    const keyword = keywordAt(text, at);
    if (keyword.stop !== undefined) {
      stop = keyword.stop;
      break;
    }
    for (const position of keyword.spaceTriedAt) spaceTriedAt.add(position);
    const end = Math.max(at + 1, afterSpaces(text, at));
    piece += text.slice(at, end);
    at = end;
  }
  if (at === offset) return undefined;
  const spaceTried = stop === 'end' || stop === 'not' || spaceTriedAt.has(at);
  return { end: at, quoted: false, pieces: trimmed([...pieces, piece]), stop, spaceTried };
}

/** What ends an unquoted literal at the offset, if anything does, and where a space was looked for to find that out. */
function keywordAt(text: string, offset: number): { stop?: Literal['stop']; spaceTriedAt: number[] } {
  if (matchAt(specialPattern, text, offset) !== undefined) return { stop: 'special', spaceTriedAt: [] };
  const not = matchAt(notPattern, text, offset);
  if (not !== undefined) {
    const end = offset + not.length;
    return afterSpaces(text, end) > end ? { stop: 'not', spaceTriedAt: [] } : { spaceTriedAt: [end] };
  }
  const word = afterSpaces(text, offset);
  if (word === offset) return { spaceTriedAt: [] };
  const conjunction = matchAt(conjunctionPattern, text, word);
  if (conjunction === undefined) return { spaceTriedAt: [word] };
  const end = word + conjunction.length;
  return afterSpaces(text, end) > end ? { stop: 'conjunction', spaceTriedAt: [] } : { spaceTriedAt: [word, end] };
}

function escapeAt(text: string, offset: number, patterns: readonly RegExp[]) {
  if (text.charAt(offset) !== '\\') return undefined;
  for (const pattern of patterns) {
    const sequence = matchAt(pattern, text, offset);
    if (sequence === undefined) continue;
    return { length: sequence.length, character: characterOf(sequence, pattern === unicodePattern) };
  }
  return undefined;
}

function characterOf(sequence: string, isUnicode: boolean): string {
  if (isUnicode) return String.fromCharCode(Number.parseInt(sequence.slice(2), 16));
  return controlCharacters.get(sequence) ?? sequence.slice(1);
}

function trimmed(pieces: readonly string[]): string[] {
  const last = pieces.length - 1;
  return pieces.map((piece, index) => {
    const start = index === 0 ? piece.trimStart() : piece;
    return index === last ? start.trimEnd() : start;
  });
}
