import { describe, expect, it } from 'vitest';
import { findApiKey } from '../../../lib/security/api-keys.ts';
import { intercept, serviceError } from '../../lib/stores/store.ts';
import { fleet, ISO_TIME, shown, UUID } from '../fleet/fleet.ts';
import { checksKeys, notEnabled, refused } from './refusals.ts';

const api = fleet();
const {
  agentCall,
  givenSpace,
  givenPolicy,
  givenKey,
  givenAgent,
  enroll,
  enrollBody,
  getAgent,
  checkIn,
  tagsOf,
  bulkUnenroll,
  succeed,
  call,
  ack,
  statusOf,
} = api;
const ENROLL = 'POST /api/fleet/agents/enroll';

describe('before anything else', () => checksKeys(api, ENROLL, enrollBody({})));

describe('POST /api/fleet/agents/enroll', () => {
  it('makes an agent and gives it a key', async () => {
    const policy = await givenPolicy();
    const { api_key } = await givenKey(policy);
    const local = { elastic: { agent: { id: 'wrong', version: '9.0.0' } }, host: { hostname: 'h' } };
    const answer = await agentCall(
      ENROLL,
      api_key,
      enrollBody({
        tags: ['b', 'a', 'b'],
        local,
        body: { metadata: { local, user_provided: { rack: 7 }, tags: ['b', 'a', 'b'] } },
      }),
    );
    const { item } = answer.body;
    expect(shown(answer)).toEqual({
      status: 200,
      body: {
        action: 'created',
        item: {
          id: expect.stringMatching(UUID),
          active: true,
          policy_id: policy,
          type: 'PERMANENT',
          enrolled_at: expect.stringMatching(ISO_TIME),
          user_provided_metadata: { rack: 7 },
          local_metadata: { elastic: { agent: { id: item.id, version: '9.0.0' } }, host: { hostname: 'h' } },
          access_api_key_id: expect.any(String),
          access_api_key: expect.any(String),
          status: 'online',
          tags: ['a', 'b'],
        },
      },
    });
    expect(Buffer.from(item.access_api_key, 'base64').toString().split(':')[0]).toBe(item.access_api_key_id);
    expect(await getAgent(item.id)).toMatchObject({
      access_api_key_id: item.access_api_key_id,
      policy_id: policy,
      user_provided_metadata: { rack: 7 },
      agent: { id: item.id, version: '9.0.0' },
      namespaces: ['default'],
    });
    expect(await findApiKey(item.access_api_key_id)).toMatchObject({
      name: item.id,
      metadata: { managed_by: 'fleet', managed: true, type: 'access', agent_id: item.id },
      role_descriptors: {
        'fleet-apikey-access': {
          applications: [{ application: 'fleet', privileges: ['no-privileges'], resources: ['*'] }],
        },
      },
    });
  });

  it.each(['PERMANENT', 'EPHEMERAL', 'TEMPORARY'])('takes the type %s and the id that it is given', async (type) => {
    const { api_key } = await givenKey(await givenPolicy());
    const { id } = await enroll(api_key, { id: `my-${type}`, body: { type } });
    expect(await getAgent(id)).toMatchObject({ id: `my-${type}`, type });
  });

  it('puts the agent into the spaces of its policy', async () => {
    await givenSpace('blue');
    const policy = await givenPolicy({ space_ids: ['default', 'blue'] });
    const agent = await givenAgent({ policy });
    expect((await getAgent(agent.id, '/s/blue')).namespaces).toEqual(['default', 'blue']);
  });

  it('takes metadata of a megabyte, byte for byte', async () => {
    const { api_key } = await givenKey(await givenPolicy());
    const noise = Array.from({ length: 20_000 }, (_, index) => Math.sin(index).toString(36));
    const { id } = await enroll(api_key, { local: { noise, tiny: 1e-300, host: { hostname: 'big' } } });
    expect((await getAgent(id)).local_metadata).toMatchObject({ noise, tiny: 1e-300 });
    const { items } = await succeed('GET /api/fleet/agents?kuery=local_metadata.host.hostname:big');
    expect(items[0].local_metadata.noise).toEqual(noise);
  });

  it('takes the place of an agent that has gone', async () => {
    const { api_key } = await givenKey(await givenPolicy());
    const first = await enroll(api_key, { id: 'again', tags: ['first'] });
    await bulkUnenroll({ agents: ['again'], force: true });
    await bulkUnenroll({ agents: ['again'], revoke: true, force: true });
    const second = await enroll(api_key, { id: 'again', tags: ['second'] });
    expect(second.apiKeyId).not.toBe(first.apiKeyId);
    const agent = await getAgent('again');
    expect(agent).toMatchObject({ active: true, tags: ['second'], status: 'updating' });
    for (const gone of ['unenrolled_at', 'unenrollment_started_at', 'last_checkin'])
      expect(agent).not.toHaveProperty(gone);
    expect((await checkIn(second)).body.actions.map(({ type }: { type: string }) => type)).toEqual(['POLICY_CHANGE']);
  });

  it('replaces an active agent for who has its token, under the same policy', async () => {
    const policy = await givenPolicy();
    const { api_key } = await givenKey(policy);
    const other = await givenKey(await givenPolicy());
    const first = await enroll(api_key, { id: 'r', body: { replace_token: 'token' }, tags: ['a'] });
    await checkIn(first);
    const { enrolled_at } = await getAgent('r');
    const refusal = refused(403, 'AgentNotReplaceable', 'existing agent cannot be replaced');
    const again = (key: string, body = {}) => agentCall(ENROLL, key, enrollBody({ id: 'r', body, tags: ['b'] }));
    expect(shown(await again(api_key))).toEqual(refusal);
    expect(shown(await again(api_key, { replace_token: 'wrong' }))).toEqual(refusal);
    expect(shown(await again(other.api_key, { replace_token: 'token' }))).toEqual(refusal);
    expect((await checkIn(first)).status).toBe(200);
    const { status, body } = await again(api_key, { replace_token: 'token' });
    expect(status).toBe(200);
    expect(shown(await checkIn(first))).toEqual(notEnabled);
    expect((await checkIn({ id: 'r', key: body.item.access_api_key, apiKeyId: '' })).status).toBe(200);
    expect(await getAgent('r')).toMatchObject({ enrolled_at, tags: ['b'], policy_revision: 0 });
    expect((await again(api_key, { replace_token: 'token' })).status).toBe(200);
  });

  it('leaves a replaced agent what it reported and what waits for it', async () => {
    const { api_key } = await givenKey(await givenPolicy());
    const again = () => enroll(api_key, { id: 'kept', body: { replace_token: 'token' } });
    const first = await again();
    const components = [{ id: 'c', type: 'c', status: 'DEGRADED', message: '' }];
    await checkIn(first, { components });
    const { actionId } = (await bulkUnenroll({ agents: ['kept'] })).body;
    const second = await again();
    const { body } = await checkIn(second);
    expect(body.actions).toMatchObject([{ id: actionId, type: 'UNENROLL' }, { type: 'POLICY_CHANGE' }]);
    expect(await getAgent('kept')).toMatchObject({
      components,
      unhealthy_reason: ['other'],
      unenrollment_started_at: expect.any(String),
      local_metadata: { host: { hostname: 'web-1' } },
    });
    expect((await ack(second, { action_id: actionId })).status).toBe(200);
    expect(await statusOf(actionId)).toMatchObject({ status: 'COMPLETE' });
    expect((await getAgent('kept')).status).toBe('unenrolled');
  });

  it('does not replace an agent that has no token', async () => {
    const { api_key } = await givenKey(await givenPolicy());
    await enroll(api_key, { id: 'fixed' });
    const answer = await agentCall(ENROLL, api_key, enrollBody({ id: 'fixed', body: { replace_token: 'x' } }));
    expect(shown(answer)).toEqual(refused(403, 'AgentNotReplaceable', 'existing agent cannot be replaced'));
  });

  it('forgets an attempt whose agent never checked in', async () => {
    const { api_key } = await givenKey(await givenPolicy({ space: 'tries' }), { space: 'tries' });
    const attempt = () => enroll(api_key, { body: { enrollment_id: 'attempt' }, tags: ['t'] });
    const first = await attempt();
    const second = await attempt();
    expect((await call(`GET /s/tries/api/fleet/agents/${first.id}`)).status).toBe(404);
    expect((await findApiKey(first.apiKeyId))?.invalidation).toBeTypeOf('number');
    expect((await checkIn(second)).status).toBe(200);
    const third = await attempt();
    expect((await checkIn(second)).status).toBe(200);
    const { items, total } = await succeed('GET /s/tries/api/fleet/agents');
    expect(items.map(({ id }: { id: string }) => id).toSorted()).toEqual([second.id, third.id].toSorted());
    expect(total).toBe(2);
  });

  it('lets one of several with the same id win', async () => {
    const { api_key } = await givenKey(await givenPolicy({ space: 'race' }), { space: 'race' });
    const answers = await Promise.all([1, 2, 3].map(() => agentCall(ENROLL, api_key, enrollBody({ id: 'raced' }))));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 403, 403]);
    expect((await succeed('GET /s/race/api/fleet/agents')).total).toBe(1);
    const winner = answers.find(({ status }) => status === 200)?.body.item;
    expect((await getAgent('raced', '/s/race')).access_api_key_id).toBe(winner.access_api_key_id);
    expect((await findApiKey(winner.access_api_key_id))?.invalidation).toBeUndefined();
  });

  it('counts every one of many that come at once', async () => {
    const { api_key } = await givenKey(await givenPolicy({ space: 'rush' }), { space: 'rush' });
    await Promise.all(Array.from({ length: 40 }, () => enroll(api_key)));
    expect((await succeed('GET /s/rush/api/fleet/agents?perPage=100')).total).toBe(40);
  });

  it('refuses keys that are not for enrolment, before it looks at what they come with', async () => {
    const agent = await givenAgent();
    for (const body of [enrollBody({}), '{']) {
      expect(shown(await agentCall(ENROLL, agent.key, body))).toEqual(refused(404, 'NotFound', 'not found'));
    }
  });

  it.each([
    ['', 'InvalidUserAgent', 'user-agent is invalid'],
    ['curl/8', 'InvalidUserAgent', 'user-agent is invalid'],
    ['Elastic Agent', 'InvalidUserAgent', 'user-agent is invalid'],
    ['Elastic Agent x.y', 'InvalidUserAgent', 'user-agent is invalid'],
    ['Elastic Agent 7.12.9', 'UnsupportedVersion', 'version is not supported'],
    ['Elastic Agent 9.2.0', 'UnsupportedVersion', 'version is not supported'],
    ['Elastic Agent 10.0.0', 'UnsupportedVersion', 'version is not supported'],
  ])('refuses the user agent %j', async (userAgent, error, message) => {
    const { api_key } = await givenKey(await givenPolicy());
    expect(shown(await agentCall(ENROLL, api_key, enrollBody({}), { 'user-agent': userAgent }))).toEqual(
      refused(400, error, message),
    );
  });

  it.each(['7.13.0', '8.19.3', '9.1.99', '9.1.0-SNAPSHOT', 'v9.0.0'])('takes agents of version %s', async (version) => {
    const { api_key } = await givenKey(await givenPolicy());
    const { id } = await enroll(api_key, { version });
    expect((await getAgent(id)).agent.version).toBe(version.replace(/^v|-.*$/g, ''));
  });

  it.each<[unknown, unknown]>([
    ['{', 'Bad request: unable to decode enroll request'],
    ['', 'Bad request: unable to decode enroll request'],
    [{ metadata: {} }, 'Bad request: unable to decode enroll request: type: unknown enroll request type'],
    [
      { type: 'OTHER', metadata: {} },
      'Bad request: unable to decode enroll request: type: unknown enroll request type',
    ],
    [{ type: 'PERMANENT' }, expect.stringMatching(/^Bad request: unable to decode enroll request: metadata: /)],
    [{ type: 'PERMANENT', metadata: { tags: [1] } }, expect.stringMatching(/metadata\.tags\.0: /)],
    [{ type: 'PERMANENT', metadata: {}, id: 'x'.repeat(600) }, 'Bad request: agent id is too long'],
    [
      { type: 'PERMANENT', metadata: { tags: Array.from({ length: 41 }, (_, index) => `t${index}`) } },
      'An agent can have at most 40 tags, not 41',
    ],
    ['{"type":"PERMANENT","metadata":{"local":{"__proto__":{"x":1}}}}', 'Bad request: unable to decode enroll request'],
  ])('refuses %j', async (body, message) => {
    const { api_key } = await givenKey(await givenPolicy());
    expect(shown(await agentCall(ENROLL, api_key, body))).toEqual(refused(400, 'BadRequest', message));
  });

  it('ignores keys that it does not know, and what kind the body says it is', async () => {
    const { api_key } = await givenKey(await givenPolicy());
    const answer = await agentCall(
      ENROLL,
      api_key,
      { ...enrollBody({ tags: ['t'] }), shared_id: '' },
      { 'content-type': 'text/plain' },
    );
    expect(answer.status).toBe(200);
    expect(await tagsOf(answer.body.item.id)).toEqual(['t']);
  });
});

