import { retryOnConflict } from '../../stores/retry-on-conflict.ts';
import { type CountedWrites, together, writeCounted } from '../counters.ts';
import { agentWrites, onItsDay } from './agent-index.ts';
import { type Agent, findAgent } from './agents.ts';

/** What becomes of an agent, and what is written with it; undefined where there is nothing to do. */
export type Decision = { next: Agent; with?: CountedWrites } | undefined;
/** Asked again, with what stands then, when somebody else was faster: `round` counts from 1. */
export type Decide = (agent: Agent, round: number) => Promise<Decision> | Decision;

/**
 * Changes an agent together with its index rows and whatever else the decision says, in one transaction.
 *
 * @param known the agent as it was just read; saves reading it
 * @returns the agent as it is now; undefined when there is none
 * @throws WriteConflict when others kept writing
 */
export async function changeAgent(id: string, decide: Decide, known?: Agent): Promise<Agent | undefined> {
  return retryOnConflict(async (round) => {
    const agent = round === 1 && known !== undefined ? known : await findAgent(id);
    if (agent === undefined) return undefined;
    const decision = await decide(agent, round);
    if (decision === undefined) return agent;
    const next = onItsDay({ ...decision.next, version: agent.version + 1 });
    const more = decision.with ?? { writes: [], counting: [] };
    await writeCounted(together(agentWrites(agent, next), more));
    return next;
  });
}
