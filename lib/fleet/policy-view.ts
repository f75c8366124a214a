import * as z from 'zod';
import type { FieldTypes } from '../kql/matches.ts';
import type { Principal } from '../security/principal.ts';
import { hasApiPrivilege } from '../security/privileges.ts';
import * as schema from '../validation/config-schema.ts';
import type { KueryDialect } from './kuery.ts';
import type { AgentPolicy } from './policies.ts';

const TWO_WEEKS = 1_209_600;
const NAMESPACE_BYTES = 100;

const nullableText = z.union([z.literal(null), z.string()]).optional();
const nullableFlag = z.union([z.literal(null), schema.boolean()]).optional();
const anyObject = schema.record(z.string(), z.unknown());
const seconds = schema.number(
  z
    .number()
    .min(0)
    .refine(Number.isInteger, { error: ({ input }) => `${String(input)} is not a valid integer` }),
);

/** Data stream namespaces: what Elasticsearch takes as part of an index name. */
function namespaceProblem(namespace: string): string | undefined {
  if (namespace.trim() === '') return 'Namespace cannot be empty';
  if (namespace !== namespace.toLowerCase()) return 'Namespace must be lowercase';
  if (/[*\\/?"<>|\s,#:-]/.test(namespace)) return 'Namespace contains invalid characters';
  return Buffer.byteLength(namespace) > NAMESPACE_BYTES ? 'Namespace cannot be more than 100 bytes' : undefined;
}

/** The body that creates a policy. */
export const newPolicy = schema.object({
  id: z.string().optional(),
  space_ids: schema.array(z.string(), { min: 1 }).optional(),
  name: z
    .string()
    .min(1, { abort: true })
    .refine((name) => name.trim() !== '', { error: 'Invalid empty string' }),
  namespace: z
    .string()
    .min(1, { abort: true })
    .superRefine((namespace, context) => {
      const message = namespaceProblem(namespace);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }),
  description: z.string().optional(),
  is_managed: schema.boolean().optional(),
  has_fleet_server: schema.boolean().optional(),
  is_default: schema.boolean().optional(),
  is_default_fleet_server: schema.boolean().optional(),
  unenroll_timeout: seconds.optional(),
  inactivity_timeout: seconds.default(TWO_WEEKS),
  monitoring_enabled: schema.array(z.enum(['logs', 'metrics', 'traces'])).optional(),
  keep_monitoring_alive: nullableFlag,
  data_output_id: nullableText,
  monitoring_output_id: nullableText,
  download_source_id: nullableText,
  fleet_server_host_id: nullableText,
  agent_features: schema.array(schema.object({ name: z.string(), enabled: schema.boolean() })).optional(),
  is_protected: schema.boolean().optional(),
  overrides: z
    .union([
      z.literal(null),
      anyObject.refine((value) => !Object.keys(value).some((name) => /^inputs(\.)?/.test(name)), {
        error: 'inputs overrides is not allowed',
        abort: true,
      }),
    ])
    .optional(),
  advanced_settings: anyObject.optional(),
  supports_agentless: nullableFlag,
  global_data_tags: schema
    .array(schema.object({ name: z.string(), value: z.union([z.string(), schema.number()]) }))
    .optional(),
  agentless: anyObject.optional(),
  monitoring_pprof_enabled: schema.boolean().optional(),
  monitoring_http: anyObject.optional(),
  monitoring_diagnostics: anyObject.optional(),
  required_versions: z
    .union([
      z.literal(null),
      schema.array(schema.object({ version: z.string(), percentage: schema.number(z.number().min(0).max(100)) })),
    ])
    .optional(),
  force: schema.boolean().optional(),
});

/** A policy as the API answers it. */
export const policyItem = z.looseObject({
  id: z.string(),
  name: z.string(),
  namespace: z.string(),
  description: z.string().optional(),
  status: z.string(),
  is_managed: z.boolean(),
  is_protected: z.boolean(),
  revision: z.number(),
  updated_at: z.string(),
  updated_by: z.string(),
  schema_version: z.string().optional(),
  inactivity_timeout: z.number().optional(),
  space_ids: z.array(z.string()).optional(),
  agents: z.number().optional(),
  package_policies: z.array(z.unknown()).optional(),
});

/** What is counted or joined for an answer. */
export type PolicyExtras = { agents?: number; package_policies?: unknown[] };

/** A policy with its id first. Kibana turns `has_fleet_server` into an integration, and tells it no more. */
export function policyView({ id, has_fleet_server: _, ...settings }: AgentPolicy, extras: PolicyExtras = {}) {
  return { id, ...settings, ...extras };
}

/** What callers see who may read agents but no policies. */
function policyOfAgents({ id, name, description, revision, namespace, ...policy }: AgentPolicy) {
  const { is_managed, is_protected, status, updated_at, updated_by, monitoring_enabled } = policy;
  const view = { id, name, description, revision, namespace, is_managed, is_protected, status, updated_at, updated_by };
  return { ...view, monitoring_enabled, package_policies: [] };
}

/** A policy as the caller may see it. */
export function policyViewFor(principal: Principal, space: string, policy: AgentPolicy, extras: PolicyExtras) {
  const mayRead = ['fleet-agent-policies-read', 'fleet-setup'].some((name) => hasApiPrivilege(principal, space, name));
  return mayRead ? policyView(policy, extras) : policyOfAgents(policy);
}

/** What filters can name of a policy. */
export const policyFields: FieldTypes = {
  'agent_features.name': 'keyword',
  'agent_features.enabled': 'boolean',
  data_output_id: 'keyword',
  description: 'text',
  download_source_id: 'keyword',
  fleet_server_host_id: 'keyword',
  inactivity_timeout: 'number',
  is_default: 'boolean',
  is_default_fleet_server: 'boolean',
  is_managed: 'boolean',
  is_preconfigured: 'keyword',
  is_protected: 'boolean',
  keep_monitoring_alive: 'boolean',
  monitoring_enabled: 'keyword',
  monitoring_output_id: 'keyword',
  name: 'keyword',
  namespace: 'keyword',
  revision: 'number',
  schema_version: 'keyword',
  status: 'keyword',
  supports_agentless: 'boolean',
  unenroll_timeout: 'number',
  updated_at: 'date',
  updated_by: 'keyword',
};

/** Clients know policies by the name of their type from before spaces, too. */
export const policyKuery: KueryDialect = {
  prefixes: ['ingest-agent-policies', 'fleet-agent-policies'],
  fields: policyFields,
};
