import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { exportItems } from '../../../lib/lists/export-items.ts';
import { checkFileName, importItems } from '../../../lib/lists/import-items.ts';
import type { ValueList } from '../../../lib/lists/lists.ts';
import { intercept, ownTables, passAfter, serviceError, stoppedClock } from '../stores/store.ts';
import { by, givenList } from './given.ts';

ownTables();

const LATER = Number.POSITIVE_INFINITY;
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);
const linesOf = async (list: ValueList) => (await Array.fromAsync(exportItems(list))).join('').split('\n').slice(0, -1);
const failureOf = (work: Promise<void>) =>
  work.then(
    () => undefined,
    (error: Error & { status: number }) => error,
  );

describe('checkFileName', () => {
  it.each([
    ['ips.txt', 'ips.txt'],
    ['IPS.CSV', 'IPS.CSV'],
    ['a.b.txt', 'a.b.txt'],
    ['%C3%A4.txt', 'ä.txt'],
    ['%.txt', '%.txt'],
  ])('takes %j', (filename, name) => {
    expect(checkFileName(filename)).toBe(name);
  });

  it.each([
    [undefined, 400],
    ['', 400],
    ['ips', 415],
    ['ips.pdf', 415],
    ['.csv', 415],
    ['ips.txt ', 415],
    ['ips.txt.exe', 415],
  ])('refuses %j with %d', (filename, status) => {
    expect(() => checkFileName(filename)).toThrow(expect.objectContaining({ status }));
  });
});

describe('an import that is too slow', () => {
  it.each([
    ['half-way', 20],
    ['at once', 0],
  ])('ends at the deadline (%s) and says exactly how many lines are in the list', async (_name, batches) => {
    const list = await givenList();
    const { deadline, pass } = stoppedClock();
    let written = 0;
    intercept(async ({ name }, send) => {
      if (name === 'BatchWriteCommand' && ++written === batches) pass();
      return send();
    });
    if (batches === 0) pass();
    const error = await failureOf(importItems(list, numbered(2_000).join('\n'), by(), deadline));
    const standing = (await linesOf(list)).length;
    expect(error).toMatchObject({
      status: 500,
      message: `The import stopped before its end because the time for one request is over: ${standing} of 2000 lines are in the list.`,
    });
    expect(standing).toBeLessThan(2_000);
    expect(standing > 0).toBe(batches > 0);
  });

  it('counts what stands of a batch whose rest the deadline cut off', async () => {
    const list = await givenList();
    const clock = stoppedClock();
    intercept(async ({ name, input }, send) => {
      if (name !== 'BatchWriteCommand') return send();
      const [[table, requests]] = Object.entries<unknown[]>(input.RequestItems) as [[string, unknown[]]];
      input.RequestItems = { [table]: requests.slice(0, -5) };
      return { ...(await send()), UnprocessedItems: { [table]: requests.slice(-5) } };
    });
    passAfter(8, 'BatchWriteCommand', clock);
    const error = await failureOf(importItems(list, numbered(200).join('\n'), by(), clock.deadline));
    const standing = (await linesOf(list)).length;
    expect(standing).toBe(160);
    expect(error?.message).toContain(`${standing} of 200 lines`);
  });

  it('is complete when its last line was written as the deadline passed', async () => {
    const list = await givenList();
    const clock = stoppedClock();
    passAfter(4, 'BatchWriteCommand', clock);
    await importItems(list, numbered(100).join('\n'), by(), clock.deadline);
    expect(await linesOf(list)).toHaveLength(100);
  });
});

it('says how many lines stand when the store fails', async () => {
  const list = await givenList();
  let batches = 0;
  intercept(async ({ name }, send) => {
    if (name === 'BatchWriteCommand' && ++batches === 20) throw serviceError('InternalServerError');
    return send();
  });
  const error = await failureOf(importItems(list, numbered(1_000).join('\n'), by(), LATER));
  const standing = (await linesOf(list)).length;
  expect(error).toMatchObject({
    status: 500,
    message: `The import stopped before its end because the store refused the rest: ${standing} of 1000 lines are in the list.`,
    cause: expect.objectContaining({ name: 'InternalServerError' }),
  });
  expect(standing).toBeLessThan(1_000);
});

it('writes again what the store leaves unprocessed, nothing twice', async () => {
  const list = await givenList();
  let turn = 0;
  intercept(async ({ name, input }, send) => {
    if (name !== 'BatchWriteCommand' || turn++ % 2 === 1) return send();
    const [[table, requests]] = Object.entries<unknown[]>(input.RequestItems) as [[string, unknown[]]];
    input.RequestItems = { [table]: requests.slice(0, 10) };
    return { ...(await send()), UnprocessedItems: { [table]: requests.slice(10) } };
  });
  await importItems(list, numbered(500).join('\n'), by(), LATER);
  expect((await linesOf(list)).sort()).toEqual(numbered(500).sort());
});

it('counts long lines, which are written one by one, with the others', async () => {
  const list = await givenList({ type: 'text' });
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(49_152))).toString('base64');
  const long = Array.from({ length: 8 }, (_, index) => random.slice(index) + random.slice(0, index)).join('');
  let batches = 0;
  intercept(async ({ name }, send) => {
    if (name === 'BatchWriteCommand' && ++batches > 0) throw serviceError('InternalServerError');
    return send();
  });
  const error = await failureOf(importItems(list, `${long}\nshort`, by(), LATER));
  expect(error?.message).toContain('1 of 2 lines are in the list');
  expect(await linesOf(list)).toEqual([long]);
});

it('has at most eight batches of 25 under way', async () => {
  const list = await givenList();
  let underWay = 0;
  let most = 0;
  const sent = intercept(async ({ name }, send) => {
    if (name !== 'BatchWriteCommand') return send();
    underWay += 1;
    most = Math.max(most, underWay);
    await sleep(2);
    const answer = await send();
    underWay -= 1;
    return answer;
  });
  await importItems(list, numbered(1_000).join('\n'), by(), LATER);
  expect(most).toBe(8);
  for (const { input } of sent) expect(Object.values<unknown[]>(input.RequestItems)[0]).toHaveLength(25);
});
