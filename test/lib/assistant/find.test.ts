import { expect, it } from 'vitest';
import { alternativesIn } from '../../../lib/assistant/find.ts';

it('joins alternatives as long as KQL takes them', () => {
  expect(alternativesIn('name', [])).toEqual([]);
  expect(alternativesIn('name', ['a', 'b c', 'd:e'])).toEqual(['name:a OR name:b c OR name:d:e']);
  const long = Array.from({ length: 5 }, () => 'x'.repeat(4_000));
  expect(alternativesIn('n', long).map((text) => text.split(' OR ').length)).toEqual([2, 2, 1]);
});
