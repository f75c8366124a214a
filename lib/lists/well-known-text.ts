/** Well-known text (`POINT (30 10)`), checked as Elasticsearch reads it: keywords in any case, a `#` starts a comment. */

export type GeometryKind = keyof typeof geometries;

type Position = readonly number[];

/** Elasticsearch opens no more collections inside each other. */
const maxDepth = 1_000;

/**
 * The kind of geometry that a text describes, and its position when it is a point; undefined when the text is not valid.
 * What follows a complete geometry is ignored.
 */
export function readGeometry(text: string): { kind: GeometryKind; position?: Position } | undefined {
  const reader = new TokenReader(text);
  try {
    const { kind } = readTagged(reader, 0);
    return kind === 'point' && reader.lastPosition ? { kind, position: reader.lastPosition } : { kind };
  } catch (error) {
    if (error instanceof InvalidText) return undefined;
    throw error;
  }
}

class InvalidText extends Error {}

/** Words, numbers and punctuation of a text, one after the other. */
class TokenReader {
  readonly #tokens: Iterator<RegExpExecArray>;
  #next: string | undefined;
  lastPosition: Position | undefined;

  constructor(text: string) {
    this.#tokens = text.matchAll(/#[^\r\n]*|[A-Za-z0-9.+-]+|[^\s#A-Za-z0-9.+-]/g);
    this.#advance();
  }

  #advance(): void {
    let token: string | undefined;
    do token = this.#tokens.next().value?.[0];
    while (token?.startsWith('#'));
    this.#next = token;
  }

  take(): string {
    const token = this.#next;
    if (token === undefined) throw new InvalidText();
    this.#advance();
    return token;
  }

  /** Takes the token if it is one of those given. */
  skip(...tokens: string[]): boolean {
    if (this.#next === undefined || !tokens.includes(this.#next)) return false;
    this.#advance();
    return true;
  }

  expect(token: string): void {
    if (!this.skip(token)) throw new InvalidText();
  }

  isNumberNext(): boolean {
    return this.#next !== undefined && /^[A-Za-z0-9.+-]/.test(this.#next);
  }

  number(): number {
    const token = this.take();
    const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(token) ? Number(token) : Number.NaN;
    if (!Number.isFinite(number)) throw new InvalidText();
    return number;
  }
}

/** Reads the inside of a geometry and gives the fewest coordinates that a position in it has. */
type Reading = (reader: TokenReader, depth: number) => number;

const geometries = {
  point: (reader) => readPosition(reader).length,
  multipoint: (reader) => readList(reader, () => readMultiPointPosition(reader).length),
  linestring: (reader) => readPositions(reader, 2).dimensions,
  multilinestring: (reader) => readList(reader, () => readBody(reader, () => readPositions(reader, 2).dimensions)),
  polygon: (reader) => readPolygon(reader),
  multipolygon: (reader) => readList(reader, () => readBody(reader, () => readPolygon(reader))),
  bbox: (reader) => readBox(reader),
  geometrycollection: (reader, depth) => readList(reader, () => readTagged(reader, depth + 1).dimensions),
} satisfies Record<string, Reading>;

const isKind = (word: string): word is GeometryKind => Object.hasOwn(geometries, word);

function readTagged(reader: TokenReader, depth: number): { kind: GeometryKind; dimensions: number } {
  if (depth > maxDepth) throw new InvalidText();
  const kind = reader.take().toLowerCase();
  if (!isKind(kind)) throw new InvalidText();
  const hasThird = reader.skip('Z', 'M');
  const dimensions = readBody(reader, () => geometries[kind](reader, depth));
  if (hasThird && dimensions < 3) throw new InvalidText();
  return { kind, dimensions };
}

/** What stands in parentheses, or `EMPTY`. */
function readBody(reader: TokenReader, read: () => number): number {
  if (reader.isNumberNext()) {
    if (reader.take().toUpperCase() !== 'EMPTY') throw new InvalidText();
    return Number.POSITIVE_INFINITY;
  }
  reader.expect('(');
  const dimensions = read();
  reader.expect(')');
  return dimensions;
}

/** One or more items, separated by commas; the fewest coordinates of all. */
function readList(reader: TokenReader, read: () => number): number {
  let dimensions = read();
  while (reader.skip(',')) dimensions = Math.min(dimensions, read());
  return dimensions;
}

/** Longitude or x, latitude or y, and perhaps a height. */
function readPosition(reader: TokenReader): Position {
  const position = [reader.number(), reader.number()];
  if (reader.isNumberNext()) position.push(reader.number());
  reader.lastPosition = position;
  return position;
}

/** In a multipoint the positions may or may not have parentheses of their own. */
function readMultiPointPosition(reader: TokenReader): Position {
  if (!reader.skip('(')) return readPosition(reader);
  const position = readPosition(reader);
  reader.expect(')');
  return position;
}

/** A sequence of at least so many positions, all with the same number of coordinates. */
function readPositions(reader: TokenReader, least: number): { first: Position; last: Position; dimensions: number } {
  const first = readPosition(reader);
  let last = first;
  let count = 1;
  for (; reader.skip(','); count += 1) {
    last = readPosition(reader);
    if (last.length !== first.length) throw new InvalidText();
  }
  if (count < least) throw new InvalidText();
  return { first, last, dimensions: first.length };
}

/** The outline and the holes, each closed. */
function readPolygon(reader: TokenReader): number {
  return readList(reader, () => {
    reader.expect('(');
    const { first, last, dimensions } = readPositions(reader, 4);
    reader.expect(')');
    if (first.some((coordinate, axis) => coordinate !== last[axis])) throw new InvalidText();
    return dimensions;
  });
}

/** Least and greatest longitude, then greatest and least latitude. */
function readBox(reader: TokenReader): number {
  const numbers = [reader.number()];
  while (numbers.length < 4) {
    reader.expect(',');
    numbers.push(reader.number());
  }
  const [, , north = 0, south = 0] = numbers;
  if (north < south) throw new InvalidText();
  return 2;
}
