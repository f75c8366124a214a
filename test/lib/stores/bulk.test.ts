import { setTimeout as sleep } from 'node:timers/promises';
import { ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { deleteRows, putRows } from '../../../lib/stores/bulk.ts';
import { countRows } from '../../../lib/stores/read.ts';
import { tableName } from '../../../lib/stores/tables.ts';
import {
  intercept,
  jitter,
  numbered,
  ownTables,
  partition,
  passAfter,
  record,
  type Sent,
  slowly,
  stoppedClock,
} from './store.ts';

ownTables();

const table = 'ValueLists';
/** Batches that are under way at the same time. */
const LANES = 8;
let tests = 0;
const freshPartition = () => `test ${tests++}`;
const rowsOf = (pk: string, count: number) =>
  Array.from({ length: count }, (_, number) => ({ pk, sk: numbered(number), number }));
type Request = { PutRequest: { Item: { number: number } } };
const requestsOf = ({ input }: Sent): Request[] => input.RequestItems?.[tableName(table)] ?? [];
const standing = (pk: string) => countRows({ table, pk });

it('puts rows in batches of 25, none of them twice', async () => {
  const pk = freshPartition();
  const sent = record();
  expect(await putRows(table, slowly(rowsOf(pk, 260)))).toEqual({ written: 260, complete: true });
  expect(await partition(table, pk)).toEqual(rowsOf(pk, 260));
  expect(sent.filter(({ name }) => name === 'BatchWriteCommand').map((each) => requestsOf(each).length)).toEqual([
    ...Array(10).fill(25),
    10,
  ]);
});

it.each([0, 1, 25, 26])('puts %d rows', async (count) => {
  const pk = freshPartition();
  expect(await putRows(table, slowly(rowsOf(pk, count)))).toEqual({ written: count, complete: true });
  expect(await standing(pk)).toBe(count);
});

it('overwrites what stands there', async () => {
  const pk = freshPartition();
  await putRows(table, slowly([{ pk, sk: 'a', old: true }]));
  await putRows(table, slowly([{ pk, sk: 'a', new: true }]));
  expect(await partition(table, pk)).toEqual([{ pk, sk: 'a', new: true }]);
});

it('deletes rows by their addresses, and counts those that are not there', async () => {
  const pk = freshPartition();
  await putRows(table, slowly(rowsOf(pk, 60)));
  const addressed = [...rowsOf(pk, 50), { pk, sk: 'none', number: 0 }];
  expect(await deleteRows(table, slowly(addressed))).toEqual({ written: 51, complete: true });
  expect(await partition(table, pk)).toEqual(rowsOf(pk, 60).slice(50));
});

it('has eight batches under way, never more', async () => {
  const pk = freshPartition();
  let [now, most] = [0, 0];
  intercept(async (_sent, send) => {
    now += 1;
    most = Math.max(most, now);
    await sleep(5);
    try {
      return await send();
    } finally {
      now -= 1;
    }
  });
  expect(await putRows(table, slowly(rowsOf(pk, 700)))).toEqual({ written: 700, complete: true });
  expect(most).toBe(8);
});

it('takes from its source no more than the batches under way need', async () => {
  const pk = freshPartition();
  let taken = 0;
  async function* source() {
    for (const row of rowsOf(pk, 1_000)) {
      taken += 1;
      yield row;
    }
  }
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  intercept(async (_sent, send) => {
    await gate;
    return send();
  });
  const writing = putRows(table, source());
  await sleep(30);
  expect(taken).toBe(200);
  open();
  expect(await writing).toEqual({ written: 1_000, complete: true });
});

/** Leaves a part of each batch unprocessed, `times` times. */
function leaving(part: number, times: number): Sent[] {
  return intercept(async (sent, send) => {
    if (sent.name !== 'BatchWriteCommand' || times-- <= 0) return send();
    const requests = requestsOf(sent);
    const left = requests.slice(0, Math.ceil(requests.length * part));
    sent.input.RequestItems[tableName(table)] = requests.slice(left.length);
    const answer = left.length < requests.length ? await send() : {};
    return { ...answer, UnprocessedItems: { [tableName(table)]: left } };
  });
}

it.each([
  ['some', 0.4],
  ['all', 1],
])('tries again when %s rows of a batch stay unprocessed', async (_name, part) => {
  const pk = freshPartition();
  const sent = leaving(part, 6);
  expect(await putRows(table, slowly(rowsOf(pk, 60)))).toEqual({ written: 60, complete: true });
  expect(sent).toHaveLength(9);
  expect(await partition(table, pk)).toEqual(rowsOf(pk, 60));
  leaving(part, 6);
  expect(await deleteRows(table, slowly(rowsOf(pk, 60)))).toEqual({ written: 60, complete: true });
  expect(await standing(pk)).toBe(0);
});

it('waits longer from attempt to attempt', async () => {
  jitter(0.999);
  const times: number[] = [];
  intercept(async (sent) => {
    times.push(performance.now());
    return times.length <= 3 ? { UnprocessedItems: sent.input.RequestItems } : {};
  });
  await putRows(table, slowly(rowsOf('nowhere', 1)));
  const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(waits).toHaveLength(3);
  for (const [attempt, wait] of waits.entries()) expect(wait).toBeGreaterThan(18 * 2 ** attempt);
});

it('gives up on rows that stay unprocessed, and says how many stand', async () => {
  jitter(0);
  const pk = freshPartition();
  const sent = intercept(async (each, send) => {
    const stuck = requestsOf(each).some(({ PutRequest }) => PutRequest.Item.number === 30);
    return stuck ? { UnprocessedItems: each.input.RequestItems } : send();
  });
  const { written, complete, failure } = await putRows(table, slowly(rowsOf(pk, 60)));
  expect([written, complete]).toEqual([35, false]);
  expect(failure).toMatchObject({ message: '25 rows stayed unprocessed after 16 attempts' });
  expect(sent).toHaveLength(2 + 16);
  expect(await partition(table, pk)).toHaveLength(35);
});

it('counts the rows of a batch that gives up half-way', async () => {
  jitter(0);
  const pk = freshPartition();
  leaving(0.5, 1_000);
  const { written, failure } = await putRows(table, slowly(rowsOf(pk, 20)));
  expect(failure).toBeInstanceOf(Error);
  expect(written).toBe(19);
  expect(await standing(pk)).toBe(19);
});

it('says how many rows stand when a batch fails, and what the failure was', async () => {
  const pk = freshPartition();
  const failure = new Error('refused');
  intercept((sent, send) =>
    requestsOf(sent).some(({ PutRequest }) => PutRequest.Item.number === 130) ? Promise.reject(failure) : send(),
  );
  const result = await putRows(table, slowly(rowsOf(pk, 250)));
  expect(result).toMatchObject({ complete: false, failure });
  expect(result.written).toBe(await standing(pk));
  expect(result.written).toBeGreaterThanOrEqual(125);
});

it('starts no further batch once one has failed', async () => {
  const pk = freshPartition();
  const sent = intercept((each, send) => {
    if (requestsOf(each)[0]?.PutRequest.Item.number === 0) return Promise.reject(new Error('refused'));
    return sleep(5).then(send);
  });
  await putRows(table, slowly(rowsOf(pk, 1_000)));
  expect(sent.length).toBeLessThanOrEqual(16);
});

it('reports a source that fails, with the rows that stand', async () => {
  const pk = freshPartition();
  const failure = new Error('the source broke');
  async function* source() {
    yield* rowsOf(pk, 60);
    throw failure;
  }
  const result = await putRows(table, source());
  expect(result).toEqual({ written: await standing(pk), complete: false, failure });
  expect(result.written).toBe(50);
});

it('tries again when DynamoDB is too busy for a whole batch', async () => {
  const pk = freshPartition();
  let refusals = 2;
  intercept((_sent, send) => {
    const busy = new ProvisionedThroughputExceededException({ $metadata: {}, message: 'slow down' });
    return refusals-- > 0 ? Promise.reject(busy) : send();
  });
  expect(await putRows(table, slowly(rowsOf(pk, 30)))).toEqual({ written: 30, complete: true });
});

it('stops at the deadline, with the exact number of rows that stand', async () => {
  const pk = freshPartition();
  const clock = stoppedClock();
  passAfter(LANES, 'BatchWriteCommand', clock);
  const { deadline } = clock;
  const { written, complete, failure } = await putRows(table, slowly(rowsOf(pk, 1_000)), { deadline });
  expect([written, complete, failure]).toEqual([200, false, undefined]);
  expect(await standing(pk)).toBe(200);
});

it('counts what stands of the batches whose rest the deadline cut off', async () => {
  const pk = freshPartition();
  leaving(0.4, 1_000);
  const { written, complete } = await putRows(table, slowly(rowsOf(pk, 50)), { deadline: Date.now() + 100 });
  expect(complete).toBe(false);
  expect(written).toBe(await standing(pk));
});

it('starts no batch after the deadline, even if its source took that long', async () => {
  const pk = freshPartition();
  const clock = stoppedClock();
  const sent = record();
  async function* source() {
    yield* rowsOf(pk, 40);
    clock.pass();
    yield* rowsOf(pk, 60).slice(40);
  }
  const { written, complete } = await putRows(table, source(), { deadline: clock.deadline });
  expect([written, complete]).toEqual([25, false]);
  expect(sent).toHaveLength(1);
  expect(await standing(pk)).toBe(25);
});

it('is complete when the last row was written as the deadline passed', async () => {
  const pk = freshPartition();
  const clock = stoppedClock();
  passAfter(LANES, 'BatchWriteCommand', clock);
  const { deadline } = clock;
  expect(await putRows(table, slowly(rowsOf(pk, 200)), { deadline })).toEqual({ written: 200, complete: true });
});

it('writes nothing after a deadline that has passed before', async () => {
  const pk = freshPartition();
  const sent = record();
  expect(await putRows(table, slowly(rowsOf(pk, 30)), { deadline: Date.now() - 1 })).toEqual({
    written: 0,
    complete: false,
  });
  expect(sent).toEqual([]);
});

it('closes its source when it stops early', async () => {
  let closed = false;
  async function* source() {
    try {
      for (const row of rowsOf(freshPartition(), 1_000)) yield row;
    } finally {
      closed = true;
    }
  }
  intercept((_sent, send) => sleep(10).then(send));
  expect(await putRows(table, source(), { deadline: Date.now() + 15 })).toMatchObject({ complete: false });
  expect(closed).toBe(true);
});

it('writes rows as large as a store takes', async () => {
  const pk = freshPartition();
  const bytes = new Uint8Array(300_000).fill(7);
  const large = rowsOf(pk, 26).map((row) => ({ ...row, bytes }));
  expect(await putRows(table, slowly(large))).toEqual({ written: 26, complete: true });
  expect((await partition(table, pk)).at(-1)).toEqual(large.at(-1));
});

it('reports a row that no store takes', async () => {
  const pk = freshPartition();
  const result = await putRows(table, slowly([{ pk, sk: 'a', text: 'x'.repeat(410_000) }]));
  expect(result).toMatchObject({ written: 0, complete: false, failure: { name: 'ValidationException' } });
});
