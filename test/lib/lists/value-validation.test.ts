import { describe, expect, it } from 'vitest';
import { type ListType, listTypeNames } from '../../../lib/lists/list-types.ts';
import { parseValues } from '../../../lib/lists/serializer.ts';
import { checkValue, parsingFailure } from '../../../lib/lists/value-validation.ts';
import fc from '../../support/fast-check.ts';
import { endsSoon } from '../../support/soon.ts';

const accepted: [ListType, string[]][] = [
  ['binary', ['U29tZQ==', 'not base64!']],
  ['boolean', ['true', 'false', '']],
  ['byte', ['127', '-128', '127.9', '1e2', '.5', '+3', 'NaN']],
  ['short', ['32767', '-32768', '3.7']],
  ['integer', ['2147483647', '-2147483648', '1.9']],
  [
    'long',
    [
      '9223372036854775807',
      '-9223372036854775808',
      '9223372036854775807.9',
      '92233720368547758e2',
      '1e-400',
      '0e99',
      '000000000000000000000001',
    ],
  ],
  ['double', ['1.7e308', '-1', '1d', '5.']],
  ['float', ['3.4e38', '1e-60']],
  ['half_float', ['65504', '65519.9', '-65504']],
  [
    'date',
    [
      '2025',
      '2025-02',
      '2024-02-29',
      '2025-01-01T',
      '2025-01-01T10',
      '2025-01-01T10:11Z',
      '2025-01-01T10:11:12.123456789+02:00',
      '2025-01-01T10:11:12,5-0330',
      '1736311654273',
      '-5',
      '12345.25',
      '-0001-01-01',
    ],
  ],
  ['date_nanos', ['1970-01-01', '2262-04-11T23:47:16.854775807Z', '0']],
  [
    'date_range',
    [
      '2025-01-01,2025-01-01',
      '2025,2026',
      '1000,2000',
      '2025-01-01||+1M/d,2026',
      '2024-12-31T23:00:00-02:00,2025-01-01T01:00:00Z',
    ],
  ],
  ['double_range', ['1-2', '1e5', '0.5']],
  ['float_range', ['1.5-2.5']],
  ['integer_range', ['1-5', '1.2-1.1', '7']],
  ['long_range', ['9223372036854775806-9223372036854775807']],
  ['ip', ['1.2.3.4', '::1', '2001:db8::8:800:200c:417a', '::ffff:1.2.3.4', 'fe80::1%eth0']],
  [
    'ip_range',
    [
      '10.0.0.0/8',
      '10.1.2.3/0',
      '2001:db8::/32',
      '1.2.3.4-1.2.3.5',
      '1.2.3.4',
      '1.2.3.4-2001::',
      '::-::1',
      '::ffff:1.2.3.4-1.2.3.5',
    ],
  ],
  [
    'geo_point',
    ['41.12,-71.34', '90,180', '-90,-180', 'POINT (-71.34 41.12)', 'point(1 2 3)', 'POINT EMPTY', 'drm3btev3e86'],
  ],
  [
    'geo_shape',
    [
      '41.12,-71.34',
      'POINT Z (1 2 3)',
      'LINESTRING (1 2, 3 4)',
      'POLYGON ((0 0, 0 1, 1 1, 0 0), (0 0, 0 .5, .5 .5, 0 0))',
      'MULTIPOINT (1 2, 3 4)',
      'MULTIPOINT ((1 2), (3 4))',
      'MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))',
      'MULTIPOLYGON (((0 0, 0 1, 1 1, 0 0)), ((0 0, 0 1, 1 1, 0 0)))',
      'GEOMETRYCOLLECTION (POINT (1 2), LINESTRING EMPTY)',
      'BBOX (10, 20, 40, 30)',
    ],
  ],
  ['shape', ['POLYGON ((-1000 -1000, 1000 -1000, 1000 1000, -1000 -1000))', 'POINT (1 2) # comment']],
  ['keyword', ['x'.repeat(32_766), 'é'.repeat(16_383)]],
  ['text', ['x'.repeat(100_000)]],
];

