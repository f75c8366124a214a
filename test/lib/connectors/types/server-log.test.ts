import { expect, it } from 'vitest';
import { serverLog } from '../../../../lib/connectors/types/server-log.ts';
import { contextWith, refusalOf, runOf } from '../outside.ts';

it.each([
  [{ message: 'hello' }, 'info', 'hello'],
  [{ message: 'hello', level: 'fatal' }, 'fatal', 'hello'],
  [{ message: 'a\n{"level":"error"}', level: 'trace' }, 'trace', 'a\n{"level":"error"}'],
])('logs %j', async (params, level, message) => {
  const lines: unknown[] = [];
  const context = contextWith({ log: (...line) => lines.push(line) });
  expect(await runOf(serverLog, { params }, context)).toEqual({ status: 'ok' });
  expect(lines).toEqual([[level, `Server log: ${message}`]]);
});

it.each([
  [{}, '[message]: expected value of type [string] but got [undefined]'],
  [{ message: 5 }, '[message]: expected value of type [string] but got [number]'],
  [{ message: 'a', x: 1 }, '[x]: definition for this key is missing'],
  [
    { message: 'a', level: 'loud' },
    '[level]: types that failed validation:\n- [level.0]: expected value to equal [trace]\n- [level.1]: expected value to equal [debug]\n- [level.2]: expected value to equal [info]\n- [level.3]: expected value to equal [warn]\n- [level.4]: expected value to equal [error]\n- [level.5]: expected value to equal [fatal]',
  ],
])('refuses %j', (params, text) => {
  expect(refusalOf(serverLog, { params })).toBe(`error validating action params: ${text}`);
});
