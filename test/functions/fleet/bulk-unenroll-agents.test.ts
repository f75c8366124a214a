import { describe, expect, it } from 'vitest';
import { findApiKey } from '../../../lib/security/api-keys.ts';
import {
  agentsAll,
  atTime,
  checksCallers,
  days,
  fleet,
  HOSTED_SUFFIX,
  ISO_TIME,
  refusal,
  runJobs,
  shown,
  UUID,
  waitingJobs,
} from './fleet.ts';

const api = fleet();
const { givenPolicy, givenAgent, givenKey, enroll, bulkUnenroll, statusOf, getAgent, checkIn, ack, goOnline } = api;

checksCallers(api, 'POST /api/fleet/agents/bulk_unenroll', {
  allowed: [agentsAll],
  refused: ['feature_fleetv2.read', 'feature_fleetv2.agents_read'],
  missing: 'fleet-agents-all',
  request: { body: { agents: [] } },
});

const unenroll = async (body: Record<string, unknown>): Promise<string> => {
  const { status, body: answer } = await bulkUnenroll(body);
  expect({ status, answer }).toEqual({ status: 200, answer: { actionId: expect.stringMatching(UUID) } });
  return answer.actionId;
};

describe('asking agents to go', () => {
  it('lets the agent fetch it, stop, and answer', async () => {
    const agent = await givenAgent();
    await goOnline(agent);
    const action = await unenroll({ agents: [agent.id] });
    expect(await getAgent(agent.id)).toMatchObject({
      status: 'unenrolling',
      active: true,
      unenrollment_started_at: expect.stringMatching(ISO_TIME),
    });
    expect(await statusOf(action)).toMatchObject({
      type: 'UNENROLL',
      status: 'IN_PROGRESS',
      nbAgentsActioned: 1,
      nbAgentsActionCreated: 1,
      nbAgentsAck: 0,
    });
    const { body } = await checkIn(agent);
    expect(body).toMatchObject({ ack_token: '1', actions: [{ id: action, type: 'UNENROLL', agent_id: agent.id }] });
    expect((await ack(agent, { action_id: action })).status).toBe(200);
    expect(await statusOf(action)).toMatchObject({ status: 'COMPLETE', nbAgentsAck: 1, nbAgentsFailed: 0 });
    expect(await getAgent(agent.id)).toMatchObject({ status: 'unenrolled', active: false });
    expect((await findApiKey(agent.apiKeyId))?.invalidation).toBeTypeOf('number');
    expect((await checkIn(agent)).status).toBe(401);
  });

  it('keeps the agent when it says that it failed', async () => {
    const agent = await givenAgent();
    const action = await unenroll({ agents: [agent.id] });
    expect((await ack(agent, { action_id: action, error: 'cannot stop' })).status).toBe(200);
    expect(await statusOf(action)).toMatchObject({
      status: 'FAILED',
      nbAgentsAck: 0,
      nbAgentsFailed: 1,
      latestErrors: [
        { agentId: agent.id, error: 'cannot stop', timestamp: expect.stringMatching(ISO_TIME), hostname: agent.id },
      ],
    });
    expect((await getAgent(agent.id)).active).toBe(true);
  });

  it('skips who is asked already and who belongs to a hosted policy, and says so', async () => {
    const hosted = await givenPolicy({ is_managed: true });
    const [asked, kept, fresh] = [await givenAgent(), await givenAgent({ policy: hosted }), await givenAgent()];
    await unenroll({ agents: [asked.id] });
    const action = await unenroll({ agents: [asked.id, kept.id, fresh.id, 'nobody'] });
    const status = await statusOf(action);
    expect(status).toMatchObject({
      status: 'IN_PROGRESS',
      nbAgentsActioned: 3,
      nbAgentsActionCreated: 1,
      nbAgentsFailed: 2,
    });
    expect(
      status.latestErrors.map(({ agentId, error }: { agentId: string; error: string }) => [agentId, error]),
    ).toEqual(
      expect.arrayContaining([
        [asked.id, `Agent ${asked.id} already unenrolled`],
        [kept.id, `Cannot unenroll ${kept.id} from a hosted agent policy ${hosted}${HOSTED_SUFFIX}`],
      ]),
    );
    await ack(fresh, { action_id: action });
    expect(await statusOf(action)).toMatchObject({ status: 'FAILED', nbAgentsAck: 1, nbAgentsFailed: 2 });
  });

  it('skips nobody with force', async () => {
    const kept = await givenAgent({ policy: await givenPolicy({ is_managed: true }) });
    await unenroll({ agents: [kept.id], force: true });
    const action = await unenroll({ agents: [kept.id], force: true });
    expect(await statusOf(action)).toMatchObject({ nbAgentsFailed: 0, nbAgentsActionCreated: 1 });
    expect((await getAgent(kept.id)).active).toBe(true);
    expect((await checkIn(kept)).body.actions.filter(({ type }: { type: string }) => type === 'UNENROLL')).toHaveLength(
      2,
    );
  });
});

