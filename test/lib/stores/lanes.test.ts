import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inLanes } from '../../../lib/stores/lanes.ts';
import { slowly } from './store.ts';

it.each([
  ['a list', (items: number[]) => items],
  ['a source that is read on demand', (items: number[]) => slowly(items)],
])('works on each item of %s once, so many at a time', async (_name, source) => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const begun: number[] = [];
  let underWay = 0;
  let most = 0;
  await inLanes(4, source(items), async (item) => {
    begun.push(item);
    most = Math.max(most, ++underWay);
    await turn();
    underWay -= 1;
  });
  expect(begun).toEqual(items);
  expect(most).toBe(4);
});

it('begins nothing after a failure, which it throws', async () => {
  const begun: number[] = [];
  const work = inLanes(2, slowly([0, 1, 2, 3, 4, 5]), async (item) => {
    begun.push(item);
    await turn();
    if (item === 2) throw new Error('two');
  });
  await expect(work).rejects.toThrow('two');
  await turn();
  expect(begun).not.toContain(5);
});