const refused: [ListType, string[]][] = [
  ['boolean', ['True', 'yes', '1']],
  ['byte', ['128', '-129', 'a', '', '0x10', '1_000']],
  ['short', ['32767.5', '40000']],
  ['integer', ['2147483648', 'abc', '1,5', 'Infinity']],
  ['long', ['9223372036854775808', '-9223372036854775809', '1e19', 'NaN', '', '.', 'e5', ' 1 2']],
  ['double', ['1e309', 'NaN', 'Infinity', 'one', '']],
  ['float', ['1e39', '--1']],
  ['half_float', ['65520', '1e5']],
  [
    'date',
    [
      '2025-02-30',
      '2025-13',
      '2025-00-01',
      '2025-1-1',
      '20250101x',
      'now',
      '2025-01-01T24',
      '2025-01-01T10:60',
      '2025-01-01 10:00',
      '2025-01T10',
      '2025-01-01T10:11:12.',
      '2025-01-01T10+19:00',
      '2025-01-01TZ',
      '',
      '9999999999999999999',
    ],
  ],
  ['date_nanos', ['1969-12-31', '2262-04-11T23:47:16.854775808Z', '2263']],
  ['date_range', ['2026,2025', 'now,2025', '2025,x', '2025||x,2026', 'x']],
  ['double_range', ['2-1', 'a-b']],
  ['float_range', ['1-1e39']],
  ['integer_range', ['5-1', '1-2147483648', '-5--1', 'x']],
  ['long_range', ['9223372036854775807-9223372036854775806', '1-x']],
  ['ip', ['1.2.3', '1.2.3.256', '01.2.3.4', 'host', '1::2::3', '10.0.0.0/8', '', '::1%', '12345']],
  [
    'ip_range',
    [
      '10.0.0.0/33',
      '10.0.0.0/x',
      '10.0.0.0/',
      '/8',
      '::/129',
      '::ffff:1.2.3.4/8',
      '10.0.0.0/8/8',
      '10.0.0.0/-1',
      '1.2.3.5-1.2.3.4',
      'a-b',
      '2001::-1.2.3.4',
      'host',
    ],
  ],
  [
    'geo_point',
    [
      '91,0',
      '0,181',
      'a,b',
      'LINESTRING (1 2, 3 4)',
      'POINT (0 91)',
      'POINT (0',
      'POINT (181 0)',
      'endpoint',
      'drm3bteva',
      'DRM3',
      'NaN,1',
    ],
  ],
  [
    'geo_shape',
    [
      'POINT (1)',
      'POINT (1 2',
      'POINT 1 2',
      'POINT Z (1 2)',
      'LINESTRING (1 2)',
      'LINESTRING (1 2, 3 4 5)',
      'POLYGON ((0 0, 0 1, 1 1))',
      'POLYGON ((0 0, 0 1, 1 1, 1 0))',
      'POLYGON (0 0, 0 1, 1 1, 0 0)',
      'MULTIPOINT (1 2, )',
      'GEOMETRYCOLLECTION (FOO (1 2))',
      'BBOX (10, 20, 30, 40)',
      'BBOX (10, 20, 30)',
      'CIRCLE (1 2 3)',
      'POINT (NaN 1)',
      'constructor (1 2)',
      '',
    ],
  ],
  ['shape', ['a,b', 'triangle']],
  ['keyword', ['x'.repeat(32_767), 'é'.repeat(16_384)]],
];

const rows = (table: [ListType, string[]][]) =>
  table.flatMap(([type, texts]) => texts.map((text) => [type, text] as const));

const check = (type: ListType, text: string) => {
  const [stored] = parseValues([text], { type });
  return stored === null || stored === undefined ? 'not stored' : checkValue(type, stored);
};

describe('checkValue', () => {
  it('is tried with values of every type', () => {
    expect(accepted.map(([type]) => type).sort()).toEqual([...listTypeNames].sort());
  });
  it.each(rows(accepted))('accepts %s %.60s', (type, text) => expect(check(type, text)).toBeUndefined());
  it.each(rows(refused))('refuses %s %.60s', (type, text) => expect(check(type, text)).toBeTypeOf('string'));

  it('takes points and texts of a custom serializer', () => {
    expect(checkValue('geo_point', '41.12,-71.34')).toBeUndefined();
    expect(checkValue('geo_point', '41.12,-71.34,100')).toBeUndefined();
    expect(checkValue('geo_point', '41.12,-71.34,100,5')).toBe('41.12,-71.34,100,5');
    expect(checkValue('geo_point', '41.12,-71.34,x')).toBe('41.12,-71.34,x');
    expect(checkValue('keyword', { gte: '1', lte: '2' })).toBe('1');
    expect(checkValue('ip', { lat: '1', lon: '2' })).toBe('null');
  });

  it('follows collections in collections as far as Elasticsearch', () => {
    const nested = (depth: number) => `${'GEOMETRYCOLLECTION ('.repeat(depth)}POINT (1 2)${')'.repeat(depth)}`;
    expect(checkValue('geo_shape', nested(1_000))).toBeUndefined();
    expect(checkValue('geo_shape', nested(1_001))).toBeTypeOf('string');
    expect(checkValue('geo_shape', 'GEOMETRYCOLLECTION ('.repeat(50_000))).toBeTypeOf('string');
  });

  it('never throws and stays quick', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789.-+eET:/,() POINTZM') }));
    fc.assert(
      fc.property(fc.constantFrom(...listTypeNames), text, (type, value) => {
        check(type, value);
        checkValue(type, value);
        checkValue(type, { lat: value, lon: value });
      }),
      { numRuns: 2_000 },
    );
    return endsSoon(() => {
      for (const type of listTypeNames) {
        for (const unit of ['1', '.', '-', ' ', ':', '(', '1 ', '||', 'POINT(']) checkValue(type, unit.repeat(200_000));
      }
    });
  });
});

describe('parsingFailure', () => {
  it.each<[ListType, string, string]>([
    ['ip', 'foo', "failed to parse field [ip] of type [ip] in document with id '7'. Preview of field's value: 'foo'"],
    [
      'ip_range',
      '1.2.3.4-x',
      "failed to parse field [ip_range] of type [ip_range] in document with id '7'. Preview of field's value: 'x'",
    ],
    [
      'ip_range',
      'a-b',
      "failed to parse field [ip_range] of type [ip_range] in document with id '7'. Preview of field's value: 'a'",
    ],
    [
      'long_range',
      '2-1',
      "failed to parse field [long_range] of type [long_range] in document with id '7'. Preview of field's value: 'null'",
    ],
    ['geo_point', '91,0', 'failed to parse field [geo_point] of type [geo_point]'],
    ['shape', 'x', 'failed to parse field [shape] of type [shape]'],
  ])('explains %s %s', (type, text, reason) => {
    expect(parsingFailure(type, check(type, text) ?? 'accepted', '7')).toBe(reason);
  });
});
