import { kqlFilter } from '../../kql/matches.ts';
import { allOf, fieldIs, type KqlNode } from '../../kql/node.ts';
import { parseKuery } from '../kuery.ts';
import { isSeenIn } from '../spaces.ts';
import { agentFields, agentKuery, recordOf } from './agent-facts.ts';
import { statusOf, type Timeouts } from './agent-status.ts';
import { type Agent, allAgents } from './agents.ts';

export type AgentFilter = {
  /** Only agents that this space sees; absent: of all spaces. */
  space?: string;
  kuery?: string | undefined;
  showInactive: boolean;
};

function not(clause: KqlNode): KqlNode {
  return { type: 'not', clause };
}

/**
 * The test that an agent has to pass: the client's KQL, and what is left out unless it is asked for. Whether unenrolled
 * agents are asked for is looked up in the text, as Kibana does.
 *
 * @throws BadRequest when the KQL is malformed
 */
export function agentFilter({ space, kuery = '', showInactive }: AgentFilter, timeouts: Timeouts, now: Date) {
  const asksForUnenrolled = /status:(\*|unenrolled)/.test(kuery.toLowerCase());
  const node = allOf(
    parseKuery(agentKuery, kuery),
    ...(showInactive ? [] : [not(fieldIs('status', 'inactive'))]),
    ...(asksForUnenrolled ? [] : [not(fieldIs('status', 'unenrolled'))]),
  );
  const matches = kqlFilter(node, now, agentFields);
  return (agent: Agent): boolean =>
    (space === undefined || isSeenIn(space, agent.namespaces)) &&
    matches(recordOf(agent, statusOf(agent, timeouts, now)));
}

/** The agents that pass a filter: looks at all of them. */
export async function* matchingAgents(filter: AgentFilter, timeouts: Timeouts, now: Date): AsyncGenerator<Agent> {
  const matches = agentFilter(filter, timeouts, now);
  for await (const agent of allAgents()) if (matches(agent)) yield agent;
}
