import { describe, expect, it } from 'vitest';
import { findApiKey } from '../../../lib/security/api-keys.ts';
import { agentsAll, checksCallers, fleet, ISO_TIME, refusal, shown, UUID } from './fleet.ts';

const api = fleet();
const { call, givenPolicy, givenKey, succeed } = api;
const create = (body: unknown, prefix = '') => call(`POST ${prefix}/api/fleet/enrollment_api_keys`, { body });

checksCallers(api, 'POST /api/fleet/enrollment_api_keys', {
  allowed: ['feature_fleetv2.all', agentsAll],
  refused: ['feature_fleetv2.read', 'feature_fleetv2.agents_read', 'feature_fleetv2.minimal_all'],
  missing: 'fleet-agents-all',
  request: { body: { policy_id: 'gate' } },
});

describe('POST /api/fleet/enrollment_api_keys', () => {
  it('creates a key, with its secret and its policy', async () => {
    const policy_id = await givenPolicy();
    const { status, body } = await create({ policy_id, name: 'linux', expiration: 'not even a time' });
    const { item } = body;
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        item: {
          id: expect.stringMatching(UUID),
          active: true,
          api_key_id: expect.any(String),
          api_key: expect.any(String),
          name: `linux (${item.id})`,
          policy_id,
          created_at: expect.stringMatching(ISO_TIME),
        },
        action: 'created',
      },
    });
    const [id, secret] = Buffer.from(item.api_key, 'base64').toString().split(':');
    expect(id).toBe(item.api_key_id);
    expect(secret).not.toBe('');
  });

  it('makes an API key that says whose it is, allows nothing and never expires', async () => {
    const policy_id = await givenPolicy();
    const item = await givenKey(policy_id, { name: 'x' });
    expect(await findApiKey(item.api_key_id)).toMatchObject({
      name: item.name,
      metadata: { managed_by: 'fleet', managed: true, type: 'enroll', policy_id },
      role_descriptors: {
        'fleet-apikey-enroll': {
          cluster: [],
          indices: [],
          applications: [{ application: 'fleet', privileges: ['no-privileges'], resources: ['*'] }],
        },
      },
    });
    expect(await findApiKey(item.api_key_id)).not.toHaveProperty('expiration');
    const as = { authorization: `ApiKey ${item.api_key}` };
    expect((await call('GET /api/fleet/agents', { as: null, headers: as })).status).toBe(403);
  });

  it.each([{}, { name: '' }])('names a key without a name (%j) by its id', async (fields) => {
    const item = await givenKey(await givenPolicy(), fields);
    expect(item.name).toBe(item.id);
  });

  it('shows it at once to lists and to agents', async () => {
    const policy_id = await givenPolicy();
    const item = await givenKey(policy_id, { name: 'seen' });
    const { items } = await succeed(`GET /api/fleet/enrollment_api_keys?kuery=policy_id:${policy_id}`);
    expect(items).toContainEqual(item);
    expect((await api.enroll(item.api_key)).id).toMatch(UUID);
  });

  it('takes a name once for a policy, also after the key was revoked', async () => {
    const [policy_id, other] = [await givenPolicy(), await givenPolicy()];
    const taken = refusal(409, `An enrollment key named something already exists for agent policy ${policy_id}`);
    const { id } = await givenKey(policy_id, { name: 'something' });
    expect(shown(await create({ policy_id, name: 'something' }))).toEqual(taken);
    expect((await create({ policy_id, name: 'something else' })).status).toBe(200);
    expect((await create({ policy_id: other, name: 'something' })).status).toBe(200);
    await succeed(`DELETE /api/fleet/enrollment_api_keys/${id}`);
    expect(shown(await create({ policy_id, name: 'something' }))).toEqual(taken);
    expect((await create({ policy_id, name: 'something ' })).status).toBe(409);
    expect((await create({ policy_id, name: 'Default' })).status).toBe(409);
  });

  it('lets one of several of a name win, and leaves no key behind for the others', async () => {
    const policy_id = await givenPolicy();
    const answers = await Promise.all(['a', 'b', 'c'].map(() => create({ policy_id, name: 'race' })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    const { total } = await succeed(`GET /api/fleet/enrollment_api_keys?kuery=policy_id:${policy_id}`);
    expect(total).toBe(2);
  });

  it('takes hosted policies, and only policies that the space sees', async () => {
    const hosted = await givenPolicy({ is_managed: true, space: 'blue' });
    expect((await create({ policy_id: hosted }, '/s/blue')).status).toBe(200);
    expect(shown(await create({ policy_id: hosted }))).toEqual(refusal(404, `Agent policy "${hosted}" not found`));
    expect(shown(await create({ policy_id: 'idonotexists' }))).toEqual(
      refusal(404, 'Agent policy "idonotexists" not found'),
    );
  });

  it.each<[unknown, string]>([
    [{}, '[request body.policy_id]: expected value of type [string] but got [undefined]'],
    [{ raoul: 'x' }, '[request body.policy_id]: expected value of type [string] but got [undefined]'],
    [{ Body: { policy_id: 'p' } }, '[request body.policy_id]: expected value of type [string] but got [undefined]'],
    [{ policy_id: 1 }, '[request body.policy_id]: expected value of type [string] but got [number]'],
    [{ policy_id: 'p', name: null }, '[request body.name]: expected value of type [string] but got [null]'],
    [{ policy_id: 'p', foo: 1 }, '[request body.foo]: definition for this key is missing'],
    [undefined, '[request body]: expected a plain object value, but found [null] instead.'],
    ['{', 'Invalid request payload JSON format'],
  ])('refuses %j', async (body, message) => {
    expect(shown(await create(body))).toEqual(refusal(400, message));
  });

  it('refuses a name that no API key can have', async () => {
    const policy_id = await givenPolicy();
    const { status, body } = await create({ policy_id, name: 'x'.repeat(300) });
    expect(status).toBe(400);
    expect(body.message).toMatch(/^Impossible to create an api key: .*may not be more than 256 characters long;$/s);
  });
});
