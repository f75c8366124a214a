import * as z from 'zod';
import { rows } from '../../stores/read.ts';
import { rowsOnDemand } from '../rows-on-demand.ts';
import { isSeenIn } from '../spaces.ts';
import { COUNTS, countsOfPolicy, revisionInKey, revisionsOfPolicy, SILENCE } from './agent-index.ts';
import { DAY_MS, spanOf } from './agent-keys.ts';
import { inactiveBefore, statusOf, type Timeouts } from './agent-status.ts';
import { findAgents, table } from './agents.ts';

const countRow = z.object({ namespaces: z.array(z.string()), agents: z.number() });

/** Active agents that a space sees, inactive ones among them. */
export async function countAgents(space: string): Promise<number> {
  let sum = 0;
  for await (const row of rows({ table, pk: COUNTS })) {
    const { namespaces, agents } = countRow.parse(row);
    if (isSeenIn(space, namespaces)) sum += agents;
  }
  return sum;
}

/** Active agents of a policy, inactive ones among them. */
export async function countAgentsOf(policyId: string): Promise<number> {
  let sum = 0;
  for await (const row of rows({ table, pk: COUNTS, prefix: countsOfPolicy(policyId) })) {
    sum += countRow.parse(row).agents;
  }
  return sum;
}

const revisionRow = z.object({ revision: z.number(), agents: z.number() });

/** Active agents of a policy by the revision that they run: those that run this one or a later. */
export async function agentsByRevision(policyId: string, from: number): Promise<Map<number, number>> {
  const agents = new Map<number, number>();
  for await (const row of rows({ table, pk: revisionsOfPolicy(policyId), after: revisionInKey(from) })) {
    const counted = revisionRow.parse(row);
    agents.set(counted.revision, (agents.get(counted.revision) ?? 0) + counted.agents);
  }
  return agents;
}

const silenceRow = z.object({
  id: z.string(),
  day: z.number(),
  policy_id: z.string(),
  namespaces: z.array(z.string()),
});

/** Agents that are looked at together where their day alone does not decide. */
const BATCH = 100;

/**
 * Agents of a space that have been silent for so long that they count as inactive. Reads as many rows as there are such
 * agents; agents themselves only where the day of their last check-in does not decide.
 */
export async function countInactive(space: string, timeouts: Timeouts, now: Date): Promise<number> {
  if (timeouts.size === 0) return 0;
  const latest = now.getTime() - Math.min(...timeouts.values()) * 1_000;
  let sum = 0;
  let undecided: string[] = [];
  const decide = async (): Promise<void> => {
    for (const agent of await findAgents(undecided)) if (statusOf(agent, timeouts, now) === 'inactive') sum += 1;
    undecided = [];
  };
  for await (const row of rowsOnDemand({ table, pk: SILENCE }, 1)) {
    const { id, day, policy_id, namespaces } = silenceRow.parse(row);
    // No agent's day begins earlier than this.
    if ((day - 1) * DAY_MS >= latest) break;
    const limit = inactiveBefore(policy_id, timeouts, now);
    const { from, to } = spanOf(id, day);
    if (limit === undefined || from >= limit || !isSeenIn(space, namespaces)) continue;
    if (to <= limit) sum += 1;
    else if (undecided.push(id) === BATCH) await decide();
  }
  await decide();
  return sum;
}
