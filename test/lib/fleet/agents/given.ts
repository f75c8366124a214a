import { randomUUID } from 'node:crypto';
import { agentWrites, onItsDay } from '../../../../lib/fleet/agents/agent-index.ts';
import type { Agent } from '../../../../lib/fleet/agents/agents.ts';
import { writeCounted } from '../../../../lib/fleet/counters.ts';

/** An agent that is enrolled now. */
export function agent(fields: Partial<Agent> = {}): Agent {
  return onItsDay({
    id: randomUUID(),
    version: 1,
    incarnation: randomUUID(),
    active: true,
    type: 'PERMANENT',
    policy_id: 'policy',
    namespaces: ['default'],
    enrolled_at: new Date().toISOString(),
    access_api_key_id: 'key',
    agent_version: '9.0.0',
    tags: [],
    facts: {},
    local_metadata_hash: '',
    action_seq: 0,
    day: 0,
    ...fields,
  });
}

/** Stores an agent as enrolment does. */
export async function givenAgent(fields: Partial<Agent> = {}): Promise<Agent> {
  const given = agent(fields);
  await writeCounted(agentWrites(undefined, given));
  return given;
}
