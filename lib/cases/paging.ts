import { BadRequest } from '../errors/errors.ts';

export type Paging = {
  page?: number | undefined;
  perPage?: number | undefined;
  sortOrder?: 'asc' | 'desc' | undefined;
};

const DEFAULT_PER_PAGE = 20;

/** First position of a page and its length. @throws BadRequest for what Elasticsearch refuses */
export function windowOf({ page = 1, perPage = DEFAULT_PER_PAGE }: Paging) {
  const start = Math.floor((page - 1) * perPage);
  if (perPage < 0) throw new BadRequest(`[size] parameter cannot be negative, found [${Math.floor(perPage)}]`);
  // Minus infinity pages of no length begin nowhere.
  if (start < 0 || Number.isNaN(start)) throw new BadRequest(`[from] parameter cannot be negative but was [${start}]`);
  return { page, perPage, start, end: start + Math.floor(perPage) };
}

/** One page of what comes in order, and how many there are in all; keeps no more than the page. */
export async function pageOf<Item>(items: Iterable<Item> | AsyncIterable<Item>, paging: Paging) {
  const { page, perPage, start, end } = windowOf(paging);
  const kept: Item[] = [];
  let total = 0;
  for await (const item of items) {
    if (total >= start && total < end) kept.push(item);
    total += 1;
  }
  return { items: kept, page, perPage, total };
}
