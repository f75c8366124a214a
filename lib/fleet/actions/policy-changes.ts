import * as z from 'zod';
import { inLanes } from '../../stores/lanes.ts';
import { agentsByRevision, countAgentsOf } from '../agents/agent-totals.ts';
import type { PolicyRevision } from '../policy-revisions.ts';

/** A revision of an agent policy, told like an action on the agents of the policy. */
export const policyChange = z.object({
  actionId: z.string(),
  creationTime: z.string(),
  completionTime: z.string(),
  type: z.literal('POLICY_CHANGE'),
  nbAgentsActioned: z.number(),
  nbAgentsAck: z.number(),
  nbAgentsActionCreated: z.number(),
  nbAgentsFailed: z.literal(0),
  status: z.enum(['COMPLETE', 'IN_PROGRESS']),
  policyId: z.string(),
  revision: z.number(),
});
export type PolicyChange = z.infer<typeof policyChange>;

/** Policies whose agents are counted side by side. */
const LANES = 8;

type Agents = { total: number; byRevision: Map<number, number> };

/**
 * Counts the agents of the policies that the revisions are of, once for each policy. Gives how far the agents have followed
 * one of the revisions.
 */
export async function followersOf(
  revisions: readonly PolicyRevision[],
): Promise<(revision: PolicyRevision) => PolicyChange> {
  const agents = new Map<string, Agents>();
  const byPolicy = Map.groupBy(revisions, ({ policy_id }) => policy_id);
  await inLanes(LANES, byPolicy, async ([policyId, some]) => {
    const from = Math.min(...some.map(({ revision }) => revision));
    const [total, byRevision] = await Promise.all([countAgentsOf(policyId), agentsByRevision(policyId, from)]);
    agents.set(policyId, { total, byRevision });
  });
  return (revision) => changeOf(revision, agents.get(revision.policy_id));
}

function changeOf(
  { policy_id, revision, created_at }: PolicyRevision,
  { total, byRevision }: Agents = { total: 0, byRevision: new Map() },
): PolicyChange {
  let followed = 0;
  for (const [runs, agents] of byRevision) if (runs >= revision) followed += agents;
  return {
    actionId: `${policy_id}:${revision}`,
    // Kibana knows no other time.
    creationTime: created_at,
    completionTime: created_at,
    type: 'POLICY_CHANGE',
    nbAgentsActioned: total,
    nbAgentsAck: followed,
    nbAgentsActionCreated: total,
    nbAgentsFailed: 0,
    status: followed === total ? 'COMPLETE' : 'IN_PROGRESS',
    policyId: policy_id,
    revision,
  };
}
