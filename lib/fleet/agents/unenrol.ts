import { answered } from '../actions/actions.ts';
import { type CountedWrites, together } from '../counters.ts';
import { takeFromInbox, type WaitingAction, waitingActions } from './agent-inbox.ts';
import type { Agent } from './agents.ts';

export const UNENROLL = 'UNENROLL';

/** The agent as it is after it has gone. */
export function unenrolled(agent: Agent, now: Date): Agent {
  const time = now.toISOString();
  return { ...agent, active: false, unenrolled_at: time, updated_at: time };
}

/** Requests to go that an agent has not answered: whoever makes it go answers them. */
export async function answerRequestsToGo(agent: Agent, now: Date, except?: WaitingAction): Promise<CountedWrites> {
  if (agent.unenrollment_started_at === undefined) return { writes: [], counting: [] };
  const waiting = await waitingActions(agent);
  const open = waiting.filter(
    ({ type, expiration, seq }) => type === UNENROLL && Date.parse(expiration) > now.getTime() && seq !== except?.seq,
  );
  // An agent can have been asked over and over; one transaction answers the latest of them.
  return together(
    ...open.slice(-MOST_REQUESTS).map((action): CountedWrites => {
      const answer = answered(action.action_id, agent.id, undefined, now);
      return { ...answer, writes: [takeFromInbox(agent, action), ...answer.writes] };
    }),
  );
}

/** Three writes each, of the hundred that a transaction takes; tags need the others. */
const MOST_REQUESTS = 15;
