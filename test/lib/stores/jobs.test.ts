import { beforeEach, expect, it } from 'vitest';
import { continueJob, finishJob, type Job, jobOf, orderJob, resumeJobs } from '../../../lib/stores/jobs.ts';
import { write } from '../../../lib/stores/write.ts';
import { ownTables, partition } from './store.ts';

ownTables();

const jobs = async (): Promise<Job[]> => (await partition('Jobs', 'jobs')).map(jobOf);

beforeEach(async () => {
  for (const { sk } of await jobs()) await write({ table: 'Jobs', delete: { pk: 'jobs', sk } });
});

const HOUR = 3_600_000;

/** A job whose last write is `idleMs` ago. */
async function given(id: string, idleMs = 0): Promise<Job> {
  await write(orderJob('count', id, { cursor: 0 }));
  const sk = `count#${id}`;
  await write({ table: 'Jobs', update: { pk: 'jobs', sk }, set: { touched_at: Date.now() - idleMs } });
  const job = (await jobs()).find((each) => each.sk === sk);
  if (job === undefined) throw new Error(`${sk} was not ordered`);
  return job;
}

it('orders a job with what its kind needs', async () => {
  const before = Date.now();
  await write(orderJob('count', 'a', { cursor: 0, items: ['x'] }));
  const [job] = await jobs();
  expect(job).toMatchObject({ sk: 'count#a', kind: 'count', cursor: 0, items: ['x'], version: 1 });
  expect(job?.touched_at).toBeGreaterThanOrEqual(before);
  expect(job?.touched_at).toBeLessThanOrEqual(Date.now());
});

it('does not let what a kind needs replace what every job has', async () => {
  await write(orderJob('count', 'a', { kind: 'other', version: 9, touched_at: 0 }));
  const [job] = await jobs();
  expect(job).toMatchObject({ kind: 'count', version: 1 });
  expect(job?.touched_at).not.toBe(0);
});

it('saves how far a job has come', async () => {
  const job = await given('a', 1_000);
  await continueJob(job, { cursor: 5 });
  const [saved] = await jobs();
  expect(saved).toMatchObject({ sk: job.sk, kind: 'count', cursor: 5, version: 2 });
  expect(saved?.touched_at).toBeGreaterThan(job.touched_at);
});

it('ends a job', async () => {
  await finishJob(await given('a'));
  expect(await jobs()).toEqual([]);
});

it('leaves a job alone that somebody else has taken further or ended', async () => {
  const job = await given('a');
  await continueJob(job, { cursor: 5 });
  await continueJob(job, { cursor: 1 });
  await finishJob(job);
  const [taken] = await jobs();
  expect(taken).toMatchObject({ cursor: 5, version: 2 });
  if (taken !== undefined) await finishJob(taken);
  await continueJob(job, { cursor: 1 });
  await finishJob(job);
  expect(await jobs()).toEqual([]);
});

it('touches the jobs that stood still, and only those', async () => {
  await given('fresh', 1_000);
  const idle = await given('idle', 2 * HOUR);
  await given('idle too', 3 * HOUR);
  expect(await resumeJobs(HOUR)).toBe(2);
  const [first, second, third] = await jobs();
  expect([first?.version, second?.version, third?.version]).toEqual([1, 2, 2]);
  expect(second).toMatchObject({ sk: 'count#idle', cursor: 0 });
  expect(second?.touched_at).toBeGreaterThan(idle.touched_at);
  expect(await resumeJobs(HOUR)).toBe(0);
});