describe('making agents go', () => {
  it('invalidates their keys at once and is finished', async () => {
    const agents = [await givenAgent(), await givenAgent()];
    const action = await unenroll({ agents: agents.map(({ id }) => id), revoke: true });
    expect(await statusOf(action)).toMatchObject({
      type: 'FORCE_UNENROLL',
      status: 'COMPLETE',
      nbAgentsActioned: 2,
      nbAgentsAck: 2,
    });
    for (const agent of agents) {
      expect((await findApiKey(agent.apiKeyId))?.invalidation).toBeTypeOf('number');
      expect(await getAgent(agent.id)).toMatchObject({
        active: false,
        status: 'unenrolled',
        unenrolled_at: expect.stringMatching(ISO_TIME),
      });
      expect(shown(await checkIn(agent))).toMatchObject({ status: 401 });
    }
  });

  it('does not count an agent that was only asked as gone, and answers for it', async () => {
    const agent = await givenAgent();
    const asked = await unenroll({ agents: [agent.id] });
    const again = await unenroll({ agents: [agent.id], force: true });
    const made = await unenroll({ agents: [agent.id], revoke: true });
    for (const action of [asked, again, made]) {
      expect(await statusOf(action)).toMatchObject({ status: 'COMPLETE', nbAgentsAck: 1, nbAgentsFailed: 0 });
    }
    const repeated = await unenroll({ agents: [agent.id], revoke: true });
    expect(await statusOf(repeated)).toMatchObject({
      status: 'FAILED',
      latestErrors: [expect.objectContaining({ error: `Agent ${agent.id} already unenrolled` })],
    });
    expect(await statusOf(await unenroll({ agents: [agent.id], revoke: true, force: true }))).toMatchObject({
      status: 'COMPLETE',
    });
  });

  it('leaves hosted agents alone, without force', async () => {
    const policy = await givenPolicy({ is_managed: true });
    const agent = await givenAgent({ policy });
    await unenroll({ agents: [agent.id], revoke: true });
    expect((await checkIn(agent)).status).toBe(200);
    await unenroll({ agents: [agent.id], revoke: true, force: true });
    expect((await checkIn(agent)).status).toBe(401);
  });

  it('takes its tags and its place in lists away', async () => {
    const agent = await givenAgent({ space: 'gone', tags: ['vanishing'] });
    await api.call('POST /s/gone/api/fleet/agents/bulk_unenroll', { body: { agents: [agent.id], revoke: true } });
    expect(await api.succeed('GET /s/gone/api/fleet/agents')).toMatchObject({ items: [], total: 0 });
    expect((await api.succeed('GET /api/fleet/agents/tags')).items).not.toContain('vanishing');
  });
});

describe('agents chosen by KQL', () => {
  it('are one batch, done at once, up to the batch size', async () => {
    const policy = await givenPolicy();
    const { api_key } = await givenKey(policy);
    const agents = [await enroll(api_key), await enroll(api_key)];
    const action = await unenroll({ agents: `policy_id:${policy}`, revoke: true, batchSize: '2' });
    expect(await statusOf(action)).toMatchObject({ status: 'COMPLETE', nbAgentsAck: 2 });
    for (const agent of agents) expect((await checkIn(agent)).status).toBe(401);
  });

  it('are left to the worker beyond it', async () => {
    const policy = await givenPolicy();
    const { api_key } = await givenKey(policy);
    const agents = [await enroll(api_key), await enroll(api_key), await enroll(api_key)];
    const action = await unenroll({ agents: `policy_id:${policy}`, revoke: true, batchSize: 2 });
    expect(await statusOf(action)).toMatchObject({ status: 'IN_PROGRESS', nbAgentsActioned: 3, nbAgentsAck: 0 });
    expect(await waitingJobs()).toHaveLength(1);
    await runJobs();
    expect(await statusOf(action)).toMatchObject({ status: 'COMPLETE', nbAgentsAck: 3 });
    for (const agent of agents) expect((await checkIn(agent)).status).toBe(401);
  });

  it.each([
    [undefined, 0],
    [true, 1],
  ])('are inactive ones only when asked: %s', async (includeInactive, total) => {
    const policy = await givenPolicy();
    await atTime(-days(20), () => givenAgent({ policy }));
    const action = await unenroll({ agents: `policy_id:${policy}`, ...(includeInactive && { includeInactive }) });
    expect((await statusOf(action)).nbAgentsActioned).toBe(total);
  });

  it('refuses a broken text', async () => {
    expect(shown(await bulkUnenroll({ agents: 'a:(' }))).toEqual(
      refusal(
        400,
        expect.stringMatching(/^Kuery is malformed: Expected "\(", NOT, value.* but end of input found\.\na:\(\n/),
      ),
    );
  });
});

it.each([[['nobody', '', 'x'.repeat(3_000)]], [[]]])('makes an empty action for %j', async (agents) => {
  const action = await unenroll({ agents });
  expect(await statusOf(action)).toMatchObject({ status: 'COMPLETE', nbAgentsActioned: 0, nbAgentsActionCreated: 0 });
});

it('does not see agents of another space', async () => {
  const blue = await givenAgent({ space: 'blue' });
  await unenroll({ agents: [blue.id], revoke: true });
  expect((await checkIn(blue)).status).toBe(200);
});

it.each<[unknown, string]>([
  [{}, '[request body.agents]: expected at least one defined value but got [undefined]'],
  [undefined, '[request body]: expected a plain object value, but found [null] instead.'],
  [
    { agents: 5 },
    '[request body.agents]: types that failed validation:\n- [request body.agents.0]: expected value of type [array] but got [number]\n- [request body.agents.1]: expected value of type [string] but got [number]',
  ],
  [{ agents: ['a'], revoke: 'yes' }, '[request body.revoke]: expected value of type [boolean] but got [string]'],
  [{ agents: ['a'], batchSize: 'x' }, '[request body.batchSize]: expected value of type [number] but got [string]'],
  [{ agents: ['a'], dryRun: true }, '[request body.dryRun]: definition for this key is missing'],
])('refuses %j', async (body, message) => {
  expect(shown(await api.call('POST /api/fleet/agents/bulk_unenroll', { body }))).toEqual(refusal(400, message));
});
