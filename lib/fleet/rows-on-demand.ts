import { type Row, readPage, type Selection } from '../stores/read.ts';

/** Rows of the largest page. */
const MAX_PAGE = 1_000;

/**
 * Rows of a partition for who will probably not want all of them: pages begin small and grow, and the next one is read only
 * when it is asked for.
 *
 * @param first rows of the first page
 * @param start the key after which to begin
 */
export async function* rowsOnDemand(
  selection: Selection,
  first: number,
  start?: Record<string, unknown>,
): AsyncGenerator<Row> {
  let limit = Math.min(first, MAX_PAGE);
  let after = start;
  do {
    const page = await readPage({ ...selection, limit }, after);
    yield* page.rows;
    after = page.next;
    limit = Math.min(limit * 4, MAX_PAGE);
  } while (after !== undefined);
}
