import * as z from 'zod';
import type { BulkOutcome } from './bulk.ts';

/** What of the two kinds differs in their answers. */
export type BulkNames<Count extends string, Items extends string> = {
  /** Name of the total in an answer of success. */
  count: Count;
  /** Name of the documents that an error is about. */
  items: Items;
};

/** Results and counts, as every answer of a bulk action has them. */
function attributesOf<Item, View>(
  { updated, created, deleted, errors }: BulkOutcome<Item>,
  view: (item: Item) => View,
) {
  const failed = errors.length;
  const succeeded = updated.length + created.length + deleted.length;
  return {
    results: { updated: updated.map(view), created: created.map(view), deleted, skipped: [] },
    summary: { failed, succeeded, skipped: 0, total: succeeded + failed },
  };
}

/** Status and body for the outcome of a bulk action; one item that failed makes the whole a 500. */
export function bulkAnswer<Item, View>(
  outcome: BulkOutcome<Item>,
  names: BulkNames<string, string>,
  view: (item: Item) => View,
): { status: 200 | 500; body: unknown } {
  const attributes = attributesOf(outcome, view);
  const { total, succeeded } = attributes.summary;
  if (outcome.errors.length === 0) {
    return { status: 200, body: { success: true, [names.count]: total, attributes } };
  }
  const errors = outcome.errors.map(({ id, status_code, message }) => ({
    status_code,
    [names.items]: [{ id, name: '' }],
    message,
  }));
  const message = succeeded > 0 ? 'Bulk edit partially failed' : 'Bulk edit failed';
  return { status: 500, body: { message, attributes: { errors, ...attributes } } };
}

const summary = z.strictObject({
  failed: z.number(),
  succeeded: z.number(),
  skipped: z.number(),
  total: z.number(),
});

/** The schemas of both answers. */
export function bulkSchemas<Item extends z.ZodType>(names: BulkNames<string, string>, item: Item) {
  const results = z.strictObject({
    updated: z.array(item),
    created: z.array(item),
    deleted: z.array(z.string()),
    skipped: z.array(z.unknown()),
  });
  const error = z.object({
    status_code: z.number(),
    [names.items]: z.array(z.object({ id: z.string(), name: z.string() })),
    message: z.string(),
  });
  return {
    success: z.strictObject({
      success: z.literal(true),
      [names.count]: z.number(),
      attributes: z.strictObject({ results, summary }),
    }),
    failure: z.strictObject({
      message: z.string(),
      attributes: z.strictObject({ errors: z.array(error), results, summary }),
    }),
  };
}
