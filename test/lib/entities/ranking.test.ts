import { describe, expect, it } from 'vitest';
import { compareValues, firstOf, only } from '../../../lib/entities/ranking.ts';
import fc from '../../support/fast-check.ts';

async function* streamOf<Item>(items: Item[]) {
  yield* items;
}

describe('firstOf', () => {
  it('gives what sorting everything gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer(), { maxLength: 3_000, size: 'max' }), fc.nat(20), async (items, count) => {
        const compare = (one: number, other: number) => one - other;
        const { first, total } = await firstOf(streamOf(items), count, compare);
        expect(first).toEqual(items.toSorted(compare).slice(0, count));
        expect(total).toBe(items.length);
      }),
      { numRuns: 20 },
    );
  });

  it('counts only what passes a test', async () => {
    const even = only(streamOf([1, 2, 3, 4]), (each) => each % 2 === 0);
    expect(await firstOf(even, 1, (one, other) => other - one)).toEqual({ first: [4], total: 2 });
  });
});

describe('compareValues', () => {
  it.each<[unknown[], unknown[], unknown[]]>([
    [
      ['b', 'a', undefined, 'c'],
      ['a', 'b', 'c', undefined],
      ['c', 'b', 'a', undefined],
    ],
    [
      [2, null, 10, 1],
      [1, 2, 10, null],
      [10, 2, 1, null],
    ],
    [
      [true, false],
      [false, true],
      [true, false],
    ],
    [
      ['a', 1],
      [1, 'a'],
      ['a', 1],
    ],
    [
      [['b', 'y'], ['a', 'z'], []],
      [['a', 'z'], ['b', 'y'], []],
      [['a', 'z'], ['b', 'y'], []],
    ],
    [
      [{ x: 1 }, 'a'],
      ['a', { x: 1 }],
      ['a', { x: 1 }],
    ],
  ])('sorts %j', (values, ascending, descending) => {
    // `toSorted` puts undefined last by itself, so values are wrapped.
    const sorted = (direction: 'asc' | 'desc') =>
      values
        .map((value) => ({ value }))
        .sort((one, other) => compareValues(one.value, other.value, direction))
        .map(({ value }) => value);
    expect(sorted('asc')).toEqual(ascending);
    expect(sorted('desc')).toEqual(descending);
  });
});
