import { agentInactive, agentNotFound, wrongAgent } from '../fleet-server-errors.ts';
import { revokeKeys } from '../service-keys.ts';
import { type Agent, apiKeysOf, findAgent } from './agents.ts';

/** The API key that a request was made with; it has proven itself. */
export type ShownKey = { id: string; name: string };

/**
 * The agent that an access key belongs to: such a key is named like its agent, and the agent knows its id.
 *
 * @param id the agent that the request is about
 * @throws NotFound when it is no agent's key, Forbidden when it is another's, Unauthorized when the agent has gone
 */
export async function authenticateAgent(apiKey: ShownKey, id: string, now: Date): Promise<Agent> {
  const agent = await findAgent(apiKey.name);
  if (agent === undefined || agent.access_api_key_id !== apiKey.id) throw agentNotFound();
  if (agent.id !== id) throw wrongAgent();
  if (!agent.active) {
    // What made it go may have been cut off before the keys were dead.
    await revokeKeys(apiKeysOf(agent), now);
    throw agentInactive();
  }
  return agent;
}
