import { lastHeardOf } from './agent-index.ts';
import type { Agent } from './agents.ts';

/** In the order in which Kibana counts them. */
export const agentStatuses = [
  'online',
  'error',
  'inactive',
  'offline',
  'updating',
  'unenrolled',
  'degraded',
  'enrolling',
  'unenrolling',
  'orphaned',
  'uninstalled',
] as const;
export type AgentStatus = (typeof agentStatuses)[number];

/** Milliseconds without a check-in after which an agent is offline: ten polls missed. */
const OFFLINE_MS = 300_000;

/** Seconds of silence after which the agents of a policy are inactive, by policy. */
export type Timeouts = ReadonlyMap<string, number>;

/** The moment before which an agent of the policy must have been silent to be inactive; undefined where it never is. */
export function inactiveBefore(policyId: string, timeouts: Timeouts, now: Date): number | undefined {
  const seconds = timeouts.get(policyId);
  return seconds === undefined ? undefined : now.getTime() - seconds * 1_000;
}

/** What an agent's record means now. Never stored: most of it is a matter of time. */
export function statusOf(agent: Agent, timeouts: Timeouts, now: Date): AgentStatus {
  const heard = lastHeardOf(agent);
  if (!agent.active) return 'unenrolled';
  const limit = inactiveBefore(agent.policy_id, timeouts, now);
  if (limit !== undefined && heard < limit) return 'inactive';
  if (agent.audit_unenrolled_reason === 'uninstall') return 'uninstalled';
  if (agent.audit_unenrolled_reason === 'orphaned') return 'orphaned';
  if (heard < now.getTime() - OFFLINE_MS) return 'offline';
  const isUpgrading = typeof agent.upgrade_started_at === 'string' && typeof agent.upgraded_at !== 'string';
  if (agent.policy_revision_idx === undefined || isUpgrading) return 'updating';
  if (agent.last_checkin === undefined) return 'enrolling';
  if (agent.unenrollment_started_at !== undefined) return 'unenrolling';
  const reported = agent.last_checkin_status?.toLowerCase();
  return reported === 'error' || reported === 'degraded' ? reported : 'online';
}
