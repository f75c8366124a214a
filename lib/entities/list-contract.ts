import * as z from 'zod';
import { queryInteger } from '../validation/zod-types.ts';
import { entityTypes } from './entity-fields.ts';

/** Most that Elasticsearch gives at once, and the depth to which it pages. */
export const RESULT_WINDOW = 10_000;

/** A list in a query: keys repeated, or names joined by commas. */
function listOf<Item extends z.ZodType>(item: Item) {
  return z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((name) => name !== '') : value),
    z.array(item),
  );
}

/** The query of the list of entities; which of its two modes is meant follows from the keys that are there. */
export const listQuery = z
  .object({
    filter: z.string().optional(),
    size: queryInteger.min(1).max(RESULT_WINDOW).optional(),
    searchAfter: z.string().optional(),
    source: listOf(z.string()).optional(),
    fields: listOf(z.string()).optional(),
    sort_field: z.string().optional(),
    sort_order: z.enum(['asc', 'desc']).optional(),
    page: queryInteger.min(1).optional(),
    per_page: queryInteger.min(1).max(RESULT_WINDOW).optional(),
    filterQuery: z.string().optional(),
    entity_types: listOf(z.enum(entityTypes)).optional(),
  })
  .superRefine((query, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    const pages = query.page !== undefined || query.per_page !== undefined;
    if (pages && query.searchAfter !== undefined) refuse('Cannot combine page/per_page with searchAfter');
    if (pages && query.size !== undefined) {
      refuse('Cannot combine page/per_page with size; use per_page for page mode');
    }
    if (query.filter !== undefined && isPageQuery(query)) {
      refuse(
        'Cannot combine KQL `filter` with page search parameters (entity_types, filterQuery, page, per_page, sort_field, sort_order)',
      );
    }
  });
export type ListQuery = z.output<typeof listQuery>;

/** True when a query asks for a page, false when it follows a cursor. */
export function isPageQuery(query: ListQuery): boolean {
  const { page, per_page, sort_field, sort_order, filterQuery, entity_types = [] } = query;
  return (
    [page, per_page, sort_field, sort_order, filterQuery].some((value) => value !== undefined) ||
    entity_types.length > 0
  );
}

const document = z.record(z.string(), z.unknown());

/** Answers of both modes. */
export const listAnswer = z.union([
  z.strictObject({
    records: z.array(document),
    entities: z.array(document),
    total: z.number(),
    page: z.number(),
    per_page: z.number(),
  }),
  z.strictObject({
    entities: z.array(document),
    nextSearchAfter: z.tuple([z.number(), z.string()]).optional(),
    fields: z.array(z.record(z.string(), z.array(z.unknown()))).optional(),
  }),
]);
