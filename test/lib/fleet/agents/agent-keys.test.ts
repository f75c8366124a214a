import { expect, it } from 'vitest';
import { DAY_MS, dayOf, nameInKey, SHARDS, shardOf, spanOf } from '../../../../lib/fleet/agents/agent-keys.ts';
import fc from '../../../support/fast-check.ts';

it('puts every moment into the day that spans it', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 4e12 }), (id, time) => {
      const { from, to } = spanOf(id, dayOf(id, time));
      expect(from).toBeLessThanOrEqual(time);
      expect(to).toBeGreaterThan(time);
      expect(to - from).toBe(DAY_MS);
      // What a day can hold at the most, whoever's it is.
      expect(from).toBeGreaterThan((dayOf(id, time) - 1) * DAY_MS - 1);
      expect(to).toBeLessThanOrEqual((dayOf(id, time) + 1) * DAY_MS);
    }),
  );
});

it('spreads agents over all partitions', () => {
  const counts = new Map<number, number>();
  for (let index = 0; index < 1_600; index++) {
    const shard = shardOf(`agent-${index}`);
    counts.set(shard, (counts.get(shard) ?? 0) + 1);
  }
  expect(counts.size).toBe(SHARDS);
  for (const count of counts.values()) expect(count).toBeGreaterThan(50);
});

it('names texts of any kind so that they fit a key', () => {
  const names = ['', 'a', 'a#b', '\0', 'x'.repeat(1e6)].map(nameInKey);
  expect(new Set(names).size).toBe(5);
  for (const name of names) expect(name).toMatch(/^[\w-]{43}$/);
});
