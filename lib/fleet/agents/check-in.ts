import { WriteConflict } from '../../errors/errors.ts';
import { write } from '../../stores/write.ts';
import type { CountedWrites } from '../counters.ts';
import { agentInactive, agentNotFound } from '../fleet-server-errors.ts';
import { type AgentPolicy, findPolicy } from '../policies.ts';
import { type AgentDetails, detailsWrites, hashOf, openDetails, storedDetails } from './agent-details.ts';
import { factsOf } from './agent-facts.ts';
import { waitingActions } from './agent-inbox.ts';
import { agentKey, dayOf } from './agent-keys.ts';
import { type Agent, rowOf, table } from './agents.ts';
import { changeAgent } from './change-agent.ts';
import { unhealthyReasons } from './health.ts';

export type CheckInRequest = {
  status: string;
  message: string;
  ack_token?: string | undefined;
  local_metadata?: Record<string, unknown> | undefined;
  components?: unknown[] | undefined;
  upgrade_details?: Record<string, unknown> | undefined;
  agent_policy_id?: string | undefined;
  policy_revision_idx?: number | undefined;
  /** Version that the agent names. */
  version: string;
};

/** An action as an agent gets it. */
export type DeliveredAction = {
  id: string;
  agent_id: string;
  type: string;
  created_at: string;
  data: Record<string, unknown>;
  expiration?: string;
  input_type: string;
};

export type CheckedIn = { ack_token: string | undefined; actions: DeliveredAction[] };

/**
 * Takes what an agent says of itself, and gives what it has to do. Answers at once: the gateway cuts off who waits.
 *
 * @throws NotFound when the agent has been removed meanwhile
 */
export async function checkIn(agent: Agent, request: CheckInRequest, now: Date): Promise<CheckedIn> {
  const after = await heardFrom(agent, request, now);
  const [waiting, policy] = await Promise.all([waitingActions(after), findPolicy(after.policy_id)]);
  const seen = Number(request.ack_token ?? Number.NaN);
  const pending = waiting.filter(({ seq, expiration }) => !(seq <= seen) && Date.parse(expiration) > now.getTime());
  const actions = pending.map(
    ({ action_id, type, created_at, expiration }): DeliveredAction => ({
      id: action_id,
      agent_id: after.id,
      type,
      created_at,
      data: {},
      expiration,
      input_type: '',
    }),
  );
  return {
    ack_token: pending.at(-1)?.seq.toString(),
    actions: [...actions, ...policyChange(after, policy)],
  };
}

async function heardFrom(agent: Agent, request: CheckInRequest, now: Date): Promise<Agent> {
  const next = reported(agent, request, now);
  if (isRoutine(agent, next)) {
    await noteCheckIn(agent, next);
    return next;
  }
  const changed = await changeAgent(
    agent.id,
    async (standing) => {
      // An agent that has enrolled again meanwhile has another key.
      if (!standing.active || standing.access_api_key_id !== agent.access_api_key_id) return undefined;
      const after = reported(standing, request, now);
      return { next: after, with: await changedDetails(standing, after, request) };
    },
    agent,
  );
  if (changed === undefined) throw agentNotFound();
  if (!changed.active) throw agentInactive();
  return changed;
}

/** The agent as it describes itself. */
function reported(agent: Agent, request: CheckInRequest, now: Date): Agent {
  const { local_metadata, components, upgrade_details } = request;
  const time = now.toISOString();
  const { audit_unenrolled_reason: _, unenrolled_at: __, ...rest } = agent;
  const next: Agent = {
    ...rest,
    day: dayOf(agent.id, now.getTime()),
    last_checkin: time,
    last_checkin_status: request.status,
    last_checkin_message: request.message,
    agent_version: request.version,
    updated_at: time,
  };
  if (local_metadata !== undefined) {
    next.local_metadata_hash = hashOf(local_metadata);
    next.facts = factsOf(local_metadata);
  }
  if (components !== undefined) {
    next.components_hash = hashOf(components);
    next.unhealthy_reason = unhealthyReasons(components);
  }
  if (request.agent_policy_id === agent.policy_id && request.policy_revision_idx !== undefined) {
    next.policy_revision_idx = request.policy_revision_idx;
  }
  if (upgrade_details !== undefined) next.upgrade_details = upgrade_details;
  else if (agent.upgrade_details) {
    // The agent no longer speaks of its upgrade: it is over.
    Object.assign(next, { upgrade_details: null, upgrade_started_at: null, upgraded_at: time });
  }
  return next;
}

/** What changes with every check-in; everything else is rare. */
const ROUTINE: readonly string[] = ['last_checkin', 'last_checkin_status', 'last_checkin_message', 'updated_at'];

function isRoutine(was: Agent, next: Agent): boolean {
  return withoutRoutine(was) === withoutRoutine(next);
}

function withoutRoutine(agent: Agent): string {
  const fields = Object.entries(rowOf(agent)).filter(([name, value]) => !ROUTINE.includes(name) && value !== undefined);
  return JSON.stringify(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** One write without a condition: it touches nothing that others change. */
async function noteCheckIn(agent: Agent, next: Agent): Promise<void> {
  const { last_checkin, last_checkin_status, last_checkin_message, updated_at } = next;
  const set = { last_checkin, last_checkin_status, last_checkin_message, updated_at };
  try {
    await write({ table, update: agentKey(agent.id), set, add: { version: 1 } });
  } catch (error) {
    if (error instanceof WriteConflict) throw agentNotFound();
    throw error;
  }
}

async function changedDetails(was: Agent, next: Agent, request: CheckInRequest): Promise<CountedWrites> {
  const isSame = was.local_metadata_hash === next.local_metadata_hash && was.components_hash === next.components_hash;
  if (isSame) return { writes: [], counting: [] };
  const stored = await storedDetails(was.incarnation);
  const { local_metadata, components } = request;
  const details: AgentDetails = {
    ...(await openDetails(stored)),
    ...(local_metadata && { local_metadata }),
    ...(components && { components }),
  };
  return { writes: await detailsWrites(was.incarnation, details, stored), counting: [] };
}

/** An agent that has an older revision of its policy, or none, gets the policy. */
function policyChange(agent: Agent, policy: AgentPolicy | undefined): DeliveredAction[] {
  if (policy === undefined || (agent.policy_revision_idx ?? 0) >= policy.revision) return [];
  const { id, revision, namespace, updated_at } = policy;
  return [
    {
      id: `policy:${id}:${revision}`,
      agent_id: agent.id,
      type: 'POLICY_CHANGE',
      created_at: updated_at,
      data: { policy: { id, revision, namespaces: [namespace], outputs: {}, inputs: [] } },
      input_type: '',
    },
  ];
}
