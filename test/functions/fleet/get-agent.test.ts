import { describe, expect, it } from 'vitest';
import { agentsRead, atTime, checksCallers, days, fleet, ISO_TIME, refusal, shown } from './fleet.ts';

const api = fleet();
const {
  call,
  succeed,
  givenSpace,
  givenPolicy,
  givenAgent,
  givenKey,
  enroll,
  checkIn,
  goOnline,
  getAgent,
  bulkUnenroll,
  ack,
} = api;

checksCallers(api, 'GET /api/fleet/agents/gate', {
  allowed: ['feature_fleetv2.all', 'feature_fleetv2.read', 'feature_fleetv2.agents_all', agentsRead],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.settings_all', 'feature_fleet.all'],
  missing: 'fleet-agents-read',
});

describe('GET /api/fleet/agents/{agentId}', () => {
  it('answers all that is known of an agent, and no secret', async () => {
    const local = {
      host: { hostname: 'web-1', deep: { er: [1e300, 9007199254740991] } },
      elastic: { agent: { id: 'x', version: '9.0.0' } },
    };
    const agent = await givenAgent({ tags: ['eu', 'linux'], local, body: { replace_token: 'hidden' } });
    const components = [
      {
        id: 'log',
        type: 'log',
        status: 'DEGRADED',
        message: 'm',
        units: [{ id: 'u', type: 'input', status: 'FAILED', message: 'm' }],
      },
    ];
    await checkIn(agent, { status: 'degraded', components, local_metadata: local });
    await ack(agent, { action_id: `policy:${agent.policy}:1` });
    const { status, text, body } = await call(`GET /api/fleet/agents/${agent.id}`);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        item: {
          id: agent.id,
          type: 'PERMANENT',
          namespaces: ['default'],
          active: true,
          enrolled_at: expect.stringMatching(ISO_TIME),
          access_api_key_id: agent.apiKeyId,
          policy_id: agent.policy,
          last_checkin: expect.stringMatching(ISO_TIME),
          last_checkin_status: 'degraded',
          last_checkin_message: 'Running',
          policy_revision: 1,
          packages: [],
          sort: [Date.parse(body.item.enrolled_at)],
          tags: ['eu', 'linux'],
          components,
          agent: { id: agent.id, version: '9.0.0' },
          local_metadata: local,
          user_provided_metadata: {},
          unhealthy_reason: ['input'],
          status: 'degraded',
        },
      },
    });
    for (const secret of ['hidden', 'replace_token', 'access_api_key"', 'enrollment_id', 'action_seq', 'incarnation']) {
      expect(text).not.toContain(secret);
    }
  });

  it('computes the status of every stage of its life', async () => {
    const agent = await givenAgent();
    const status = async () => (await getAgent(agent.id)).status;
    expect(await status()).toBe('updating');
    await goOnline(agent);
    expect(await status()).toBe('online');
    await checkIn(agent, { status: 'error' });
    expect(await status()).toBe('error');
    await checkIn(agent, { status: 'starting' });
    expect(await status()).toBe('online');
    expect(await atTime(301_000, status)).toBe('offline');
    expect(await atTime(days(14) - 1_000, status)).toBe('offline');
    expect(await atTime(days(14) + 1_000, status)).toBe('inactive');
    await bulkUnenroll({ agents: [agent.id] });
    expect(await status()).toBe('unenrolling');
    expect(await atTime(301_000, status)).toBe('offline');
    await bulkUnenroll({ agents: [agent.id], revoke: true });
    expect(await status()).toBe('unenrolled');
    expect(await getAgent(agent.id)).toMatchObject({ active: false, unenrolled_at: expect.stringMatching(ISO_TIME) });
  });

  it('shows of components and their units what is documented', async () => {
    const agent = await givenAgent();
    const unit = { id: 'u', type: 'input', status: 'HEALTHY', message: 'm', payload: { any: { thing: 1 } } };
    const component = { id: 'c', type: 'log', status: 'HEALTHY', message: 'm' };
    const more = { shipper: { component_id: 's' }, version_info: { name: 'n' } };
    await checkIn(agent, {
      components: [{ ...component, ...more, units: [{ ...unit, ...more }, 5] }, { ...component, units: 'odd' }, null],
    });
    const item = await getAgent(agent.id);
    expect(item.components).toEqual([{ ...component, units: [unit] }, component]);
    expect(Object.keys(item)).toEqual([
      'id',
      'type',
      'namespaces',
      'active',
      'enrolled_at',
      'access_api_key_id',
      'policy_id',
      'last_checkin',
      'last_checkin_status',
      'last_checkin_message',
      'packages',
      'sort',
      'tags',
      'components',
      'agent',
      'user_provided_metadata',
      'local_metadata',
      'unhealthy_reason',
      'status',
    ]);
  });

  it('never calls an agent inactive whose policy has no timeout', async () => {
    const agent = await givenAgent({ policy: await givenPolicy({ inactivity_timeout: 0 }) });
    expect(await atTime(days(400), async () => (await getAgent(agent.id)).status)).toBe('offline');
  });

  it.each(['true', 'TRUE'])('has no metrics to show with withMetrics=%s', async (flag) => {
    const { id } = await givenAgent();
    expect((await succeed(`GET /api/fleet/agents/${id}?withMetrics=${flag}`)).item.metrics).toEqual({});
    expect((await succeed(`GET /api/fleet/agents/${id}?withMetrics=false`)).item).not.toHaveProperty('metrics');
  });

  it('sees only what its space sees', async () => {
    await givenSpace('blue');
    const shared = await givenPolicy({ space_ids: ['default', 'blue'] });
    const [blue, both] = [await givenAgent({ space: 'blue' }), await givenAgent({ policy: shared })];
    expect(shown(await call(`GET /api/fleet/agents/${blue.id}`))).toEqual(refusal(404, `Agent ${blue.id} not found`));
    expect((await getAgent(blue.id, '/s/blue')).namespaces).toEqual(['blue']);
    expect((await getAgent(both.id, '/s/blue')).id).toBe(both.id);
    expect((await getAgent(both.id)).id).toBe(both.id);
    expect((await call(`GET /s/red/api/fleet/agents/${both.id}`)).status).toBe(404);
  });

  it.each(['setup', 'available_versions'])('takes %s for another route', async (id) => {
    await givenAgent({ id });
    expect(shown(await call(`GET /api/fleet/agents/${id}`))).toEqual(refusal(404, 'Not Found'));
  });

  it.each(['nope', 'a'.repeat(3_000), '%F0%9F%98%80', '__proto__'])('answers 404 for the unknown id %s', async (id) => {
    expect(shown(await call(`GET /api/fleet/agents/${id}`))).toEqual(
      refusal(404, `Agent ${decodeURIComponent(id)} not found`),
    );
  });

  it.each(['a#b', 'tags', 'ä ö?&', 'a b'])('finds an agent whose id is %s', async (id) => {
    const { api_key } = await givenKey(await givenPolicy());
    const given = await enroll(api_key, { id });
    // The fixed paths come first.
    if (id !== 'tags') expect((await getAgent(given.id)).id).toBe(id);
    else expect(await succeed('GET /api/fleet/agents/tags')).toHaveProperty('items');
  });

  it.each([
    ['withMetrics=1', '[request query.withMetrics]: expected value of type [boolean] but got [string]'],
    ['withMetrics=', '[request query.withMetrics]: expected value of type [boolean] but got [string]'],
    ['foo=1', '[request query.foo]: definition for this key is missing'],
    [
      'withMetrics=true&withMetrics=true',
      '[request query.withMetrics]: expected value of type [boolean] but got [Array]',
    ],
  ])('refuses %s', async (query, message) => {
    expect(shown(await call(`GET /api/fleet/agents/x?${query}`))).toEqual(refusal(400, message));
  });
});
