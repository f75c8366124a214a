import { describe, expect, it } from 'vitest';
import { record } from '../../lib/stores/store.ts';
import { atTime, days, fleet, ISO_TIME, shown } from '../fleet/fleet.ts';
import { checksAgents, checksKeys, refused } from './refusals.ts';

const api = fleet();
const {
  agentCall,
  givenAgent,
  givenPolicy,
  givenKey,
  enroll,
  checkIn,
  ack,
  goOnline,
  getAgent,
  bulkUnenroll,
  succeed,
} = api;

describe('before anything else', () => {
  checksKeys(api, 'POST /api/fleet/agents/x/checkin', { status: 'online' });
  checksAgents(api, ({ key }, id) => agentCall(`POST /api/fleet/agents/${id}/checkin`, key, { status: 'online' }));

  it('looks at the agent first, then at what it calls itself, then at what it says', async () => {
    const [agent, other] = [await givenAgent(), await givenAgent()];
    const { api_key } = await givenKey(agent.policy);
    const headers = { 'user-agent': 'curl' };
    const send = (key: string, id: string) => agentCall(`POST /api/fleet/agents/${id}/checkin`, key, '{', headers);
    expect(shown(await send(api_key, agent.id))).toEqual(refused(404, 'AgentNotFound', 'agent could not be found'));
    expect(shown(await send(agent.key, other.id))).toEqual(
      refused(403, 'ErrAgentIdentity', 'Agent header contains wrong identifier'),
    );
    expect(shown(await send(agent.key, agent.id))).toEqual(refused(400, 'InvalidUserAgent', 'user-agent is invalid'));
  });
});

