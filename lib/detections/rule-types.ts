import * as z from 'zod';
import { integer } from '../validation/zod-types.ts';
import * as part from './rule-parts.ts';

/**
 * The eight types of detection rules. Every field stands here once, in the order in which answers have it: what is
 * required, what is optional, and what is filled in when a client leaves it out. Requests, stored rules and answers are
 * derived from it.
 */
const common = {
  enabled: z.boolean().default(false),
  interval: z.string().default('5m'),
  from: part.dateMath.default('now-6m'),
  to: z.string().default('now'),
  description: z.string().min(1),
  tags: part.texts.default([]),
  author: part.texts.default([]),
  license: z.string().optional(),
  threat: z.array(part.threat).default([]),
  related_integrations: z.array(part.relatedIntegration).default([]),
  required_fields: z.array(part.requiredField).default([]),
  setup: z.string().default(''),
  note: z.string().optional(),
  investigation_fields: part.investigationFields.optional(),
  false_positives: part.texts.default([]),
  references: part.texts.default([]),
  risk_score: part.riskScore,
  risk_score_mapping: part.riskScoreMapping.default([]),
  severity: part.severity,
  severity_mapping: part.severityMapping.default([]),
  building_block_type: z.string().optional(),
  rule_name_override: z.string().optional(),
  timestamp_override: z.string().optional(),
  timestamp_override_fallback_disabled: z.boolean().optional(),
  timeline_id: z.string().optional(),
  timeline_title: z.string().optional(),
  namespace: z.string().optional(),
  output_index: z.string().default(''),
  meta: part.freeForm.optional(),
  max_signals: integer.min(1).default(100),
  exceptions_list: z.array(part.ruleExceptionList).default([]),
  actions: z.array(part.ruleAction).default([]),
  response_actions: z.array(part.responseAction).optional(),
  throttle: part.throttle.optional(),
};

const name = z.string().min(1);
const version = integer.min(1).default(1);

/** What the server decides. */
const decided = {
  id: part.uuid,
  rule_id: z.string(),
  name,
  immutable: z.boolean(),
  rule_source: z.union([
    z.object({ type: z.literal('internal') }),
    z.object({ type: z.literal('external'), is_customized: z.boolean() }),
  ]),
  version,
  revision: integer.min(0),
  updated_at: z.string(),
  updated_by: z.string(),
  created_at: z.string(),
  created_by: z.string(),
};

/** Only when a rule has run, or was found by a former id. */
const circumstances = {
  execution_summary: part.executionSummary.optional(),
  outcome: z.enum(['exactMatch', 'aliasMatch', 'conflict']).optional(),
  alias_target_id: z.string().optional(),
  alias_purpose: z.enum(['savedObjectConversion', 'savedObjectImport']).optional(),
};

/** Where a rule that searches events looks, and what it leaves out. */
const source = { index: part.texts.optional(), data_view_id: z.string().optional() };
const filters = z.array(z.unknown()).optional();
const saved_id = z.string().optional();
const kqlOrLucene = z.enum(['kuery', 'lucene']);
const language = kqlOrLucene.default('kuery');
const alert_suppression = part.alertSuppression.optional();

const eql = ruleType({
  type: z.literal('eql'),
  language: z.literal('eql'),
  ...source,
  query: z.string(),
  filters,
  event_category_override: z.string().optional(),
  tiebreaker_field: z.string().optional(),
  timestamp_field: z.string().optional(),
  alert_suppression,
});

const query = ruleType({
  type: z.literal('query'),
  language,
  ...source,
  query: z.string().default(''),
  filters,
  saved_id,
  alert_suppression,
});

const savedQuery = ruleType({
  type: z.literal('saved_query'),
  language,
  ...source,
  query: z.string().optional(),
  filters,
  saved_id: z.string(),
  alert_suppression,
});

const threshold = ruleType({
  type: z.literal('threshold'),
  language,
  ...source,
  query: z.string(),
  filters,
  saved_id,
  threshold: part.threshold,
  alert_suppression: part.thresholdSuppression.optional(),
});

const threatMatch = ruleType({
  type: z.literal('threat_match'),
  language,
  ...source,
  query: z.string(),
  filters,
  saved_id,
  threat_filters: filters,
  threat_query: z.string(),
  threat_mapping: part.threatMapping,
  threat_language: kqlOrLucene.optional(),
  threat_index: part.texts,
  threat_indicator_path: z.string().default('threat.indicator'),
  concurrent_searches: integer.min(1).optional(),
  items_per_search: integer.min(1).optional(),
  alert_suppression,
});

