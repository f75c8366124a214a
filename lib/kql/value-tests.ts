import { ElasticsearchError } from '../errors/errors.ts';
import { instantsOf } from './date-math.ts';
import { isAnything, type KqlValue, type RangeOperator } from './node.ts';
import { finder, wildcard } from './wildcard.ts';
import { words } from './words.ts';

/** How a field's values compare. Without a type, numbers and booleans are what they are, strings are keywords. */
export type ScalarType = 'keyword' | 'text' | 'date' | 'number' | 'boolean';

/** Whether one value, neither null nor object nor array, satisfies a clause. */
export type ValueTest = (value: unknown, type: ScalarType | undefined) => boolean;

const numberPattern = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const isoDatePattern = /^\d{4}-\d{2}-\d{2}(?:T|$)/;

/**
 * The test of `field:value`. `query` names the Elasticsearch query that refuses `null`: it has no text to look for, and
 * an `ElasticsearchError` (400) says so.
 */
export function equalityTest(value: KqlValue, now: Date, query: 'match' | 'multi_match'): ValueTest {
  switch (value.kind) {
    case 'null':
      throw new ElasticsearchError(400, 'illegal_argument_exception', `[${query}] requires query value`);
    case 'boolean':
      return textTest(String(value.value), false, now);
    case 'text':
      return textTest(value.text, value.quoted, now);
    case 'wildcard':
      return isAnything(value) ? () => true : queryStringTest(value.pieces, now);
  }
}

/** The test of `field >= bound`. A date in the bound that names a whole unit is compared from its nearer end. */
export function rangeTest(operator: RangeOperator, bound: KqlValue, now: Date): ValueTest {
  if (bound.kind === 'null') return () => true; // to Elasticsearch an open end
  const text = textOf(bound);
  const number = numberOf(text);
  const instants = instantsOf(text, now);
  return (value, type) => {
    switch (type ?? orderOf(value, instants !== undefined)) {
      case 'number':
        return number !== undefined && isWithin(operator, numberOf(value), { from: number, to: number });
      case 'date':
        return instants !== undefined && isWithin(operator, instantOf(value), instants);
      default:
        return isWithin(operator, String(value), { from: text, to: text });
    }
  };
}

function textOf(value: Exclude<KqlValue, { kind: 'null' }>): string {
  if (value.kind === 'wildcard') return value.pieces.join('*');
  return value.kind === 'boolean' ? String(value.value) : value.text;
}

/** A string without a type has the order of dates when both sides are dates. */
function orderOf(value: unknown, isDateBound: boolean): ScalarType {
  if (typeof value === 'string' && isDateBound && isoDatePattern.test(value)) return 'date';
  return typeof value === 'number' ? 'number' : 'keyword';
}

function isWithin<T extends number | string>(
  operator: RangeOperator,
  value: T | undefined,
  bound: { from: T; to: T },
): boolean {
  if (value === undefined) return false;
  switch (operator) {
    case '<':
      return value < bound.from;
    case '<=':
      return value <= bound.to;
    case '>':
      return value > bound.to;
    case '>=':
      return value >= bound.from;
  }
}

function textTest(text: string, isPhrase: boolean, now: Date): ValueTest {
  const number = numberOf(text);
  const instants = instantsOf(text, now);
  const wanted = words(text);
  const anyOf = new Set(wanted);
  const phrase = finder(wanted);
  return (value, type) => {
    switch (type ?? typeof value) {
      case 'number':
        return number !== undefined && numberOf(value) === number;
      case 'date': {
        const instant = instantOf(value);
        return instants !== undefined && instant !== undefined && instants.from <= instant && instant <= instants.to;
      }
      case 'text': {
        const found = words(String(value));
        if (isPhrase) return wanted.length > 0 && phrase(found, 0) !== -1;
        return found.some((word) => anyOf.has(word));
      }
      default:
        return String(value) === text;
    }
  };
}

/** A value with wildcards is a query string to Elasticsearch: each of its words counts alone, and one is enough. */
function queryStringTest(pieces: readonly string[], now: Date): ValueTest {
  const tests = terms(pieces).map((term) =>
    term.length > 1 ? wildcardTest(term) : textTest(term.join(''), false, now),
  );
  return (value, type) => tests.some((test) => test(value, type));
}

function terms(pieces: readonly string[]): string[][] {
  const found: string[][] = [];
  let term: string[] = [];
  pieces.forEach((piece, index) => {
    const [head = '', ...tail] = piece.split(/\s+/);
    if (index === 0) term = [head];
    else term.push(head);
    for (const text of tail) {
      found.push(term);
      term = [text];
    }
  });
  return [...found, term].filter((parts) => parts.length > 1 || parts[0] !== '');
}

function wildcardTest(pieces: readonly string[]): ValueTest {
  if (pieces.every((piece) => piece === '')) return () => true;
  const matches = wildcard(pieces);
  const matchesWord = wildcard(pieces.map((piece) => piece.toLowerCase()));
  return (value, type) => {
    if (type === 'text') return words(String(value)).some(matchesWord);
    return typeof value === 'string' && type !== 'date' && matches(value);
  };
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && numberPattern.test(value) ? Number(value) : undefined;
}

function instantOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? instantsOf(value, new Date(Number.NaN))?.from : undefined;
}
