import { NotFound } from '../../errors/errors.ts';
import { findPolicy } from '../policies.ts';
import { isSeenIn } from '../spaces.ts';
import { readDetails } from './agent-details.ts';
import { agentView } from './agent-view.ts';
import { findAgent } from './agents.ts';

/** One agent that the space sees, whatever its status. @throws NotFound */
export async function getAgent(space: string, id: string, { withMetrics }: { withMetrics: boolean }, now: Date) {
  const agent = await findAgent(id);
  if (agent === undefined || !isSeenIn(space, agent.namespaces)) throw new NotFound(`Agent ${id} not found`);
  const [details, policy] = await Promise.all([readDetails(agent.incarnation), findPolicy(agent.policy_id)]);
  const timeout = policy?.inactivity_timeout ?? 0;
  const timeouts = new Map(timeout > 0 ? [[agent.policy_id, timeout]] : []);
  return agentView(agent, details, { timeouts, now, sort: [Date.parse(agent.enrolled_at)], withMetrics });
}
