import * as z from 'zod';
import { isObject } from '../../json/merge.ts';
import type { AgentDetails } from './agent-details.ts';
import { agentStatuses, statusOf, type Timeouts } from './agent-status.ts';
import type { Agent } from './agents.ts';

const retiredKeys = z.array(z.object({ id: z.string(), retired_at: z.string() }));

/** An agent as the API answers it. Secrets of its API keys are not among it. */
export const agentItem = z.object({
  id: z.string(),
  type: z.enum(['PERMANENT', 'EPHEMERAL', 'TEMPORARY']),
  namespaces: z.array(z.string()).optional(),
  active: z.boolean(),
  enrolled_at: z.string(),
  unenrolled_at: z.string().optional(),
  unenrollment_started_at: z.string().optional(),
  audit_unenrolled_reason: z.string().optional(),
  upgraded_at: z.string().nullable().optional(),
  upgrade_started_at: z.string().nullable().optional(),
  upgrade_details: z.record(z.string(), z.unknown()).nullable().optional(),
  access_api_key_id: z.string().optional(),
  default_api_key_id: z.string().optional(),
  default_api_key_history: retiredKeys.optional(),
  outputs: z
    .record(
      z.string(),
      z.object({ api_key_id: z.string(), type: z.string(), to_retire_api_key_ids: retiredKeys.optional() }),
    )
    .optional(),
  policy_id: z.string().optional(),
  last_checkin: z.string().optional(),
  last_checkin_status: z.string().optional(),
  last_checkin_message: z.string().optional(),
  policy_revision: z.number().nullable().optional(),
  packages: z.array(z.string()),
  sort: z.array(z.unknown()).optional(),
  tags: z.array(z.string()).optional(),
  components: z.array(z.unknown()).optional(),
  agent: z.object({ id: z.string(), version: z.string() }).optional(),
  local_metadata: z.record(z.string(), z.unknown()),
  user_provided_metadata: z.record(z.string(), z.unknown()).optional(),
  unhealthy_reason: z.array(z.string()).nullable().optional(),
  metrics: z.object({ cpu_avg: z.number().optional(), memory_size_byte_avg: z.number().optional() }).optional(),
  status: z.enum(agentStatuses),
});
export type AgentItem = z.infer<typeof agentItem>;

export type ViewOptions = {
  timeouts: Timeouts;
  now: Date;
  /** Where the agent stands in the order of the answer. */
  sort: unknown[];
  withMetrics: boolean;
};

/** An agent with its status as of now. */
export function agentView(agent: Agent, details: AgentDetails, { timeouts, now, sort, withMetrics }: ViewOptions) {
  const { id, type, namespaces, active, enrolled_at, keys = {} } = agent;
  return {
    id,
    type,
    namespaces,
    active,
    enrolled_at,
    unenrolled_at: agent.unenrolled_at,
    unenrollment_started_at: agent.unenrollment_started_at,
    audit_unenrolled_reason: agent.audit_unenrolled_reason,
    upgraded_at: agent.upgraded_at,
    upgrade_started_at: agent.upgrade_started_at,
    upgrade_details: agent.upgrade_details,
    access_api_key_id: agent.access_api_key_id,
    default_api_key_id: keys.default_api_key_id,
    policy_id: agent.policy_id,
    last_checkin: agent.last_checkin,
    last_checkin_status: agent.last_checkin_status?.toLowerCase(),
    last_checkin_message: agent.last_checkin_message,
    policy_revision: agent.policy_revision_idx,
    packages: [],
    sort,
    tags: agent.tags,
    outputs: keys.outputs,
    components: details.components?.filter(isObject).map(componentView),
    default_api_key_history: keys.default_api_key_history,
    agent: { id, version: agent.agent_version },
    user_provided_metadata: details.user_provided_metadata,
    local_metadata: details.local_metadata,
    unhealthy_reason: agent.unhealthy_reason,
    status: statusOf(agent, timeouts, now),
    // Nothing here collects metrics of agents: there are none of the last five minutes.
    ...(withMetrics && { metrics: {} }),
  };
}

/** What is told of a component, whatever else the agent says of it. */
function componentView({ id, type, status, message, units }: Record<string, unknown>) {
  const told = Array.isArray(units) ? units.filter(isObject).map(unitView) : undefined;
  return { id, type, status, message, units: told };
}

function unitView({ id, type, status, message, payload }: Record<string, unknown>) {
  return { id, type, status, message, payload };
}
