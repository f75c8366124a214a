import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { handler } from '../../../functions/workers/resume-jobs.ts';
import { finishJob, jobOf, orderJob } from '../../../lib/stores/jobs.ts';
import { rows } from '../../../lib/stores/read.ts';
import { write } from '../../../lib/stores/write.ts';
import { ownTables } from '../../lib/stores/store.ts';

ownTables();

const NOW = new Date('2026-01-01T12:00:00Z');
const minutes = (count: number) => new Date(NOW.getTime() - count * 60_000);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const job of await jobs()) await finishJob(job);
});

const jobs = async () => (await Array.fromAsync(rows({ table: 'Jobs', pk: 'jobs' }))).map(jobOf);

/** Orders a job at a time. */
async function given(id: string, time: Date): Promise<void> {
  vi.setSystemTime(time);
  await write(orderJob('sweep', id, { table: 'ValueLists', partitions: [id] }));
  vi.setSystemTime(NOW);
}

it('touches the jobs that stood still for five minutes, and no others', async () => {
  await given('a-new', minutes(0));
  await given('b-recent', new Date(minutes(5).getTime() + 1));
  await given('c-idle', minutes(5));
  await given('d-old', minutes(3_000));
  await handler();
  expect(await jobs()).toMatchObject([
    { sk: 'sweep#a-new', version: 1, touched_at: NOW.getTime() },
    { sk: 'sweep#b-recent', version: 1, touched_at: minutes(5).getTime() + 1 },
    { sk: 'sweep#c-idle', version: 2, touched_at: NOW.getTime() },
    { sk: 'sweep#d-old', version: 2, touched_at: NOW.getTime() },
  ]);
});

it('leaves what a job needs as it is', async () => {
  await given('kept', minutes(10));
  const [before] = await jobs();
  await handler();
  const [after] = await jobs();
  const { writeId, ...rest } = { ...before };
  expect(after).toEqual({
    ...rest,
    version: 2,
    touched_at: NOW.getTime(),
    writeId: expect.not.stringMatching(`${writeId}`),
  });
});

it('touches a job once in five minutes', async () => {
  await given('once', minutes(10));
  await handler();
  await handler();
  expect(await jobs()).toMatchObject([{ version: 2 }]);
  vi.setSystemTime(minutes(-5));
  await handler();
  expect(await jobs()).toMatchObject([{ version: 3 }]);
});

it('has nothing to do without jobs', async () => {
  await handler();
  expect(await jobs()).toEqual([]);
});

it('does not bring back a job that is finished meanwhile', async () => {
  await given('finished', minutes(10));
  const [job] = await jobs();
  await Promise.all([handler(), finishJob(job!)]);
  const left = await jobs();
  expect(left.length === 0 || left[0]?.version === 2).toBe(true);
});
