import { expect, it } from 'vitest';
import { matcherOf } from '../../../lib/saved-objects/search.ts';

const attributes = {
  title: 'Web traffic: daily',
  description: 'Hits per day, über all',
  name: 5,
  panelsJSON: 'secret',
};

it.each([
  ['web', true],
  ['WEB', true],
  ['über', true],
  ['we', false],
  ['we*', true],
  ['*', true],
  ['secret', false],
  ['5', false],
  ['nothing web', true],
  ['nothing | web', true],
  ['nothing + web', false],
  ['hits+web', true],
  ['-web', false],
  ['-nothing', true],
  ['web + -hits', false],
  ['web + -nothing', true],
  ['"web traffic"', true],
  ['"traffic web"', false],
  ['"web traffic" + "per day"', true],
  ['"daily Hits"', false],
  ['"web traf', false],
  ['(web)', true],
  ['web-traffic', true],
  ['', false],
  ['+ | ( )', false],
  ['""', false],
])('%s: %s', (search, expected) => {
  expect(matcherOf(search)(attributes)).toBe(expected);
});

it('is quick for hostile searches', () => {
  const started = performance.now();
  for (const text of ['"'.repeat(100_000), 'a '.repeat(50_000), '-'.repeat(100_000), `${'a*'.repeat(50_000)}`]) {
    matcherOf(text)(attributes);
  }
  expect(performance.now() - started).toBeLessThan(2_000);
});
