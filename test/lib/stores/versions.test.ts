import { expect, it } from 'vitest';
import { decodeVersion, encodeVersion, firstVersion } from '../../../lib/stores/versions.ts';
import fc from '../../support/fast-check.ts';

it.each([
  [1, 'WzEsMV0='],
  [2, 'WzIsMV0='],
  [1_234_567_890, 'WzEyMzQ1Njc4OTAsMV0='],
])('writes version %d as %s', (version, text) => {
  expect(encodeVersion(version)).toBe(text);
});

it('reads back every version it writes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), (version) => {
      expect(decodeVersion(encodeVersion(version))).toEqual({ if_seq_no: version, if_primary_term: 1 });
    }),
  );
});

it('reads versions of other primary terms, as Elasticsearch gives them', () => {
  expect(decodeVersion(Buffer.from('[17,3]').toString('base64'))).toEqual({ if_seq_no: 17, if_primary_term: 3 });
});

it.each([
  ['nothing', ''],
  ['plain text', 'not a version'],
  ['a version without base64', '[1,1]'],
  ...['', '[]', '[1]', '[1,2,3]', '["1","1"]', '[1.5,1]', '[-1,1]', '[1,1', '[1,1]x', 'x[1,1]', '{}', 'null', '[1e3,1]']
    .concat('[1,1]\n', '[١,١]', `[${'9'.repeat(16)},1]`)
    .map((text): [string, string] => [`base64 of ${JSON.stringify(text)}`, Buffer.from(text).toString('base64')]),
])('takes %s for no version', (_name, text) => {
  expect(decodeVersion(text)).toBeUndefined();
});

it('answers any text without an error, and only with whole numbers', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
      const decoded = decodeVersion(text);
      if (decoded === undefined) return;
      expect(Object.values(decoded).every(Number.isSafeInteger)).toBe(true);
    }),
  );
});

it('starts at the second of creation, without its fraction', () => {
  expect(firstVersion(new Date('2026-01-02T03:04:05.999Z'))).toBe(Date.UTC(2026, 0, 2, 3, 4, 5) / 1_000);
  expect(firstVersion(new Date(0))).toBe(0);
});
