import { describe, expect, it } from 'vitest';
import {
  exchanged,
  itemKey,
  keyOfGeneratedId,
  newTieBreaker,
  partitionsOf,
  valuePrefix,
} from '../../../lib/lists/item-keys.ts';
import fc from '../../support/fast-check.ts';

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const place = fc.record({ space: fc.constantFrom('default', 'a', 'space_1-x'), incarnation: hex(12) });
const canonical = fc.string({ unit: 'binary' });

it('makes tie breakers and ids that are UUIDs of version 4', () => {
  fc.assert(
    fc.property(place, canonical, (where, value) => {
      const tieBreaker = newTieBreaker(where, value);
      expect(tieBreaker).toMatch(UUID_V4);
      expect(exchanged(tieBreaker)).toMatch(UUID_V4);
    }),
  );
});

it('leads from a tie breaker to its id and back', () => {
  fc.assert(
    fc.property(fc.uuid({ version: 4 }), (uuid) => {
      const other = exchanged(uuid);
      expect(exchanged(other ?? '')).toBe(uuid);
      expect(other).toMatch(UUID_V4);
    }),
  );
});

it('leads from an id to the address of its item, in the space that is asked', () => {
  fc.assert(
    fc.property(place, canonical, (where, value) => {
      const tieBreaker = newTieBreaker(where, value);
      const address = itemKey(where, tieBreaker);
      expect(keyOfGeneratedId(where.space, exchanged(tieBreaker) ?? '')).toEqual(address);
      expect(keyOfGeneratedId('elsewhere', exchanged(tieBreaker) ?? '')).not.toEqual(address);
      expect(address.sk).toBe(tieBreaker);
    }),
  );
});

it('puts all items of a value under one prefix of one partition of the list', () => {
  fc.assert(
    fc.property(place, canonical, (where, value) => {
      const { pk, prefix } = valuePrefix(where, value);
      const address = itemKey(where, newTieBreaker(where, value));
      expect(address.pk).toBe(pk);
      expect(address.sk.startsWith(prefix)).toBe(true);
      expect(partitionsOf(where)).toContain(pk);
    }),
  );
});

it('never gives two items of a value the same address', () => {
  const where = { space: 'default', incarnation: '0123456789ab' };
  const made = Array.from({ length: 1_000 }, () => newTieBreaker(where, '10.0.0.1'));
  expect(new Set(made).size).toBe(1_000);
});

it('read one after the other, the partitions have the order of the tie breakers', () => {
  fc.assert(
    fc.property(place, fc.array(canonical, { maxLength: 50 }), (where, values) => {
      const addresses = values.map((value) => itemKey(where, newTieBreaker(where, value)));
      const partitions = partitionsOf(where);
      const inTurn = partitions.flatMap((pk) =>
        addresses
          .filter((address) => address.pk === pk)
          .map(({ sk }) => sk)
          .sort(),
      );
      expect(inTurn).toEqual(addresses.map(({ sk }) => sk).sort());
      expect(partitions).toHaveLength(16);
    }),
  );
});

it('spreads values over all partitions', () => {
  const where = { space: 'default', incarnation: '0123456789ab' };
  const counts = new Map<string, number>();
  for (let index = 0; index < 16_000; index++) {
    const { pk } = valuePrefix(where, `10.0.${index >> 8}.${index & 255}`);
    counts.set(pk, (counts.get(pk) ?? 0) + 1);
  }
  expect(counts.size).toBe(16);
  for (const count of counts.values()) expect(count).toBeGreaterThan(800);
});

describe('an id of another form', () => {
  it.each([
    ['', 'no text'],
    ['my own', 'a text'],
    ['00000000-0000-1000-8000-000000000000', 'a UUID of another version'],
    ['00000000-0000-4000-c000-000000000000', 'a UUID of another variant'],
    ['00000000-0000-4000-8000-00000000000A', 'upper case'],
    ['00000000-0000-4000-8000-000000000000\n', 'a line feed at the end'],
    ['x00000000-0000-4000-8000-000000000000', 'something before it'],
  ])('%j leads nowhere: %s', (id) => {
    expect(exchanged(id)).toBeUndefined();
    expect(keyOfGeneratedId('default', id)).toBeUndefined();
  });
});
