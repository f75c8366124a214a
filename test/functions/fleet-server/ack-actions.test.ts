import { describe, expect, it } from 'vitest';
import { findAgent } from '../../../lib/fleet/agents/agents.ts';
import { findApiKey } from '../../../lib/security/api-keys.ts';
import { intercept } from '../../lib/stores/store.ts';
import { fleet, shown } from '../fleet/fleet.ts';
import { checksAgents, checksKeys, notEnabled, refused } from './refusals.ts';

const api = fleet();
const { agentCall, givenAgent, ack, checkIn, getAgent, bulkUnenroll, statusOf } = api;

describe('before anything else', () => {
  checksKeys(api, 'POST /api/fleet/agents/x/acks', { events: [] });
  checksAgents(api, ({ key }, id) => agentCall(`POST /api/fleet/agents/${id}/acks`, key, { events: [] }));
});

const order = async (id: string): Promise<string> => (await bulkUnenroll({ agents: [id], force: true })).body.actionId;

describe('POST /api/fleet/agents/{id}/acks', () => {
  it('looks at the agent before it looks at what it says', async () => {
    const [agent, other] = [await givenAgent(), await givenAgent()];
    expect(shown(await agentCall(`POST /api/fleet/agents/${other.id}/acks`, agent.key, '{'))).toEqual(
      refused(403, 'ErrAgentIdentity', 'Agent header contains wrong identifier'),
    );
  });

  it('mends half characters', async () => {
    const agent = await givenAgent();
    const action_id = await order(agent.id);
    expect((await ack(agent, { action_id, error: 'broken \ud800' })).status).toBe(200);
    expect((await statusOf(action_id)).latestErrors).toMatchObject([{ error: 'broken \ufffd' }]);
  });

  it('answers each event, with the worst status of all', async () => {
    const agent = await givenAgent();
    const action = await order(agent.id);
    const good = { status: 200, message: 'OK' };
    const events = [
      { action_id: `policy:${agent.policy}:1` },
      { action_id: 'unknown' },
      { action_id: action, agent_id: 'somebody-else' },
      { action_id: 'policy:other:9' },
      { action_id: '' },
    ];
    expect(shown(await ack(agent, ...events))).toEqual({
      status: 404,
      body: {
        action: 'acks',
        errors: true,
        items: [
          good,
          { status: 404, message: 'Not Found' },
          { status: 400, message: 'Bad Request' },
          good,
          { status: 404, message: 'Not Found' },
        ],
      },
    });
    expect((await getAgent(agent.id)).policy_revision).toBe(1);
    expect(shown(await ack(agent))).toEqual({ status: 200, body: { action: 'acks', items: [] } });
  });

  it('takes a policy only forward, only its own, and only without an error', async () => {
    const agent = await givenAgent();
    const revision = async (action_id: string, error?: string) => {
      expect((await ack(agent, { action_id, ...(error !== undefined && { error }) })).status).toBe(200);
      return (await getAgent(agent.id)).policy_revision;
    };
    expect(await revision(`policy:${agent.policy}:5`)).toBe(5);
    expect(await revision(`policy:${agent.policy}:7:1`)).toBe(7);
    expect(await revision(`policy:${agent.policy}:6`)).toBe(7);
    expect(await revision(`policy:${agent.policy}:9`, 'failed')).toBe(7);
    for (const odd of [
      'policy:',
      'policy:x',
      `policy:${agent.policy}`,
      `policy:${agent.policy}:x`,
      `policy:${agent.policy}:1e3`,
    ]) {
      expect(await revision(odd)).toBe(7);
    }
  });

  it('counts an answer once', async () => {
    const agent = await givenAgent();
    const action = await order(agent.id);
    const answers = await Promise.all([1, 2, 3].map(() => ack(agent, { action_id: action, error: 'no' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await ack(agent, { action_id: action })).status).toBe(200);
    expect(await statusOf(action)).toMatchObject({ nbAgentsAck: 0, nbAgentsFailed: 1, status: 'FAILED' });
    expect((await checkIn(agent)).body.ack_token).toBeUndefined();
  });

  it('does not take an answer from who was not asked', async () => {
    const [asked, other] = [await givenAgent(), await givenAgent()];
    const action = await order(asked.id);
    expect((await ack(other, { action_id: action })).status).toBe(404);
    expect(await statusOf(action)).toMatchObject({ nbAgentsAck: 0 });
    expect((await getAgent(other.id)).active).toBe(true);
  });

  it('completes all requests to go with the one that is answered', async () => {
    const agent = await givenAgent();
    const actions = [await order(agent.id), await order(agent.id), await order(agent.id)];
    const events = actions.slice(1).map((action_id) => ({ action_id }));
    expect((await ack(agent, ...events)).body.items.map(({ status }: { status: number }) => status)).toEqual([
      200, 200,
    ]);
    for (const action of actions) expect(await statusOf(action)).toMatchObject({ status: 'COMPLETE', nbAgentsAck: 1 });
    expect(shown(await ack(agent, ...events))).toEqual(notEnabled);
  });

  it('kills the keys of an agent that has gone when it comes again, if that was cut off', async () => {
    const agent = await givenAgent();
    const action = await order(agent.id);
    let isCut = true;
    intercept(async ({ name, input }, send) => {
      const isRevocation = !/^(Batch)?Get|^Query/.test(name) && JSON.stringify(input).includes('invalidation');
      if (isCut && isRevocation) throw new Error('cut off');
      return send();
    });
    expect((await ack(agent, { action_id: action })).status).toBe(500);
    isCut = false;
    expect((await getAgent(agent.id)).status).toBe('unenrolled');
    expect((await findApiKey(agent.apiKeyId))?.invalidation).toBeUndefined();
    expect(shown(await ack(agent, { action_id: action }))).toEqual(refused(401, 'ErrAgentInactive', 'Agent inactive'));
    expect((await findApiKey(agent.apiKeyId))?.invalidation).toBeTypeOf('number');
    expect(shown(await checkIn(agent))).toEqual(notEnabled);
    expect((await findAgent(agent.id))?.active).toBe(false);
  });

  it.each<[unknown, unknown]>([
    ['{', 'Bad request: unable to decode ack request'],
    [{}, expect.stringMatching(/: events: /)],
    [{ events: [{ action_id: 1 }] }, expect.stringMatching(/: events\.0\.action_id: /)],
    [{ events: Array.from({ length: 501 }, () => ({})) }, expect.stringMatching(/: events: /)],
  ])('refuses %j', async (body, message) => {
    const agent = await givenAgent();
    expect(shown(await agentCall(`POST /api/fleet/agents/${agent.id}/acks`, agent.key, body))).toEqual(
      refused(400, 'BadRequest', message),
    );
  });
});
