import * as z from 'zod';
import { nonEmptyString, queryInteger } from '../validation/zod-types.ts';

/** What lists and items take to find a page, and how they answer it. */

export const findQuery = z.object({
  page: queryInteger.min(0).default(1),
  per_page: queryInteger.min(0).default(20),
  sort_field: nonEmptyString.optional(),
  sort_order: z.enum(['desc', 'asc']).optional(),
  cursor: nonEmptyString.optional(),
  filter: z.string().optional(),
});

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    cursor: z.string(),
    data: z.array(item),
    page: z.number(),
    per_page: z.number(),
    total: z.number(),
  });
}
