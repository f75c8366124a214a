import * as z from 'zod';
import { instantsOf } from '../kql/date-math.ts';
import { integer, nonEmptyString } from '../validation/zod-types.ts';

/** The compound values that rule fields hold, as the API documents them. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUID of any version, in any letter case. */
export const uuid = z.string().refine((text) => UUID.test(text), { error: 'Invalid uuid' });

/** An expression such as `now-6m`. */
export const dateMath = z
  .string()
  .refine((text) => instantsOf(text, new Date(0)) !== undefined, { error: 'Failed to parse date-math expression' });

export const freeForm = z.record(z.string(), z.unknown());
export const texts = z.array(z.string());
export const severity = z.enum(['low', 'medium', 'high', 'critical']);
export const riskScore = integer.min(0).max(100);

export const riskScoreMapping = z.array(
  z.object({
    field: z.string(),
    operator: z.literal('equals'),
    value: z.string(),
    risk_score: riskScore.optional(),
  }),
);

export const severityMapping = z.array(
  z.object({ field: z.string(), operator: z.literal('equals'), severity, value: z.string() }),
);

const named = { id: z.string(), name: z.string(), reference: z.string() };

/** A threat by a framework such as MITRE ATT&CK. */
export const threat = z.object({
  framework: z.string(),
  tactic: z.object(named),
  technique: z.array(z.object({ ...named, subtechnique: z.array(z.object(named)).optional() })).optional(),
});

/** `no_actions`, `rule`, or an interval such as `1h`. */
export const throttle = z.union([z.enum(['no_actions', 'rule']), z.string().regex(/^[1-9]\d*[smhd]$/)]).nullable();

export const actionFrequency = z.object({
  summary: z.boolean(),
  notifyWhen: z.enum(['onActiveAlert', 'onThrottleInterval', 'onActionGroupChange']),
  throttle,
});

/** A notification through a connector. */
export const ruleAction = z.object({
  action_type_id: z.string(),
  group: z.string().optional(),
  id: z.string(),
  params: freeForm,
  uuid: nonEmptyString.optional(),
  alerts_filter: freeForm.optional(),
  frequency: actionFrequency.optional(),
});

/** The types of exception lists. */
export const exceptionListType = z.enum([
  'detection',
  'rule_default',
  'endpoint',
  'endpoint_trusted_apps',
  'endpoint_events',
  'endpoint_host_isolation_exceptions',
  'endpoint_blocklists',
]);

export const ruleExceptionList = z.object({
  id: nonEmptyString,
  list_id: nonEmptyString,
  type: exceptionListType,
  namespace_type: z.enum(['agnostic', 'single']),
});

export const relatedIntegration = z.object({
  package: nonEmptyString,
  version: nonEmptyString,
  integration: nonEmptyString.optional(),
});

/** A field that events must have, as a client names it; answers also say whether ECS knows it. */
export const requiredField = z.object({ name: nonEmptyString, type: nonEmptyString });

export const investigationFields = z.object({ field_names: z.array(nonEmptyString).min(1) });

const ecsMapping = z.record(
  z.string(),
  z.object({ field: z.string().optional(), value: z.union([z.string(), z.array(z.string())]).optional() }),
);

const osqueryParams = z.object({
  query: z.string().optional(),
  ecs_mapping: ecsMapping.optional(),
  queries: z
    .array(
      z.object({
        id: z.string(),
        query: z.string(),
        ecs_mapping: ecsMapping.optional(),
        version: z.string().optional(),
        platform: z.string().optional(),
        removed: z.boolean().optional(),
        snapshot: z.boolean().optional(),
      }),
    )
    .optional(),
  pack_id: z.string().optional(),
  saved_query_id: z.string().optional(),
  timeout: z.number().optional(),
});

const comment = z.string().optional();

const endpointParams = z.union([
  z.object({ command: z.literal('isolate'), comment }),
  z.object({
    command: z.enum(['kill-process', 'suspend-process']),
    comment,
    config: z.object({ field: z.string(), overwrite: z.boolean().default(true) }),
  }),
]);

/** What is done on the host that an alert comes from. */
export const responseAction = z.union([
  z.object({ action_type_id: z.literal('.osquery'), params: osqueryParams }),
  z.object({ action_type_id: z.literal('.endpoint'), params: endpointParams }),
]);

const duration = z.object({ value: integer.min(1), unit: z.enum(['s', 'm', 'h']) });

export const alertSuppression = z.object({
  group_by: z.array(z.string()).min(1).max(3),
  duration: duration.optional(),
  missing_fields_strategy: z.enum(['doNotSuppress', 'suppress']).optional(),
});

/** Threshold rules group by their threshold already. */
export const thresholdSuppression = z.object({ duration });

/** How many matching events make an alert, per value of the fields. */
export const threshold = z.object({
  field: z.union([z.string(), z.array(z.string())]),
  value: integer.min(1),
  cardinality: z.array(z.object({ field: z.string(), value: integer.min(0) })).optional(),
});

export const threatMapping = z
  .array(
    z.object({
      entries: z.array(z.object({ field: nonEmptyString, type: z.literal('mapping'), value: nonEmptyString })),
    }),
  )
  .min(1);

const metric = integer.min(0).optional();

/** How the last run of a rule went. */
export const executionSummary = z.object({
  last_execution: z.object({
    date: z.string(),
    status: z.enum(['going to run', 'running', 'partial failure', 'failed', 'succeeded']),
    status_order: z.number().int(),
    message: z.string(),
    metrics: z.object({
      total_search_duration_ms: metric,
      total_indexing_duration_ms: metric,
      total_enrichment_duration_ms: metric,
      execution_gap_duration_s: metric,
      gap_range: z.object({ gte: z.string(), lte: z.string() }).optional(),
    }),
  }),
});
