import * as z from 'zod';
import { type BulkOptions, deleteRows } from './bulk.ts';
import { key } from './keys.ts';
import { type Row, rows } from './read.ts';
import type { Table } from './tables.ts';
import { type Write, write } from './write.ts';

/**
 * Children hang under their parent's incarnation, so deleting the parent's one row hides them all; what is left behind is
 * swept later. The order to sweep is a row written in the same transaction that deletes the parent; the table's stream
 * hands it to `functions/workers/sweep-deleted.ts`.
 *
 *   sweep  pk sweep   sk <incarnation>   partitions: the partitions to empty   touched: writes so far
 */
const PARTITION = 'sweep';

export const sweepJob = z.object({ sk: z.string(), partitions: z.array(z.string()), touched: z.number() });
export type SweepJob = z.infer<typeof sweepJob>;

/** The write that orders the sweep; goes into the transaction that deletes the parent. */
export function orderSweep(table: Table, incarnation: string, partitions: readonly string[]): Write {
  return { table, put: { ...key(PARTITION, incarnation), partitions, touched: 0 } };
}

/** Sweeps still to be done. */
export async function* openSweeps(table: Table): AsyncGenerator<SweepJob> {
  for await (const row of rows({ table, pk: PARTITION })) yield sweepJob.parse(row);
}

/**
 * Empties the partitions of a sweep and then deletes its order. Stops at the deadline; the order is then written once
 * more, and that write is the event which continues it. Safe to repeat at any point.
 */
export async function sweep(table: Table, job: SweepJob, options: BulkOptions = {}): Promise<void> {
  const { complete } = await deleteRows(table, keysIn(table, job.partitions), options);
  const address = key(PARTITION, job.sk);
  await write(complete ? { table, delete: address } : { table, put: { ...address, ...job, touched: job.touched + 1 } });
}

async function* keysIn(table: Table, partitions: readonly string[]) {
  for (const pk of partitions) {
    for await (const row of rows({ table, pk, fields: ['pk', 'sk'] })) yield addressOf(row);
  }
}

function addressOf(row: Row) {
  return { pk: String(row.pk), sk: String(row.sk) };
}
