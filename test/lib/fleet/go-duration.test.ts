import { expect, it } from 'vitest';
import { durationProblem } from '../../../lib/fleet/go-duration.ts';

it.each(['0', '+0', '5m', '1h15m30.5s', '-1.5h', '.5s', '5.s', '300ms', '1µs'])('%s is a duration', (text) => {
  expect(durationProblem(text)).toBeUndefined();
});

it.each([
  ['', 'time: invalid duration ""'],
  ['zz', 'time: invalid duration "zz"'],
  ['-', 'time: invalid duration "-"'],
  ['.s', 'time: invalid duration ".s"'],
  ['1..5s', 'time: missing unit in duration "1..5s"'],
  ['5', 'time: missing unit in duration "5"'],
  ['5d', 'time: unknown unit "d" in duration "5d"'],
  ['1h5 m', 'time: unknown unit " m" in duration "1h5 m"'],
])('%j is none', (text, problem) => {
  expect(durationProblem(text)).toBe(problem);
});
