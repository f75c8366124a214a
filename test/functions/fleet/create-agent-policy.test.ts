import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { checksCallers, fleet, ISO_TIME, refusal, shown, UUID } from './fleet.ts';

const api = fleet();
const { call, succeed, givenPolicy, givenSpace } = api;
const create = (body: unknown, prefix = '') => call(`POST ${prefix}/api/fleet/agent_policies`, { body });

checksCallers(api, 'POST /api/fleet/agent_policies', {
  allowed: ['feature_fleetv2.all', 'feature_fleetv2.agent_policies_all'],
  refused: ['feature_fleetv2.read', 'feature_fleetv2.agents_all', 'feature_fleetv2.minimal_all', 'feature_fleet.all'],
  missing: 'fleet-agent-policies-all',
  request: { body: { name: 'gate', namespace: 'default' } },
});

describe('POST /api/fleet/agent_policies', () => {
  it('creates a policy in its first revision', async () => {
    const { status, body } = await create({ name: 'Linux', namespace: 'default' });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        item: {
          id: expect.stringMatching(UUID),
          name: 'Linux',
          namespace: 'default',
          status: 'active',
          is_managed: false,
          is_protected: false,
          revision: 1,
          updated_at: expect.stringMatching(ISO_TIME),
          updated_by: 'elastic',
          inactivity_timeout: 1_209_600,
          schema_version: '1.1.1',
          space_ids: ['default'],
        },
      },
    });
    expect(Object.keys(body.item)[0]).toBe('id');
  });

  it('keeps every setting', async () => {
    const settings = {
      id: 'all-settings',
      name: 'All settings',
      namespace: 'ns',
      description: 'd',
      is_managed: true,
      unenroll_timeout: 60,
      inactivity_timeout: 0,
      monitoring_enabled: ['logs', 'metrics', 'traces'],
      keep_monitoring_alive: true,
      data_output_id: null,
      monitoring_output_id: 'out',
      download_source_id: 'source',
      fleet_server_host_id: null,
      agent_features: [{ name: 'fqdn', enabled: true }],
      overrides: { agent: { limits: { go_max_procs: 1 } } },
      supports_agentless: null,
      global_data_tags: [{ name: 't', value: 1 }],
      required_versions: [{ version: '9.0.0', percentage: 50 }],
    };
    const { body } = await create({ ...settings, force: true, has_fleet_server: true, is_protected: true });
    const read = (await succeed('GET /api/fleet/agent_policies/all-settings')).item;
    for (const item of [body.item, read]) {
      expect(item).toMatchObject({ ...settings, is_protected: false });
      for (const gone of ['force', 'has_fleet_server']) expect(item).not.toHaveProperty(gone);
    }
  });

  it('gives it an enrollment key', async () => {
    const id = await givenPolicy();
    const { items } = await succeed(`GET /api/fleet/enrollment_api_keys?kuery=policy_id:${id}`);
    expect(items).toEqual([
      expect.objectContaining({
        active: true,
        policy_id: id,
        name: expect.stringMatching(/^Default \([0-9a-f-]{36}\)$/),
      }),
    ]);
  });

  it('refuses a name that the space has, and no other', async () => {
    const id = await givenPolicy({ name: 'taken' });
    expect(shown(await create({ name: 'taken', namespace: 'default' }))).toEqual(
      refusal(409, `Agent Policy '${id}' already exists with name 'taken'`),
    );
    expect((await create({ name: 'Taken', namespace: 'default' })).status).toBe(200);
    expect((await create({ name: 'taken', namespace: 'default' }, '/s/other')).status).toBe(200);
  });

  it('lets one of several win', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map(() => create({ name: 'race', namespace: 'default' })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
  });

  it('refuses an id that is taken', async () => {
    await givenPolicy({ id: 'same-id' });
    expect(shown(await create({ id: 'same-id', name: 'another name', namespace: 'default' }))).toEqual(
      refusal(409, 'Saved object [fleet-agent-policies/same-id] conflict'),
    );
    expect((await create({ name: 'another name', namespace: 'default' })).status).toBe(200);
  });

  it('can show it to several spaces', async () => {
    await givenSpace('blue');
    const id = await givenPolicy({ name: 'shared', space_ids: ['default', 'blue'] });
    for (const prefix of ['', '/s/blue']) {
      expect((await succeed(`GET ${prefix}/api/fleet/agent_policies/${id}`)).item.space_ids).toEqual([
        'default',
        'blue',
      ]);
    }
    expect((await call(`GET /s/red/api/fleet/agent_policies/${id}`)).status).toBe(404);
    expect((await create({ name: 'shared', namespace: 'default' }, '/s/blue')).status).toBe(409);
  });

  it('puts it only into spaces that the caller may change', async () => {
    const as = await givenUser('in-default', { kibana: ['feature_fleetv2.agent_policies_all'], spaces: ['default'] });
    const body = { name: 'elsewhere', namespace: 'default', space_ids: ['default', 'blue'] };
    expect(shown(await call('POST /api/fleet/agent_policies', { as, body }))).toEqual(
      refusal(400, 'No enough permissions to create policies in space blue'),
    );
  });

  it.each(['ghost', '', '*'])('puts it into no space that there is not: %j', async (id) => {
    const body = { name: `in ${id}`, namespace: 'default', space_ids: ['default', id] };
    expect(shown(await create(body))).toEqual(refusal(400, `No enough permissions to create policies in space ${id}`));
    expect((await create({ ...body, space_ids: ['ghost'] }, '/s/ghost')).status).toBe(200);
  });

  it('puts it into as many spaces as one transaction takes', async () => {
    const ids = Array.from({ length: 91 }, (_, index) => `many-${index}`);
    for (const id of ids) await givenSpace(id);
    const body = { name: 'everywhere', namespace: 'default' };
    expect(shown(await create({ ...body, space_ids: ids }))).toEqual(
      refusal(400, 'An agent policy can be in at most 90 spaces, not 91'),
    );
    expect((await create({ ...body, space_ids: [...ids.slice(1), ...ids.slice(1)] })).status).toBe(200);
  });

  const named = (rest: Record<string, unknown>) => ({ name: 'n', namespace: 'default', ...rest });
  it.each<[unknown, string]>([
    [{}, '[request body.name]: expected value of type [string] but got [undefined]'],
    [{ name: 'n' }, '[request body.namespace]: expected value of type [string] but got [undefined]'],
    [named({ name: '' }), '[request body.name]: value has length [0] but it must have a minimum length of [1].'],
    [named({ name: '  ' }), '[request body.name]: Invalid empty string'],
    [
      named({ namespace: '' }),
      '[request body.namespace]: value has length [0] but it must have a minimum length of [1].',
    ],
    [named({ namespace: 'Ns' }), '[request body.namespace]: Namespace must be lowercase'],
    [named({ namespace: 'a-b' }), '[request body.namespace]: Namespace contains invalid characters'],
    [named({ namespace: 'a'.repeat(101) }), '[request body.namespace]: Namespace cannot be more than 100 bytes'],
    [
      named({ inactivity_timeout: -1 }),
      '[request body.inactivity_timeout]: Value must be equal to or greater than [0].',
    ],
    [named({ inactivity_timeout: 1.5 }), '[request body.inactivity_timeout]: 1.5 is not a valid integer'],
    [
      named({ monitoring_enabled: ['x'] }),
      '[request body.monitoring_enabled.0]: types that failed validation:\n- [request body.monitoring_enabled.0.0]: expected value to equal [logs]\n- [request body.monitoring_enabled.0.1]: expected value to equal [metrics]\n- [request body.monitoring_enabled.0.2]: expected value to equal [traces]',
    ],
    [
      named({ overrides: { inputs: [] } }),
      '[request body.overrides]: types that failed validation:\n- [request body.overrides.0]: expected value to equal [null]\n- [request body.overrides.1]: inputs overrides is not allowed',
    ],
    [named({ foo: 1 }), '[request body.foo]: definition for this key is missing'],
  ])('refuses %j', async (body, message) => {
    expect(shown(await create(body))).toEqual(refusal(400, message));
  });

  it('refuses a query that it does not know', async () => {
    expect(shown(await call('POST /api/fleet/agent_policies?foo=1', { body: named({}) }))).toEqual(
      refusal(400, '[request query.foo]: definition for this key is missing'),
    );
  });
});
