import * as z from 'zod';
import { WriteConflict } from '../errors/errors.ts';
import { type BulkOptions, deleteFirst, deleteRows } from './bulk.ts';
import { continueJob, finishJob, type Job, orderJob } from './jobs.ts';
import type { Key } from './keys.ts';
import { partKeysOf, storedText } from './large-documents.ts';
import { rows } from './read.ts';
import { type Table, tables } from './tables.ts';
import { type Write, write } from './write.ts';

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

/** What a swept row has beside itself: parts of a large document, and the row that says where its id leads. */
const sweptRow = z.object({
  sk: z.string(),
  document: storedText.optional(),
  claim: z.object({ pk: z.string(), sk: z.string(), version: z.number() }).optional(),
});

async function* keysIn(table: Table, partitions: readonly string[]): AsyncGenerator<Key> {
  for (const pk of partitions) {
    for await (const row of rows({ table, pk, fields: ['sk', 'document', 'claim'] })) {
      const { sk, document, claim } = sweptRow.parse(row);
      if (document !== undefined) await deleteFirst(table, partKeysOf(document));
      if (claim !== undefined) await release(table, claim);
      yield { pk, sk };
    }
  }
}

/** Gives a claimed id back, unless a later record has taken it. */
async function release(table: Table, { pk, sk, version }: Key & { version: number }): Promise<void> {
  try {
    await write({ table, delete: { pk, sk }, version });
  } catch (error) {
    if (!(error instanceof WriteConflict)) throw error;
  }
}