it('leaves an agent alive that could not be replaced', async () => {
  const { api_key } = await givenKey(await givenPolicy());
  const given = { id: 'survivor', body: { replace_token: 'token' } };
  const first = await enroll(api_key, given);
  let failures = 1;
  intercept(async ({ name, input }, send) => {
    const isOfAgent = name === 'TransactWriteCommand' && JSON.stringify(input).includes('"agents#');
    if (isOfAgent && failures-- > 0) throw serviceError('InternalServerError');
    return send();
  });
  expect((await agentCall(ENROLL, api_key, enrollBody(given))).status).toBe(500);
  expect((await checkIn(first)).status).toBe(200);
  const second = await enroll(api_key, given);
  expect((await checkIn(second)).status).toBe(200);
  expect((await checkIn(first)).status).toBe(401);
});

it('leaves a first attempt alone that checks in meanwhile', async () => {
  const { api_key } = await givenKey(await givenPolicy());
  const given = { body: { enrollment_id: 'late' } };
  const first = await enroll(api_key, given);
  let isHeard = false;
  intercept(async ({ name, input }, send) => {
    const isForgetting = name === 'TransactWriteCommand' && /"Delete".*"enrollment-ids"/.test(JSON.stringify(input));
    if (isForgetting && !isHeard) {
      isHeard = true;
      expect((await checkIn(first)).status).toBe(200);
    }
    return send();
  });
  const second = await enroll(api_key, given);
  expect([isHeard, second.id === first.id]).toEqual([true, false]);
  expect((await checkIn(first)).status).toBe(200);
});
