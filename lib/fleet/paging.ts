import { BadRequest } from '../errors/errors.ts';

/** The part of a list that a page shows. @throws BadRequest for pages that Elasticsearch refuses */
export function pageOf<Item>(all: readonly Item[], { page, perPage }: { page: number; perPage: number }): Item[] {
  const from = (page - 1) * perPage;
  if (perPage < 0) throw new BadRequest(`[size] parameter cannot be negative, found [${perPage}]`);
  if (from < 0) throw new BadRequest(`[from] parameter cannot be negative but was [${from}]`);
  return all.slice(from, from + perPage);
}
