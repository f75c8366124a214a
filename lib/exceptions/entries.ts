import * as z from 'zod';
import { nonEmptyString } from '../validation/zod-types.ts';

/** What an exception item compares: fields of an event, one by one or nested. */

const operator = z.enum(['included', 'excluded']);
const values = z.array(nonEmptyString).min(1);

const match = z.object({ type: z.literal('match'), field: nonEmptyString, value: nonEmptyString, operator });
const matchAny = z.object({ type: z.literal('match_any'), field: nonEmptyString, value: values, operator });
const exists = z.object({ type: z.literal('exists'), field: nonEmptyString, operator });

const list = z.object({
  type: z.literal('list'),
  field: nonEmptyString,
  list: z.object({ id: nonEmptyString, type: z.string() }),
  operator,
});

const nested = z.object({
  type: z.literal('nested'),
  field: nonEmptyString,
  entries: z.array(z.discriminatedUnion('type', [match, matchAny, exists])).min(1),
});

const wildcard = z.object({ type: z.literal('wildcard'), field: nonEmptyString, value: nonEmptyString, operator });

const types = ['match', 'match_any', 'list', 'exists', 'nested', 'wildcard'];

/** One comparison of an item. */
export const entry = z.discriminatedUnion('type', [match, matchAny, list, exists, nested, wildcard], {
  error: () => `Invalid discriminator value. Expected ${types.map((type) => `'${type}'`).join(' | ')}`,
});
export type Entry = z.infer<typeof entry>;

const onEndpoint = ['match', 'match_any', 'wildcard', 'nested'];

/** Fields that Elastic Defend makes up itself: an exception on one would never match. */
const madeUp = [
  'file.Ext.quarantine_path',
  'file.Ext.quarantine_result',
  'process.entity_id',
  'process.parent.entity_id',
  'process.ancestry',
];

/** What Elastic Defend cannot compare, as a list of texts. */
export function problemsOnEndpoint(entries: readonly Entry[]): string[] {
  return entries.flatMap((each) => [
    ...(onEndpoint.includes(each.type) ? [] : [`Invalid value "${each.type}" supplied to "type"`]),
    ...('operator' in each && each.operator !== 'included'
      ? [`Invalid value "${each.operator}" supplied to "operator"`]
      : []),
    ...(each.type === 'nested' ? problemsOnEndpoint(each.entries) : []),
  ]);
}

/** The first field that no exception may be on; undefined when all are fine. */
export function forbiddenField(entries: readonly Entry[]): string | undefined {
  return entries.find(({ field }) => madeUp.includes(field))?.field;
}
