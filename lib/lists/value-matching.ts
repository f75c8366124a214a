import { ElasticsearchError } from '../errors/errors.ts';
import { words } from '../kql/words.ts';
import { readDate } from './date-values.ts';
import { ipNumber } from './ip-addresses.ts';
import type { ListType, StoredRange, StoredValue } from './list-types.ts';
import { readFinite, readInteger, readLong } from './numeric-values.ts';

/** How the items of a value are found: by their hash, or by looking at all of them. */
export type ValueMatch =
  | { kind: 'equal'; canonical: string }
  | { kind: 'scan'; matches: (stored: StoredValue) => boolean };

/** A text that is equal for values that Elasticsearch takes for equal: `1` and `1.0` of a double, two spellings of an IP. */
export function canonicalValue(type: ListType, stored: StoredValue): string {
  if (typeof stored !== 'string') return JSON.stringify(stored);
  const point = pointOf(type, stored);
  return point === undefined ? stored : String(point);
}

/**
 * What items of the type are sorted by: numbers, dates and addresses have their own order, other texts that of their
 * characters. Undefined for what has no order.
 */
export function sortValue(type: ListType, stored: StoredValue): string | number | undefined {
  if (typeof stored !== 'string') return undefined;
  const point = pointOf(type, stored);
  if (typeof point !== 'bigint') return point ?? stored;
  // Cursors are JSON, so big integers go as texts: moved above zero and of one length, they keep their order.
  return (point + 2n ** 127n).toString(16).padStart(33, '0');
}

/** A position on the type's axis: number, date or address; undefined for types that have none, and for other texts. */
function pointOf(type: ListType, text: string): bigint | number | undefined {
  switch (type) {
    case 'ip':
    case 'ip_range':
      return ipNumber(text);
    case 'byte':
      return readInteger(text, 8);
    case 'short':
      return readInteger(text, 16);
    case 'integer':
    case 'integer_range':
      return readInteger(text, 32);
    case 'long':
    case 'long_range':
      return readLong(text);
    case 'float':
    case 'float_range':
      return readFinite(text, 'float');
    case 'double':
    case 'double_range':
      return readFinite(text, 'double');
    case 'half_float':
      return readFinite(text, 'half_float');
    case 'date':
    case 'date_nanos':
    case 'date_range': {
      const instant = readDate(text);
      return instant && BigInt(instant.milliseconds) * 1_000_000n + BigInt(instant.nanoseconds);
    }
    default:
      return undefined;
  }
}

/**
 * How to find the items that match a value, as Elasticsearch's term query does: equal after parsing, a range that
 * contains it, a text that has all its words.
 *
 * @throws ElasticsearchError when the type cannot be searched, or the value is none of it
 */
export function matchOf(type: ListType, value: string): ValueMatch {
  switch (type) {
    case 'binary':
      throw unsearchable('Binary fields do not support searching');
    case 'geo_point':
    case 'geo_shape':
    case 'shape':
      throw unsearchable(
        'Geometry fields do not support exact searching, use dedicated geometry queries instead: [list]',
      );
    case 'boolean':
    case 'keyword':
      return { kind: 'equal', canonical: value };
    case 'text': {
      const wanted = words(value);
      return {
        kind: 'scan',
        // A text without words finds nothing, rather than everything.
        matches: (stored) =>
          typeof stored === 'string' && wanted.length > 0 && isSubset(wanted, new Set(words(stored))),
      };
    }
    default: {
      const point = pointOf(type, value);
      if (point === undefined) throw unsearchable(`failed to parse value [${value}] of type [${type}]`);
      if (!type.endsWith('_range')) return { kind: 'equal', canonical: String(point) };
      return { kind: 'scan', matches: (stored) => contains(type, stored, point) };
    }
  }
}

function isSubset(wanted: readonly string[], found: ReadonlySet<string>): boolean {
  return wanted.every((word) => found.has(word));
}

function contains(type: ListType, stored: StoredValue, point: bigint | number): boolean {
  if (typeof stored !== 'string') {
    if (!('gte' in stored)) return false;
    return isBetween(type, stored, point);
  }
  const [address = '', bits = ''] = stored.split('/');
  const base = ipNumber(address);
  if (base === undefined || typeof point !== 'bigint') return false;
  // IPv4 addresses are counted as IPv6 ones, so their prefixes are 96 bits longer.
  const free = BigInt((address.includes(':') ? 128 : 32) - Number(bits));
  return base >> free === point >> free;
}

function isBetween(type: ListType, { gte, lte }: StoredRange, point: bigint | number): boolean {
  const [from, to] = [pointOf(type, gte), pointOf(type, lte)];
  return from !== undefined && to !== undefined && from <= point && point <= to;
}

function unsearchable(reason: string): ElasticsearchError {
  return new ElasticsearchError(400, 'search_phase_execution_exception', reason);
}
