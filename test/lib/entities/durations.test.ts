import { expect, it } from 'vitest';
import { durationOf } from '../../../lib/entities/durations.ts';

it.each([
  ['30s', 30_000],
  ['5m', 300_000],
  ['12h', 43_200_000],
  ['1d', 86_400_000],
  ['0s', 0],
  ['', undefined],
  ['s', undefined],
  ['1', undefined],
  ['1w', undefined],
  ['1.5h', undefined],
  ['-1h', undefined],
  ['1h ', undefined],
  ['1h1m', undefined],
])('reads %j as %s', (text, milliseconds) => {
  expect(durationOf(text)).toBe(milliseconds);
});
