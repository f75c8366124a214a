import * as z from 'zod';

/** How a client names a rule: by its object id, or by its own signature id. */
export type RuleReference = { id?: string | undefined; rule_id?: string | undefined };

/** What is wrong with a reference; undefined when it names one rule. */
export function problemOfReference({ id, rule_id }: RuleReference): string | undefined {
  if (id === undefined && rule_id === undefined) return 'either "id" or "rule_id" must be set';
  if (id === undefined || rule_id === undefined) return undefined;
  return 'both "id" and "rule_id" cannot exist, choose one or the other';
}

/** `problemOfReference` as a list: clients get these problems, and those below, as a list of texts. */
export function problemsOfReference(reference: RuleReference): string[] {
  const problem = problemOfReference(reference);
  return problem === undefined ? [] : [problem];
}

const linked = z.object({
  type: z.string().optional(),
  timeline_id: z.string().optional(),
  timeline_title: z.string().optional(),
  concurrent_searches: z.number().optional(),
  items_per_search: z.number().optional(),
  threshold: z
    .object({
      field: z.union([z.string(), z.array(z.string())]),
      cardinality: z.array(z.object({ field: z.string() })).optional(),
    })
    .optional(),
});
type Linked = z.infer<typeof linked>;

/** Most fields that a threshold rule groups by. */
const MAX_THRESHOLD_FIELDS = 5;

/** What is wrong with fields that stand or fall together, in a new rule or in a change of one. */
export function problemsOfLinkedFields(rule: unknown): string[] {
  const parsed = linked.safeParse(rule);
  // A change of another type may carry a field of the same name; what it may hold is checked with the type.
  if (!parsed.success) return [];
  const fields = parsed.data;
  return [
    ...together(fields, 'timeline_id', 'timeline_title'),
    ...together(fields, 'timeline_title', 'timeline_id'),
    ...searchSizes(fields),
    ...thresholdFields(fields),
  ];
}

type Timeline = 'timeline_id' | 'timeline_title';

function together(fields: Linked, one: Timeline, other: Timeline): string[] {
  if (fields[one] === undefined) return [];
  if (fields[other] === undefined) return [`when "${one}" exists, "${other}" must also exist`];
  return fields[one] === '' ? [`"${one}" cannot be an empty string`] : [];
}

function searchSizes({ type, concurrent_searches, items_per_search }: Linked): string[] {
  if (type !== 'threat_match' || (concurrent_searches === undefined) === (items_per_search === undefined)) return [];
  const [given, missing] =
    items_per_search === undefined
      ? ['concurrent_searches', 'items_per_search']
      : ['items_per_search', 'concurrent_searches'];
  return [`when "${given}" exists, "${missing}" must also exist`];
}

function thresholdFields({ threshold }: Linked): string[] {
  if (threshold === undefined) return [];
  const grouped = [threshold.field].flat();
  const counted = threshold.cardinality?.[0]?.field;
  return [
    ...(counted !== undefined && grouped.includes(counted)
      ? ['Cardinality of a field that is being aggregated on is always 1']
      : []),
    ...(grouped.length > MAX_THRESHOLD_FIELDS ? [`Number of fields must be ${MAX_THRESHOLD_FIELDS} or less`] : []),
  ];
}
