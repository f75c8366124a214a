import { STATUS_CODES } from 'node:http';
import { answered, hasResult } from '../actions/actions.ts';
import { together } from '../counters.ts';
import { revokeKeys } from '../service-keys.ts';
import { takeFromInbox, type WaitingAction, waitingActions } from './agent-inbox.ts';
import { type Agent, apiKeysOf } from './agents.ts';
import { changeAgent } from './change-agent.ts';
import { answerRequestsToGo, UNENROLL, unenrolled } from './unenrol.ts';

export type AckEvent = { agent_id?: string | undefined; action_id: string; error?: string | undefined };
export type AckItem = { status: number; message: string };

/** Takes what became of an agent's actions; each event has its own status. */
export async function acknowledge(agent: Agent, events: readonly AckEvent[], now: Date): Promise<AckItem[]> {
  const items: AckItem[] = [];
  let current = agent;
  for (const event of events) {
    const { status, after } = await acknowledgeOne(current, event, now);
    items.push({ status, message: STATUS_CODES[status] ?? '' });
    current = after;
  }
  return items;
}

type Acknowledged = { status: number; after: Agent };

async function acknowledgeOne(agent: Agent, event: AckEvent, now: Date): Promise<Acknowledged> {
  const { agent_id = '', action_id, error } = event;
  if (agent_id !== '' && agent_id !== agent.id) return { status: 400, after: agent };
  if (action_id.startsWith('policy:')) {
    return { status: 200, after: error === undefined ? await takePolicy(agent, action_id, now) : agent };
  }
  let status = 200;
  const after = await changeAgent(
    agent.id,
    async (standing) => {
      const action = (await waitingActions(standing)).find((each) => each.action_id === action_id);
      if (action === undefined) {
        // Who repeats itself has been heard; who was never asked has not.
        status = (await hasResult(action_id, agent.id)) ? 200 : 404;
        return undefined;
      }
      return answerOf(standing, action, error, now);
    },
    agent,
  );
  // Cut off here, the agent asks again, is found gone, and its keys are revoked then.
  if (after?.active === false) await revokeKeys(apiKeysOf(after), now);
  return { status, after: after ?? agent };
}

async function answerOf(agent: Agent, action: WaitingAction, error: string | undefined, now: Date) {
  const answer = answered(action.action_id, agent.id, error, now);
  const taken = { ...answer, writes: [takeFromInbox(agent, action), ...answer.writes] };
  if (action.type !== UNENROLL || error !== undefined) {
    return { next: { ...agent, updated_at: now.toISOString() }, with: taken };
  }
  return { next: unenrolled(agent, now), with: together(taken, await answerRequestsToGo(agent, now, action)) };
}

/** `policy:<policy>:<revision>`, and in older agents one number more. */
async function takePolicy(agent: Agent, actionId: string, now: Date): Promise<Agent> {
  const prefix = `policy:${agent.policy_id}:`;
  const [, revision] = /^(\d{1,15})(?::\d{1,15})?$/.exec(actionId.slice(prefix.length)) ?? [];
  if (!actionId.startsWith(prefix) || revision === undefined) return agent;
  const taken = Number(revision);
  const after = await changeAgent(
    agent.id,
    (standing) =>
      standing.active && taken > (standing.policy_revision_idx ?? -1)
        ? { next: { ...standing, policy_revision_idx: taken, updated_at: now.toISOString() } }
        : undefined,
    agent,
  );
  return after ?? agent;
}
