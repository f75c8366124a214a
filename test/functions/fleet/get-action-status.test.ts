import { describe, expect, it } from 'vitest';
import { changePolicy } from '../../../lib/fleet/policies.ts';
import { record } from '../../lib/stores/store.ts';
import { type Anything, agentsRead, atTime, checksCallers, days, fleet, refusal, shown } from './fleet.ts';

const api = fleet();
const { call, succeed, givenAgent, bulkUnenroll, givenPolicy, givenKey, enroll, ack, checkIn } = api;

checksCallers(api, 'GET /api/fleet/agents/action_status', {
  allowed: ['feature_fleetv2.read', agentsRead],
  refused: ['feature_fleetv2.minimal_all'],
  missing: 'fleet-agents-read',
});

const inSpace = async (space: string, agents: string[] = []): Promise<string> =>
  (await call(`POST /s/${space}/api/fleet/agents/bulk_unenroll`, { body: { agents } })).body.actionId;
const list = async (query: string, space = 'pages'): Promise<string[]> =>
  (await succeed(`GET /s/${space}/api/fleet/agents/action_status?${query}`)).items.map(
    ({ actionId }: Anything) => actionId,
  );

describe('GET /api/fleet/agents/action_status', () => {
  it('answers a page of the actions of the space, newest first; pages begin at 0', async () => {
    const actions: string[] = [];
    for (const minutes of [400, 300, 200, 100])
      actions.unshift(await atTime(-minutes * 60_000, () => inSpace('pages')));
    await inSpace('elsewhere');
    expect(await list('')).toEqual(actions);
    expect(await list('perPage=3')).toEqual(actions.slice(0, 3));
    expect(await list('perPage=3&page=1')).toEqual(actions.slice(3));
    expect(await list('page=5')).toEqual([]);
    expect(await list('perPage=0')).toEqual([]);
    expect(await list(`latest=${250 * 60_000}`)).toEqual(actions.slice(0, 2));
    expect(await list('latest=1')).toEqual([]);
  });

  it('answers the actions of a day', async () => {
    const old = await atTime(-days(10), () => inSpace('dates'));
    const recent = await inSpace('dates');
    const at = (age: number) => encodeURIComponent(new Date(Date.now() - age).toISOString());
    expect(await list(`date=${at(days(10) + 60_000)}`, 'dates')).toEqual([old]);
    expect(await list(`date=${at(60_000)}&latest=1`, 'dates')).toEqual([recent]);
    expect(await list(`date=${at(days(5))}`, 'dates')).toEqual([]);
    expect(await list('date=20250502', 'dates')).toEqual([]);
  });

  it('calls an action expired that was not answered in time', async () => {
    const agent = await givenAgent();
    const { actionId } = (await bulkUnenroll({ agents: [agent.id] })).body;
    const status = async () => (await api.statusOf(actionId)).status;
    expect(await status()).toBe('IN_PROGRESS');
    expect(await atTime(days(30) - 60_000, status)).toBe('IN_PROGRESS');
    expect(await atTime(days(30) + 60_000, status)).toBe('EXPIRED');
    expect((await ack(agent, { action_id: actionId })).status).toBe(200);
    expect(await atTime(days(30) + 60_000, status)).toBe('COMPLETE');
  });

  it('shows as many of the latest errors as asked for, with host names', async () => {
    const policy = await givenPolicy({ is_managed: true });
    const { api_key } = await givenKey(policy);
    const agents = await Promise.all(
      ['a', 'b', 'c'].map((name) => enroll(api_key, { id: `err-${name}`, local: { host: { name: `host-${name}` } } })),
    );
    const { actionId } = (await bulkUnenroll({ agents: agents.map(({ id }) => id) })).body;
    const errors = async (size: string): Promise<Anything[]> => {
      const { items } = await succeed(`GET /api/fleet/agents/action_status?${size}`);
      return items.find((item: Anything) => item.actionId === actionId).latestErrors;
    };
    expect(await errors('')).toHaveLength(3);
    expect(await errors('errorSize=2')).toHaveLength(2);
    expect(await errors('errorSize=0')).toEqual([]);
    for (const { agentId, hostname } of await errors('')) expect(hostname).toBe(agentId.replace('err', 'host'));
  });

  it('costs the same for an action on one agent and on many', async () => {
    const { api_key } = await givenKey(await givenPolicy());
    const agents = await Promise.all(Array.from({ length: 30 }, () => enroll(api_key)));
    const cost = async (): Promise<number> => {
      const sent = record();
      await succeed('GET /api/fleet/agents/action_status?perPage=1');
      return sent.length;
    };
    await bulkUnenroll({ agents: [agents[0]?.id], revoke: true });
    const one = await cost();
    await bulkUnenroll({ agents: agents.slice(1).map(({ id }) => id), revoke: true });
    expect(await cost()).toBe(one);
  });

  it('tells how far agents have followed a change of their policy', async () => {
    const space = 'changes';
    const policy = await givenPolicy({ space });
    const { api_key } = await givenKey(policy, { space });
    const [first, second] = [await enroll(api_key), await enroll(api_key)];
    const change = async (minutes: number): Promise<string> => {
      const now = new Date(Date.now() - minutes * 60_000);
      await changePolicy(policy, () => ({}), { username: 'somebody', now });
      return now.toISOString();
    };
    const [older, newer] = [await change(5), await change(1)];
    const action = await atTime(-3 * 60_000, () => inSpace(space));
    const at = (revision: number, creationTime: string, nbAgentsAck: number) => ({
      actionId: `${policy}:${revision}`,
      creationTime,
      completionTime: creationTime,
      type: 'POLICY_CHANGE',
      nbAgentsActioned: 2,
      nbAgentsAck,
      nbAgentsActionCreated: 2,
      nbAgentsFailed: 0,
      status: nbAgentsAck === 2 ? 'COMPLETE' : 'IN_PROGRESS',
      policyId: policy,
      revision,
    });
    const items = async (query = '') =>
      (await succeed(`GET /s/${space}/api/fleet/agents/action_status?${query}`)).items as Anything[];
    expect(await list('', space)).toEqual([`${policy}:3`, action, `${policy}:2`]);
    expect(await list('perPage=1&page=1', space)).toEqual([action]);
    expect(await list('perPage=2&page=1', space)).toEqual([`${policy}:2`]);
    expect(await list('latest=600000', space)).toEqual([action]);
    expect(await list(`date=${encodeURIComponent(older)}`, space)).toHaveLength(3);
    expect(await list(`date=${encodeURIComponent(newer)}`, space)).toEqual([`${policy}:3`]);
    expect(await list('', 'other-changes')).toEqual([]);

    const changes = async () => (await items()).filter(({ type }) => type === 'POLICY_CHANGE');
    expect(await changes()).toEqual([at(3, newer, 0), at(2, older, 0)]);
    await ack(first, { action_id: `policy:${policy}:2` });
    expect(await changes()).toEqual([at(3, newer, 0), at(2, older, 1)]);
    await ack(first, { action_id: `policy:${policy}:3` });
    await checkIn(second, { agent_policy_id: policy, policy_revision_idx: 2 });
    expect(await changes()).toEqual([at(3, newer, 1), at(2, older, 2)]);
    // Who has gone has no policy to follow.
    await succeed(`POST /s/${space}/api/fleet/agents/bulk_unenroll`, { body: { agents: [second.id], revoke: true } });
    expect((await changes()).map(({ nbAgentsActioned, status }) => [nbAgentsActioned, status])).toEqual([
      [1, 'COMPLETE'],
      [1, 'COMPLETE'],
    ]);
  });

  it.each([
    ['page=x', '[request query.page]: expected value of type [number] but got [string]'],
    ['date=yesterday', '[request query.date]: not a valid date'],
    ['date=2025-02-30', '[request query.date]: not a valid date'],
    ['latest=', '[request query.latest]: expected value of type [number] but got [string]'],
    ['foo=1', '[request query.foo]: definition for this key is missing'],
  ])('refuses %s', async (query, message) => {
    expect(shown(await call(`GET /api/fleet/agents/action_status?${query}`))).toEqual(refusal(400, message));
  });
});
