import { type Row, read } from './read.ts';
import { retryOnConflict } from './retry-on-conflict.ts';
import type { Table } from './tables.ts';

/**
 * Opens a row that was read: its document, too, which may be replaced meanwhile. Then the row is read again, and opened as
 * it is now; undefined when it is gone.
 */
export function openRow<Opened>(
  table: Table,
  row: Row,
  open: (row: Row) => Promise<Opened>,
): Promise<Opened | undefined> {
  return retryOnConflict(async (round) => {
    const current = round === 1 ? row : await read(table, { pk: String(row.pk), sk: String(row.sk) });
    return current && open(current);
  });
}
