import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { putRows } from '../../../lib/stores/bulk.ts';
import { type Job, jobOf } from '../../../lib/stores/jobs.ts';
import { packText, partKeysOf } from '../../../lib/stores/large-documents.ts';
import { countRows, read } from '../../../lib/stores/read.ts';
import { orderSweep, SWEEP, sweep } from '../../../lib/stores/sweeps.ts';
import { write } from '../../../lib/stores/write.ts';
import { intercept, numbered, ownTables, passAfter, record, slowly, stoppedClock } from './store.ts';

ownTables();

const table = 'ValueLists';
/** Batches that are under way at the same time. */
const LANES = 8;

/** The order as it stands; undefined when the sweep is done. */
async function orderOf(incarnation: string): Promise<Job | undefined> {
  const row = await read('Jobs', { pk: 'jobs', sk: `${SWEEP}#${incarnation}` });
  return row && jobOf(row);
}

async function mustHaveOrder(incarnation: string): Promise<Job> {
  const job = await orderOf(incarnation);
  if (job === undefined) throw new Error(`no order to sweep ${incarnation}`);
  return job;
}

/** A deleted parent with `counts[i]` rows in its i-th partition, and the order to sweep them. */
async function givenDeleted(counts: number[]) {
  const incarnation = crypto.randomUUID();
  const partitions = counts.map((_count, index) => `${incarnation}#${index}`);
  for (const [index, pk] of partitions.entries()) {
    const rows = Array.from({ length: counts[index] ?? 0 }, (_, number) => ({ pk, sk: numbered(number) }));
    await putRows(table, slowly(rows));
  }
  await write({ table, delete: { pk: 'parents', sk: incarnation } }, orderSweep(table, incarnation, partitions));
  const left = () => Promise.all(partitions.map((pk) => countRows({ table, pk })));
  return { incarnation, partitions, left, job: await mustHaveOrder(incarnation) };
}

it('is ordered by one row that says what to empty', async () => {
  const { job, partitions } = await givenDeleted([1, 0]);
  expect(job).toMatchObject({ kind: SWEEP, table, partitions, version: 1 });
});

it('is not ordered when the parent is not deleted', async () => {
  const order = orderSweep(table, 'still there', ['still there#0']);
  const deletion = write({ table, delete: { pk: 'parents', sk: 'none' }, version: 1 }, order);
  await expect(deletion).rejects.toMatchObject({ name: 'WriteConflict', index: 0 });
  expect(await orderOf('still there')).toBeUndefined();
});

it('empties its partitions, nothing else, and then has no order left', async () => {
  const [swept, other] = [await givenDeleted([260, 0, 1, 30]), await givenDeleted([2, 3])];
  await sweep(swept.job);
  expect(await swept.left()).toEqual([0, 0, 0, 0]);
  expect(await orderOf(swept.incarnation)).toBeUndefined();
  expect(await other.left()).toEqual([2, 3]);
  expect(await orderOf(other.incarnation)).toEqual(other.job);
});

it('deletes the order last', async () => {
  const { job } = await givenDeleted([60, 60]);
  const sent = record();
  await sweep(job);
  const names = sent.map(({ name }) => name);
  expect(names.filter((name) => name !== 'QueryCommand').slice(0, -1)).toEqual(Array(5).fill('BatchWriteCommand'));
  expect(JSON.stringify(sent.at(-1)?.input)).toContain(job.sk);
});

it('stops at its deadline, touches the order, and goes on where it stopped', async () => {
  const { job, incarnation, left } = await givenDeleted([500]);
  let next: Job = job;
  for (const [round, remaining] of [300, 100].entries()) {
    const clock = stoppedClock();
    passAfter(LANES, 'BatchWriteCommand', clock);
    await sweep(next, { deadline: clock.deadline });
    expect(await left()).toEqual([remaining]);
    next = await mustHaveOrder(incarnation);
    expect(next).toMatchObject({ table, partitions: [`${incarnation}#0`], version: round + 2 });
    expect(next.touched_at).toBeGreaterThanOrEqual(clock.deadline);
  }
  await sweep(next);
  expect(await left()).toEqual([0]);
  expect(await orderOf(incarnation)).toBeUndefined();
});

it('says by touching the order that it is not done, even when nothing could be done', async () => {
  const { job, incarnation, left } = await givenDeleted([3]);
  await sweep(job, { deadline: Date.now() - 1 });
  expect(await left()).toEqual([3]);
  expect(await orderOf(incarnation)).toMatchObject({ version: 2 });
});

it('can be repeated, and run beside itself', async () => {
  const { job, incarnation, left } = await givenDeleted([120, 40]);
  await Promise.all([sweep(job), sweep(job)]);
  await sweep(job);
  expect(await left()).toEqual([0, 0]);
  expect(await orderOf(incarnation)).toBeUndefined();
});

it('does not bring an order back that another run has finished', async () => {
  const { job, incarnation, left } = await givenDeleted([30]);
  await sweep(job);
  await sweep(job, { deadline: Date.now() - 1 });
  expect(await left()).toEqual([0]);
  expect(await orderOf(incarnation)).toBeUndefined();
});

it.each([
  ['deleted', 'BatchWriteCommand'],
  ['read', 'QueryCommand'],
])('keeps the order when rows cannot be %s, so that it is tried again', async (_name, command) => {
  const { job, incarnation, left } = await givenDeleted([30, 1]);
  let failures = 1;
  intercept((sent, send) => (sent.name === command && failures-- > 0 ? Promise.reject(new Error('refused')) : send()));
  await expect(sweep(job)).rejects.toThrow('refused');
  expect(await orderOf(incarnation)).toEqual(job);
  await sweep(job);
  expect(await left()).toEqual([0, 0]);
  expect(await orderOf(incarnation)).toBeUndefined();
});

it('refuses a job that is no sweep', async () => {
  const job = { sk: 'sweep#x', kind: SWEEP, touched_at: 0, version: 1 };
  await expect(sweep({ ...job, table: 'Elsewhere', partitions: ['a'] })).rejects.toThrow();
  await expect(sweep({ ...job, table })).rejects.toThrow();
});

it('leaves no part of a large document behind, whatever fails on the way', async () => {
  const { job, partitions, left } = await givenDeleted([0]);
  const text = randomBytes(700_000).toString('base64');
  const { stored, writes } = await packText(table, text);
  const [pk = ''] = partitions;
  await write({ table, create: { pk, sk: 'large', document: stored } }, ...writes);
  const parts = async () => Promise.all(partKeysOf(stored).map((address) => read(table, address)));
  expect((await parts()).length).toBeGreaterThan(1);
  let failures = 1;
  intercept((sent, send) => {
    const isOfParts = sent.name === 'BatchWriteCommand' && JSON.stringify(sent.input).includes('"part:');
    return isOfParts && failures-- > 0 ? Promise.reject(new Error('refused')) : send();
  });
  await expect(sweep(job)).rejects.toThrow('refused');
  await sweep(job);
  expect(await left()).toEqual([0]);
  expect((await parts()).every((part) => part === undefined)).toBe(true);
});
