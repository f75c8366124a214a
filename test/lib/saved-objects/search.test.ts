import { expect, it } from 'vitest';
import { matcherOf } from '../../../lib/saved-objects/search.ts';
import { endsSoon } from '../../support/soon.ts';

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

it.each([
  ['quotes', '"'.repeat(100_000)],
  ['words', 'a '.repeat(50_000)],
  ['dashes', '-'.repeat(100_000)],
  ['prefixes', 'a*'.repeat(50_000)],
])('is quick for a search of many %s', async (_name, text) => {
  await endsSoon(() => matcherOf(text)(attributes));
});
