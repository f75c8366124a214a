import * as z from 'zod';
import { type BulkOptions, deleteRows } from './bulk.ts';
import { continueJob, finishJob, type Job, orderJob } from './jobs.ts';
import type { Key } from './keys.ts';
import { rows } from './read.ts';
import { type Table, tables } from './tables.ts';
import type { Write } from './write.ts';

/**
 * Children hang under their parent's incarnation, so deleting the parent's one row hides them all; what is left behind is
 * swept by a job.
 */
export const SWEEP = 'sweep';

const details = z.object({ table: z.enum(tables), partitions: z.array(z.string()) });

/** The write that orders a sweep; goes into the transaction that deletes the parent. */
export function orderSweep(table: Table, incarnation: string, partitions: readonly string[]): Write {
  return orderJob(SWEEP, incarnation, { table, partitions });
}

/** Empties the partitions of a sweep, as far as the deadline lets it. Safe to repeat at any point. */
export async function sweep(job: Job, options: BulkOptions = {}): Promise<void> {
  const { table, partitions } = details.parse(job);
  const { complete, failure } = await deleteRows(table, keysIn(table, partitions), options);
  if (failure !== undefined) throw failure;
  await (complete ? finishJob(job) : continueJob(job));
}

async function* keysIn(table: Table, partitions: readonly string[]): AsyncGenerator<Key> {
  for (const pk of partitions) {
    for await (const { sk } of rows({ table, pk, fields: ['sk'] })) yield { pk, sk: String(sk) };
  }
}
