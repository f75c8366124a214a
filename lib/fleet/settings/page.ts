import * as z from 'zod';

/** Most that one page of settings holds; there is only the first. */
const PER_PAGE = 10_000;

/** All of a collection of settings, as its list answers it. */
export function pageOf<Item>(items: readonly Item[]) {
  return { items: items.slice(0, PER_PAGE), total: items.length, page: 1, perPage: PER_PAGE };
}

/** The schema of such a list. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), total: z.number(), page: z.number(), perPage: z.number() });
}