const machineLearning = ruleType({
  type: z.literal('machine_learning'),
  anomaly_threshold: integer.min(0),
  machine_learning_job_id: z.union([z.string(), z.array(z.string())]),
  alert_suppression,
});

const newTerms = ruleType({
  type: z.literal('new_terms'),
  language,
  ...source,
  query: z.string(),
  filters,
  new_terms_fields: z.array(z.string()).min(1).max(3),
  history_window_start: z.string().min(1),
  alert_suppression,
});

const esql = ruleType({
  type: z.literal('esql'),
  language: z.literal('esql'),
  query: z.string(),
  alert_suppression,
});

/** In the order in which Kibana lists the types. */
const types = {
  eql,
  query,
  saved_query: savedQuery,
  threshold,
  threat_match: threatMatch,
  machine_learning: machineLearning,
  new_terms: newTerms,
  esql,
};

export type RuleType = keyof typeof types;

const unknownType = {
  error: () =>
    `Invalid discriminator value. Expected ${Object.keys(types)
      .map((type) => `'${type}'`)
      .join(' | ')}`,
};

/** A rule as a client creates it; what it leaves out is filled in. */
export const ruleCreate = z.discriminatedUnion(
  'type',
  [
    eql.create,
    query.create,
    savedQuery.create,
    threshold.create,
    threatMatch.create,
    machineLearning.create,
    newTerms.create,
    esql.create,
  ],
  unknownType,
);
export type RuleCreate = z.output<typeof ruleCreate>;

/** A rule as it is stored and answered, with its keys in the documented order. */
export const rule = z.discriminatedUnion(
  'type',
  [
    eql.rule,
    query.rule,
    savedQuery.rule,
    threshold.rule,
    threatMatch.rule,
    machineLearning.rule,
    newTerms.rule,
    esql.rule,
  ],
  unknownType,
);
export type Rule = z.output<typeof rule>;

/** What lists know of a rule without reading all of it. */
export const listedRule = z.object({
  ...decided,
  type: z.enum(['eql', 'query', 'saved_query', 'threshold', 'threat_match', 'machine_learning', 'new_terms', 'esql']),
  enabled: common.enabled,
  interval: common.interval,
  tags: common.tags,
  severity: common.severity,
  risk_score: common.risk_score,
});
export type ListedRule = z.output<typeof listedRule>;

/** A change that suits at least one type. Which one the rule has is not known yet, so nothing is dropped. */
export const rulePatch = z.union([
  eql.patch.loose(),
  query.patch.loose(),
  savedQuery.patch.loose(),
  threshold.patch.loose(),
  threatMatch.patch.loose(),
  machineLearning.patch.loose(),
  newTerms.patch.loose(),
  esql.patch.loose(),
]);

/** A change of a rule of the type. */
export function patchOf(type: RuleType): z.ZodObject {
  return types[type].patch;
}

/** The three forms of one type of rule: as a client creates it, as a client changes it, as it is stored and answered. */
function ruleType<Fields extends z.ZodRawShape>(fields: Fields) {
  const shared = inRequestOrder({ name, version, ...common });
  const own = inRequestOrder(fields);
  const rule_id = z.string().optional();
  return {
    create: z.object({ ...shared, rule_id, ...own }),
    patch: changeOf({ ...shared, id: part.uuid, rule_id, ...own }),
    rule: z.object({
      ...decided,
      ...common,
      required_fields: z.array(part.requiredField.extend({ ecs: z.boolean() })),
      ...circumstances,
      ...fields,
    }),
  };
}

/** The order in which errors of requests name fields: what is required, what is optional, what is filled in. */
function inRequestOrder<Fields extends z.ZodRawShape>(fields: Fields): Fields {
  const rank = (schema: z.core.$ZodType) => {
    if (schema instanceof z.ZodDefault) return 2;
    return schema instanceof z.ZodOptional ? 1 : 0;
  };
  const entries = Object.entries(fields).sort(([, one], [, other]) => rank(one) - rank(other));
  return Object.fromEntries(entries) as Fields;
}

/** Every field may be left out of a change, and then nothing is filled in. */
function changeOf(fields: z.ZodRawShape) {
  const optional = Object.entries(fields).map(([field, schema]) => [
    field,
    z.optional(schema instanceof z.ZodDefault ? schema.unwrap() : schema),
  ]);
  const shape: Record<string, z.ZodOptional> = Object.fromEntries(optional);
  return z.object(shape);
}
