import * as z from 'zod';
import { threshold } from './rule-parts.ts';
import type { RuleCreate } from './rule-types.ts';

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

const timelineFields = z.object({ timeline_id: z.string().optional(), timeline_title: z.string().optional() });
type TimelineFields = z.infer<typeof timelineFields>;

const ofThresholdType = z.object({ type: z.literal('threshold'), threshold: threshold.optional() });

/** What is wrong with fields of a new rule that stand or fall together. */
export function problemsOfNewRule(rule: RuleCreate): string[] {
  return [
    ...timelineProblems(rule),
    ...(rule.type === 'threat_match' ? searchSizeProblems(rule) : []),
    ...(rule.type === 'threshold' ? thresholdProblems(rule.threshold) : []),
  ];
}

/** The same of a change. What it says of a threshold counts only when it says, too, that the rule is of this type. */
export function problemsOfChange(change: unknown): string[] {
  const asThreshold = ofThresholdType.safeParse(change);
  return [
    ...timelineProblems(timelineFields.parse(change)),
    ...(asThreshold.success ? thresholdProblems(asThreshold.data.threshold) : []),
  ];
}

function timelineProblems(fields: TimelineFields): string[] {
  return [...together(fields, 'timeline_id', 'timeline_title'), ...together(fields, 'timeline_title', 'timeline_id')];
}

function together(fields: TimelineFields, one: keyof TimelineFields, other: keyof TimelineFields): string[] {
  if (fields[one] === undefined) return [];
  if (fields[other] === undefined) return [`when "${one}" exists, "${other}" must also exist`];
  return fields[one] === '' ? [`"${one}" cannot be an empty string`] : [];
}

type SearchSizes = { concurrent_searches?: number | undefined; items_per_search?: number | undefined };

function searchSizeProblems({ concurrent_searches, items_per_search }: SearchSizes): string[] {
  if ((concurrent_searches === undefined) === (items_per_search === undefined)) return [];
  const [given, missing] =
    items_per_search === undefined
      ? ['concurrent_searches', 'items_per_search']
      : ['items_per_search', 'concurrent_searches'];
  return [`when "${given}" exists, "${missing}" must also exist`];
}

/** Most fields that a threshold rule groups by. */
const MAX_THRESHOLD_FIELDS = 5;

function thresholdProblems(given: z.infer<typeof threshold> | undefined): string[] {
  if (given === undefined) return ['when "type" is "threshold", "threshold" is required'];
  const { field, cardinality } = given;
  const counted = cardinality?.[0]?.field;
  return [
    // As in Kibana, a single field counts as grouped also where its name only has the counted one in it.
    ...(counted !== undefined && field.includes(counted)
      ? ['Cardinality of a field that is being aggregated on is always 1']
      : []),
    ...(typeof field !== 'string' && field.length > MAX_THRESHOLD_FIELDS
      ? [`Number of fields must be ${MAX_THRESHOLD_FIELDS} or less`]
      : []),
  ];
}