describe('POST /api/fleet/agents/{id}/checkin', () => {
  it('notes how the agent is', async () => {
    const agent = await givenAgent();
    expect((await checkIn(agent, { status: 'degraded', message: 'Not so well' })).status).toBe(200);
    expect(await getAgent(agent.id)).toMatchObject({
      last_checkin: expect.stringMatching(ISO_TIME),
      last_checkin_status: 'degraded',
      last_checkin_message: 'Not so well',
    });
  });

  it('mends half characters', async () => {
    const agent = await givenAgent();
    const local_metadata = { 'key\ud800': ['\udc00'] };
    expect((await checkIn(agent, { message: 'a\ud800b', local_metadata })).status).toBe(200);
    expect(await getAgent(agent.id)).toMatchObject({
      last_checkin_message: 'a\ufffdb',
      local_metadata: { 'key\ufffd': ['\ufffd'] },
    });
  });

  it('hands out the policy until the agent has it', async () => {
    const agent = await givenAgent();
    const { body } = await checkIn(agent);
    expect(body).toEqual({
      action: 'checkin',
      actions: [
        {
          id: `policy:${agent.policy}:1`,
          agent_id: agent.id,
          type: 'POLICY_CHANGE',
          created_at: expect.stringMatching(ISO_TIME),
          data: { policy: expect.objectContaining({ id: agent.policy, revision: 1 }) },
          input_type: '',
        },
      ],
    });
    expect((await checkIn(agent)).body.actions).toHaveLength(1);
    await ack(agent, { action_id: `policy:${agent.policy}:1` });
    expect((await checkIn(agent)).body).toEqual({ action: 'checkin', actions: [] });
  });

  it('believes an agent that says which revision it has', async () => {
    const agent = await givenAgent();
    const said = { agent_policy_id: agent.policy, policy_revision_idx: 1 };
    expect((await checkIn(agent, { ...said, agent_policy_id: 'other' })).body.actions).toHaveLength(1);
    expect((await checkIn(agent, said)).body.actions).toEqual([]);
    expect((await getAgent(agent.id)).policy_revision).toBe(1);
  });

  it('hands out waiting actions after the token, in order', async () => {
    const agent = await givenAgent();
    await goOnline(agent);
    const orders = [];
    for (let times = 0; times < 3; times++)
      orders.push((await bulkUnenroll({ agents: [agent.id], force: true })).body.actionId);
    const first = (await checkIn(agent)).body;
    expect(first.actions.map(({ id }: { id: string }) => id)).toEqual(orders);
    expect(first.ack_token).toBe('3');
    expect(first.actions[0]).toMatchObject({
      type: 'UNENROLL',
      data: {},
      input_type: '',
      expiration: expect.stringMatching(ISO_TIME),
    });
    const pending = async (ack_token: string | null) =>
      (await checkIn(agent, { ack_token })).body.actions.map(({ id }: { id: string }) => id);
    expect(await pending('1')).toEqual(orders.slice(1));
    expect(await pending('3')).toEqual([]);
    for (const token of ['nonsense', null]) expect(await pending(token)).toEqual(orders);
    expect(await atTime(days(31), () => pending(null))).toEqual([]);
  });

  it('takes new metadata and components, and says what is unhealthy', async () => {
    const agent = await givenAgent({ tags: ['t'] });
    const unit = (type: string, status: string) => ({ id: type, type, status, message: '' });
    const component = (status: string, units?: unknown[]) => [{ id: 'c', type: 'c', status, message: '', units }];
    const reason = async (components: unknown) => {
      await checkIn(agent, { components });
      return (await getAgent(agent.id)).unhealthy_reason;
    };
    expect(await reason(component('FAILED', [unit('output', 'FAILED'), unit('input', 'DEGRADED')]))).toEqual([
      'input',
      'output',
    ]);
    expect(await reason(component('DEGRADED'))).toEqual(['other']);
    expect(await reason(component('HEALTHY', [unit('input', 'HEALTHY')]))).toBeNull();
    await checkIn(agent, { local_metadata: { host: { hostname: 'renamed' } } });
    expect(await getAgent(agent.id)).toMatchObject({
      local_metadata: { host: { hostname: 'renamed' } },
      components: component('HEALTHY', [unit('input', 'HEALTHY')]),
      tags: ['t'],
    });
    expect((await succeed('GET /api/fleet/agents?kuery=local_metadata.host.hostname:renamed')).total).toBe(1);
  });

  it('follows an upgrade', async () => {
    const agent = await givenAgent();
    const details = {
      target_version: '9.1.0',
      action_id: 'a',
      state: 'UPG_DOWNLOADING',
      metadata: { download_percent: 12.5 },
    };
    await checkIn(agent, { upgrade_details: details });
    expect((await getAgent(agent.id)).upgrade_details).toEqual(details);
    await checkIn(agent);
    expect(await getAgent(agent.id)).toMatchObject({
      upgrade_details: null,
      upgrade_started_at: null,
      upgraded_at: expect.stringMatching(ISO_TIME),
    });
  });

  it('takes the version that the agent names', async () => {
    const agent = await givenAgent({ version: '8.18.0' });
    await checkIn(agent);
    expect((await getAgent(agent.id)).agent.version).toBe('9.0.0');
  });

  it('writes once on an ordinary day, and moves the agent when a day is over', async () => {
    const agent = await givenAgent({ tags: ['t'] });
    await goOnline(agent);
    const writes = async (when: number) => {
      const sent = record();
      await atTime(when, () => checkIn(agent));
      return sent.filter(({ name }) => !/^(Get|Query|BatchGet)/.test(name)).map(({ name }) => name);
    };
    expect(await writes(1_000)).toEqual(['UpdateCommand']);
    expect(await writes(days(2))).toEqual(['TransactWriteCommand']);
    expect(await writes(days(2) + 1_000)).toEqual(['UpdateCommand']);
  });

  it('loses nothing when others change the agent meanwhile', async () => {
    const { api_key } = await givenKey(await givenPolicy());
    const agent = await enroll(api_key);
    const tags = ['a', 'b', 'c', 'd'];
    await Promise.all([
      ...tags.map((tag) => api.bulkTags({ agents: [agent.id], tagsToAdd: [tag] })),
      ...[1, 2, 3].map((index) => checkIn(agent, { local_metadata: { host: { hostname: `h-${index}` } } })),
      checkIn(agent, { message: 'last' }),
    ]);
    const after = await getAgent(agent.id);
    expect(after.tags.toSorted()).toEqual(tags);
    expect(after.local_metadata.host.hostname).toMatch(/^h-\d$/);
  });

  it.each<[unknown, unknown]>([
    ['{', 'Bad request: unable to decode checkin request'],
    [
      { status: 'fine', message: '' },
      expect.stringMatching(/^Bad request: unable to decode checkin request: status: /),
    ],
    [{ status: 'online', components: {} }, expect.stringMatching(/: components: /)],
    [{ status: 'online', policy_revision_idx: 'x' }, expect.stringMatching(/: policy_revision_idx: /)],
    [
      { status: 'online', poll_timeout: 'zz' },
      'Bad request: poll_timeout cannot be parsed as duration: time: invalid duration "zz"',
    ],
  ])('refuses %j', async (body, message) => {
    const agent = await givenAgent();
    expect(shown(await agentCall(`POST /api/fleet/agents/${agent.id}/checkin`, agent.key, body))).toEqual(
      refused(400, 'BadRequest', message),
    );
  });
});
