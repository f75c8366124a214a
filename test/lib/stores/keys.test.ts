import { expect, it } from 'vitest';
import { BadRequest } from '../../../lib/errors/errors.ts';
import { fitsKey, key } from '../../../lib/stores/keys.ts';
import { read } from '../../../lib/stores/read.ts';
import { write } from '../../../lib/stores/write.ts';
import fc from '../../support/fast-check.ts';
import { ownTables } from './store.ts';

ownTables();

const PK_BYTES = 2_048;
const SK_BYTES = 1_024;
const LONE_SURROGATES = ['\ud800', 'a\udfff', '\udc00\ud800', 'tail \ud83d'];

it.each([
  ['an empty partition key', '', 'a', 'an id must not be empty'],
  ['an empty sort key', 'a', '', 'an id must not be empty'],
  ['a partition key of 2,049 bytes', 'p'.repeat(2_049), 'a', 'an id is too long: 2049 bytes where 2048 are allowed'],
  ['a sort key of 1,025 bytes', 'a', 's'.repeat(1_025), 'an id is too long: 1025 bytes where 1024 are allowed'],
  ['a sort key by its bytes', 'a', 'é'.repeat(513), 'an id is too long: 1026 bytes where 1024 are allowed'],
  ...LONE_SURROGATES.flatMap((text): [string, string, string, string][] => [
    ['a lone surrogate in the partition key', text, 'a', 'an id must be well-formed Unicode'],
    ['a lone surrogate in the sort key', 'a', text, 'an id must be well-formed Unicode'],
  ]),
])('refuses %s', (_name, pk, sk, message) => {
  expect(() => key(pk, sk)).toThrow(new BadRequest(message));
});

it.each([
  ['one character each', 'p', 's'],
  ['both at their limits', 'p'.repeat(PK_BYTES), 's'.repeat(SK_BYTES)],
  ['both at their limits in characters of four bytes', '😀'.repeat(PK_BYTES / 4), '😀'.repeat(SK_BYTES / 4)],
  ['control characters', 'a\0b', '\0'],
  ['spaces alone', ' ', ' '],
])('takes %s, and so does the store', async (_name, pk, sk) => {
  const address = key(pk, sk);
  expect(address).toEqual({ pk, sk });
  await write({ table: 'Documents', create: { ...address, here: true } });
  expect(await read('Documents', address)).toMatchObject({ pk, sk, here: true });
});

it('tells of a text whether it can be a sort key', () => {
  expect(fitsKey('s'.repeat(SK_BYTES))).toBe(true);
  for (const text of ['', 's'.repeat(SK_BYTES + 1), '€'.repeat(342), ...LONE_SURROGATES]) {
    expect(fitsKey(text), JSON.stringify(text.slice(0, 20))).toBe(false);
  }
});

it('takes as sort key exactly the texts that fit', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.string({ minLength: 1_000, maxLength: 1_050 }));
  fc.assert(
    fc.property(fc.oneof(text, fc.constantFrom(...LONE_SURROGATES)), (sk) => {
      if (fitsKey(sk)) expect(key('a', sk)).toEqual({ pk: 'a', sk });
      else expect(() => key('a', sk)).toThrow(BadRequest);
    }),
  );
});

it('gives every text that fits a row of its own', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter(fitsKey);
  await fc.assert(
    fc.asyncProperty(text, fc.nat(), async (sk, number) => {
      const address = key('property', sk);
      await write({ table: 'Documents', put: { ...address, number } });
      expect(await read('Documents', address)).toMatchObject({ ...address, number });
    }),
    { numRuns: 30 },
  );
});
