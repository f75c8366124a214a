import { describe, expect, it } from 'vitest';
import { type ListType, listTypeNames, type StoredValue } from '../../../lib/lists/list-types.ts';
import { canonicalValue, matchOf, sortValue } from '../../../lib/lists/value-matching.ts';
import { checkValue } from '../../../lib/lists/value-validation.ts';
import fc from '../../support/fast-check.ts';

const finds = (type: ListType, value: string, stored: StoredValue): boolean => {
  const match = matchOf(type, value);
  return match.kind === 'equal' ? match.canonical === canonicalValue(type, stored) : match.matches(stored);
};
const between = (gte: string, lte: string) => ({ gte, lte });

describe('a value', () => {
  it.each<[ListType, string, StoredValue, boolean]>([
    ['ip', '10.0.0.1', '10.0.0.1', true],
    ['ip', '::ffff:a00:1', '10.0.0.1', true],
    ['ip', '2001:DB8::1', '2001:db8:0:0:0:0:0:1', true],
    ['ip', '10.0.0.1', '10.0.0.2', false],
    ['byte', '7', '7.9', true],
    ['short', '1e3', '1000', true],
    ['integer', '+5', '5', true],
    ['long', '9007199254740993', '9007199254740992', false],
    ['double', '1e1', '10.0', true],
    ['float', '0.1', '0.10000000149', true],
    ['double', '0.1', '0.10000000149', false],
    ['half_float', '1', '1.0', true],
    ['date', '2025-01-01', '2025-01-01T01:00:00+01:00', true],
    ['date', '1735689600000', '2025', true],
    ['date_nanos', '2025-01-01T00:00:00.000000001Z', '2025-01-01', false],
    ['keyword', 'a', 'a', true],
    ['keyword', 'a', 'A', false],
    ['keyword', '1', '1.0', false],
    ['boolean', 'true', 'true', true],
    ['text', 'FOX quick', 'The quick brown fox', true],
    ['text', 'quick fox', 'quick', false],
    ['text', '...', '...', false],
    ['ip_range', '10.0.0.1', between('10.0.0.1', '10.0.0.1'), true],
    ['ip_range', '10.0.0.2', between('10.0.0.1', '10.0.0.3'), true],
    ['ip_range', '10.0.0.4', between('10.0.0.1', '10.0.0.3'), false],
    ['ip_range', '10.255.0.1', '10.0.0.0/8', true],
    ['ip_range', '11.0.0.1', '10.0.0.0/8', false],
    ['ip_range', '10.1.2.3', '10.9.9.9/8', true],
    ['ip_range', '10.0.0.1', '0.0.0.0/0', true],
    ['ip_range', '::1', '0.0.0.0/0', false],
    ['ip_range', '2001:db8:ffff::1', '2001:db8::/32', true],
    ['ip_range', '2001:db9::1', '2001:db8::/32', false],
    ['integer_range', '5', between('1', '5'), true],
    ['integer_range', '6', between('1', '5'), false],
    ['long_range', '9223372036854775806', between('0', '9223372036854775807'), true],
    ['double_range', '1.5', between('1', '2'), true],
    ['float_range', '-1', between('0', '1'), false],
    ['date_range', '2025-01-15', between('2025-01-01', '2025-02-01'), true],
    ['date_range', '2025-02-02', between('2025-01-01', '2025-02-01'), false],
  ])('of a list of %s, %j, compared with %j: %j', (type, value, stored, equal) => {
    expect(finds(type, value, stored)).toBe(equal);
  });

  it.each<[ListType, string, string]>([
    ['binary', 'x', 'Binary fields do not support searching'],
    ['geo_point', '1,2', 'Geometry fields do not support exact searching'],
    ['geo_shape', 'POINT (1 2)', 'Geometry fields do not support exact searching'],
    ['shape', 'POINT (1 2)', 'Geometry fields do not support exact searching'],
    ['ip', 'host', 'failed to parse value [host] of type [ip]'],
    ['ip_range', '1-2', 'failed to parse value [1-2] of type [ip_range]'],
    ['integer', '2147483648', 'failed to parse value [2147483648] of type [integer]'],
    ['date_range', 'x', 'failed to parse value [x] of type [date_range]'],
  ])('of a list of %s, %j, cannot be searched for', (type, value, reason) => {
    expect(() => matchOf(type, value)).toThrow(
      expect.objectContaining({ status: 400, type: 'search_phase_execution_exception' }),
    );
    expect(() => matchOf(type, value)).toThrow(reason);
  });

  it('finds itself, whatever the type', () => {
    const searchable = listTypeNames.filter((type) => !/^binary$|shape$|^geo/.test(type));
    const value = fc.oneof(fc.ipV4(), fc.ipV6(), fc.integer().map(String), fc.double().map(String), fc.string());
    fc.assert(
      fc.property(fc.constantFrom(...searchable), value, (type, text) => {
        const stored = type.endsWith('_range') ? between(text, text) : text;
        fc.pre(checkValue(type, stored) === undefined && /[\p{L}\p{N}]/u.test(text));
        fc.pre(type !== 'date_range' || !text.includes('||'));
        expect(finds(type, text, stored)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('sorts', () => {
  it.each<[ListType, StoredValue[]]>([
    ['integer', ['-10', '-9', '0', '9', '10']],
    ['long', ['-9223372036854775808', '-1', '0', '9223372036854775806', '9223372036854775807']],
    ['double', ['-1e10', '-0.5', '0', '0.5', '1e10']],
    ['half_float', ['1', '9', '10.5']],
    ['ip', ['0.0.0.0', '9.9.9.9', '10.0.0.0', '255.255.255.255', '2001:db8::', 'ffff::']],
    ['date', ['1960', '1970', '1735689600000', '2025-01-02', '2025-01-02T00:00:01Z']],
    ['keyword', ['A', 'B', 'a', 'b']],
  ])('%s', (type, ordered) => {
    const keys = ordered.map((stored) => sortValue(type, stored));
    const compare = (one: string | number = '', other: string | number = '') =>
      one < other ? -1 : one > other ? 1 : 0;
    expect(keys.toReversed().toSorted(compare)).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each<[ListType, StoredValue]>([
    ['ip_range', between('1.1.1.1', '1.1.1.2')],
    ['geo_point', { lat: '1', lon: '2' }],
  ])('no %s: it has no order', (type, stored) => {
    expect(sortValue(type, stored)).toBeUndefined();
  });
});
