import * as z from 'zod';
import { WriteConflict } from '../errors/errors.ts';
import { key } from './keys.ts';
import { type Row, rows } from './read.ts';
import { type Write, write } from './write.ts';

/**
 * Work that may outlive a request is a row of the table Jobs, written in the transaction that makes it necessary. The
 * table's stream hands it to the worker of its kind; a worker that has not finished writes the row again, and that write
 * is the event which continues it. (A table of its own: no other write pays for a stream or wakes a worker.)
 *
 *   job  pk jobs   sk <kind>#<id>   kind   touched_at: epoch milliseconds of the last write   and what the kind needs
 */
const table = 'Jobs';
const PARTITION = 'jobs';

const jobRow = z.looseObject({ sk: z.string(), kind: z.string(), touched_at: z.number(), version: z.number() });
export type Job = z.infer<typeof jobRow>;

/** The write that orders a job. */
export function orderJob(kind: string, id: string, details: Row): Write {
  return { table, put: { ...details, ...key(PARTITION, `${kind}#${id}`), kind, touched_at: Date.now(), version: 1 } };
}

/** The job that a row of the table holds. */
export function jobOf(row: Row): Job {
  return jobRow.parse(row);
}

/** Saves how far a job has come; the write brings it back to its worker. */
export async function continueJob(job: Job, details: Row = {}): Promise<void> {
  const next = { ...job, ...details, ...key(PARTITION, job.sk), touched_at: Date.now(), version: job.version + 1 };
  await unlessOvertaken(write({ table, replace: next }));
}

/** Ends a job. */
export async function finishJob(job: Job): Promise<void> {
  await unlessOvertaken(write({ table, delete: key(PARTITION, job.sk), version: job.version }));
}

/** A job that somebody else has taken further meanwhile is theirs now. */
async function unlessOvertaken(written: Promise<void>): Promise<void> {
  try {
    await written;
  } catch (error) {
    if (!(error instanceof WriteConflict)) throw error;
  }
}

/**
 * Touches the jobs that stood still: a stream keeps its records for a day only, and a batch that failed for good is only
 * reported. Returns how many were touched.
 *
 * @param idleMs milliseconds without a write after which a job counts as standing still
 */
export async function resumeJobs(idleMs: number): Promise<number> {
  let touched = 0;
  for await (const row of rows({ table, pk: PARTITION })) {
    const job = jobOf(row);
    if (Date.now() - job.touched_at < idleMs) continue;
    await continueJob(job);
    touched += 1;
  }
  return touched;
}
