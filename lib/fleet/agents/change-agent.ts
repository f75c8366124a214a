import { WriteConflict } from '../../errors/errors.ts';
import { backOff } from '../../stores/backoff.ts';
import { type CountedWrites, together, writeCounted } from '../counters.ts';
import { agentWrites, onItsDay } from './agent-index.ts';
import { type Agent, findAgent } from './agents.ts';

/** Attempts against concurrent writers of the same agent. */
const ATTEMPTS = 10;

/** What becomes of an agent, and what is written with it; undefined where there is nothing to do. */
export type Decision = { next: Agent; with?: CountedWrites } | undefined;
/** Asked again, with what stands then, when somebody else was faster: `attempt` counts from 1. */
export type Decide = (agent: Agent, attempt: number) => Promise<Decision> | Decision;

/**
 * Changes an agent together with its index rows and whatever else the decision says, in one transaction.
 *
 * @param known the agent as it was just read; saves reading it
 * @returns the agent as it is now; undefined when there is none
 * @throws WriteConflict when others kept writing
 */
export async function changeAgent(id: string, decide: Decide, known?: Agent): Promise<Agent | undefined> {
  for (let attempt = 1; ; attempt++) {
    const agent = attempt === 1 && known !== undefined ? known : await findAgent(id);
    if (agent === undefined) return undefined;
    const decision = await decide(agent, attempt);
    if (decision === undefined) return agent;
    const next = onItsDay({ ...decision.next, version: agent.version + 1 });
    const more = decision.with ?? { writes: [], counting: [] };
    try {
      await writeCounted(together(agentWrites(agent, next), more));
      return next;
    } catch (error) {
      if (!(error instanceof WriteConflict) || attempt === ATTEMPTS) throw error;
      await backOff(attempt);
    }
  }
}
