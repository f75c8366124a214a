import { expect, it } from 'vitest';
import type { CallResult } from '../../support/kibana.ts';
import { type fleet, shown } from '../fleet/fleet.ts';

/** A refusal in Fleet Server's shape. */
export const refused = (statusCode: number, error: string, message: unknown) => ({
  status: statusCode,
  body: { statusCode, error, message },
});

export const notEnabled = refused(401, 'Unauthorized', 'ApiKey not enabled');

type Api = ReturnType<typeof fleet>;

/** What every operation of Fleet Server checks before anything else. */
export function checksKeys(api: Api, line: string, body?: unknown): void {
  const { agentCall, call } = api;
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  it.each<[string, Record<string, string>, ReturnType<typeof refused>]>([
    ['no key', {}, refused(401, 'ErrNoAuthHeader', 'no authorization header')],
    [
      'a password',
      { authorization: `Basic ${base64('elastic:changeme')}` },
      refused(400, 'ErrMalformedHeader', 'malformed authorization header'),
    ],
    [
      'another scheme',
      { authorization: 'Bearer x' },
      refused(400, 'ErrMalformedHeader', 'malformed authorization header'),
    ],
    ['what is no key', { authorization: 'ApiKey !!' }, refused(400, 'ErrMalformedToken', 'malformed token')],
    [
      'half a key',
      { authorization: `ApiKey ${base64('nocolon')}` },
      refused(400, 'ErrMalformedToken', 'malformed token'),
    ],
    ['an unknown key', { authorization: `ApiKey ${base64('nope:nope')}` }, notEnabled],
  ])('refuses %s', async (_name, headers, expected) => {
    expect(shown(await agentCall(line, null, body, headers))).toEqual(expected);
  });

  it('has no XSRF check and no spaces', async () => {
    expect(shown(await agentCall(line, null, body, { 'sec-fetch-site': 'cross-site' }))).toMatchObject({
      body: { error: 'ErrNoAuthHeader' },
    });
    const [method, path] = line.split(' ');
    expect((await call(`${method} /s/blue${path}`, { body: {} })).status).toBe(404);
  });
}

/** What every operation of an agent checks of the agent. */
export function checksAgents(
  api: Api,
  request: (agent: { id: string; key: string }, id: string) => Promise<CallResult>,
): void {
  it('refuses the key of another agent, of no agent, and of an agent that has gone', async () => {
    const [agent, other] = [await api.givenAgent(), await api.givenAgent()];
    expect(shown(await request(agent, other.id))).toEqual(
      refused(403, 'ErrAgentIdentity', 'Agent header contains wrong identifier'),
    );
    const { api_key } = await api.givenKey(agent.policy);
    const stranger = { id: agent.id, key: api_key };
    expect(shown(await request(stranger, agent.id))).toEqual(refused(404, 'AgentNotFound', 'agent could not be found'));
    const forged = (await api.succeed('POST /_security/api_key', { body: { name: agent.id } })).encoded;
    expect(shown(await request({ id: agent.id, key: forged }, agent.id))).toEqual(
      refused(404, 'AgentNotFound', 'agent could not be found'),
    );
    await api.bulkUnenroll({ agents: [agent.id], revoke: true });
    expect(shown(await request(agent, agent.id))).toEqual(notEnabled);
  });
}
