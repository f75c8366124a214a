import { BadRequest, WriteConflict } from '../../errors/errors.ts';
import { putIntoInbox } from '../agents/agent-inbox.ts';
import { shardOf } from '../agents/agent-keys.ts';
import { type Agent, apiKeysOf, findAgents } from '../agents/agents.ts';
import { changeAgent, type Decision } from '../agents/change-agent.ts';
import { changedTags, checkTags } from '../agents/tag-rules.ts';
import { answerRequestsToGo, unenrolled } from '../agents/unenrol.ts';
import { type CountedWrites, together, writeCounted } from '../counters.ts';
import { type AgentPolicy, findPolicies } from '../policies.ts';
import { revokeKeys } from '../service-keys.ts';
import type { AgentAction } from './action-job.ts';
import { areDone, counted, doneWrite, failed } from './actions.ts';

/** What a hosted policy's refusals end with. */
const HOSTED =
  ' in Fleet because the agent policy is managed by an external orchestration solution, such as Elastic Cloud, Kubernetes, etc. Please make changes using your orchestration solution.';

const CONFLICT = 'version conflict on last retry';

/**
 * Applies an action to agents, once to each, however often it is repeated: what becomes of an agent, its result and the mark
 * that it is done are one transaction. Agents of one partition go one after the other, partitions side by side, so that two
 * of a kind never count at once.
 *
 * @returns how many agents could not be changed because others kept writing them
 */
export async function applyAction(action: AgentAction, agentIds: readonly string[]): Promise<number> {
  const done = await areDone(action.action_id, agentIds);
  const agents = await findAgents(agentIds.filter((_, index) => done[index] !== true));
  const policies = await findPolicies(agents.map(({ policy_id }) => policy_id));
  const lanes = Map.groupBy(agents, ({ id }) => shardOf(id));
  const results = await Promise.allSettled(
    [...lanes.values()].map(async (lane) => {
      let count = 0;
      for (const agent of lane) if (!(await applyTo(action, agent, policies))) count += 1;
      return count;
    }),
  );
  // Only when no partition is at work any more may somebody begin again.
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0);
}

/** False when others kept writing the agent. */
async function applyTo(action: AgentAction, known: Agent, policies: ReadonlyMap<string, AgentPolicy>) {
  const { action_id } = action;
  const decide = async (agent: Agent, round: number): Promise<Decision> => {
    // Who was faster may have been another one at work on this very action.
    if (round > 1 && (await areDone(action_id, [agent.id])).includes(true)) return undefined;
    const now = new Date();
    const decision = await decisionOf(action, agent, policies.get(agent.policy_id), now);
    const done: CountedWrites = { writes: [doneWrite(action_id, agent.id)], counting: [] };
    return { next: decision.next, with: together(done, decision.with) };
  };
  try {
    await changeAgent(known.id, decide, known);
    return true;
  } catch (error) {
    if (!(error instanceof WriteConflict)) throw error;
    await noteConflict(action_id, known.id);
    return false;
  }
}

async function noteConflict(actionId: string, agentId: string): Promise<void> {
  const note = failed(actionId, agentId, CONFLICT, { created: 1 }, new Date());
  try {
    await writeCounted(together({ writes: [doneWrite(actionId, agentId)], counting: [] }, note));
  } catch (error) {
    if (!(error instanceof WriteConflict)) throw error;
  }
}

type Applied = { next: Agent; with: CountedWrites };

async function decisionOf(
  action: AgentAction,
  agent: Agent,
  policy: AgentPolicy | undefined,
  now: Date,
): Promise<Applied> {
  const { change } = action;
  switch (change.type) {
    case 'UPDATE_TAGS':
      return tagsChanged(action, agent, changedTags(agent.tags, change), now);
    case 'UNENROLL': {
      const refusal = change.force ? undefined : refusalOf(agent, policy, agent.unenrollment_started_at !== undefined);
      return refusal === undefined ? askedToGo(action, agent, now) : refused(action, agent, refusal, now);
    }
    case 'FORCE_UNENROLL': {
      const refusal = change.force ? undefined : refusalOf(agent, policy, false);
      return refusal === undefined ? madeToGo(action, agent, now) : refused(action, agent, refusal, now);
    }
  }
}

function refusalOf(agent: Agent, policy: AgentPolicy | undefined, isGoing: boolean): string | undefined {
  if (isGoing || agent.unenrolled_at !== undefined) return `Agent ${agent.id} already unenrolled`;
  if (policy?.is_managed !== true) return undefined;
  return `Cannot unenroll ${agent.id} from a hosted agent policy ${policy.id}${HOSTED}`;
}

/** An agent that is left as it is has a result that says why. */
function refused({ action_id }: AgentAction, agent: Agent, refusal: string, now: Date): Applied {
  return { next: agent, with: failed(action_id, agent.id, refusal, {}, now) };
}

/** The agent is asked at its next check-in; when it has stopped it answers, and is unenrolled then. */
function askedToGo(action: AgentAction, agent: Agent, now: Date): Applied {
  const { action_id, created_at, expiration, namespaces } = action;
  const time = now.toISOString();
  const next: Agent = { ...agent, unenrollment_started_at: time, updated_at: time, action_seq: agent.action_seq + 1 };
  const waiting = { action_id, type: 'UNENROLL', created_at, expiration, namespaces };
  return {
    next,
    with: together(counted(action_id, agent.id, { created: 1 }, now), {
      writes: [putIntoInbox(next, waiting)],
      counting: [],
    }),
  };
}

/** The agent's keys die first: whatever fails then, it is no longer let in. */
async function madeToGo({ action_id }: AgentAction, agent: Agent, now: Date): Promise<Applied> {
  await revokeKeys(apiKeysOf(agent), now);
  return {
    next: unenrolled(agent, now),
    with: together(counted(action_id, agent.id, { created: 1, results: 1 }, now), await answerRequestsToGo(agent, now)),
  };
}

function tagsChanged({ action_id }: AgentAction, agent: Agent, tags: string[], now: Date): Applied {
  try {
    checkTags(tags);
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    return { next: agent, with: failed(action_id, agent.id, error.message, { created: 1 }, now) };
  }
  const next = { ...agent, tags, updated_at: now.toISOString() };
  return { next, with: counted(action_id, agent.id, { created: 1, results: 1 }, now) };
}
