import { expect, it } from 'vitest';
import * as z from 'zod';
import { NotFound } from '../../../lib/errors/errors.ts';
import { fleetServerEndpoint } from '../../../lib/http/fleet-server-endpoint.ts';
import { ok } from '../../../lib/http/response.ts';
import { createApiKey } from '../../../lib/security/api-keys.ts';
import { roleDescriptor } from '../../../lib/security/role-descriptor.ts';
import { storeIsReady } from '../../support/callers.ts';
import { eventOf, lambdaContext } from '../../support/gateway.ts';

const route = { key: 'POST /api/fleet/things/{id}', method: 'POST', segments: [], functionKey: 'things' };

async function givenKey(expiration?: number): Promise<string> {
  await storeIsReady();
  const { id, secret } = await createApiKey({
    name: 'thing',
    owner: { username: 'u', full_name: null, email: null, realm: 'r', realm_type: 't' },
    role_descriptors: { none: roleDescriptor.parse({}) },
    limited_by: {},
    metadata: {},
    creation: Date.now(),
    expiration,
  });
  return Buffer.from(`${id}:${secret}`).toString('base64');
}

type Sent = { headers?: Record<string, string>; body?: string | Buffer };

async function send(handler: ReturnType<typeof fleetServerEndpoint>, { headers = {}, body }: Sent = {}) {
  const request = {
    method: 'POST',
    url: '/api/fleet/things/a%20b',
    headers: { authorization: `ApiKey ${await givenKey()}`, ...headers },
    ...(body !== undefined && { body }),
  };
  const answer = await handler(eventOf(request, { route, parameters: { id: 'a b' } }), lambdaContext('things'));
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(String(answer.body)) };
}

const echo = fleetServerEndpoint(
  {
    route: 'POST /api/fleet/things/{id}',
    summary: 'Echo',
    request: { body: z.object({ n: z.number() }) },
    responses: { 200: z.unknown() },
  },
  ({ path, body, apiKey, agentVersion, header }) =>
    ok({ path, agentVersion: agentVersion(), body: body(), name: apiKey.name, other: header('x-other') }),
);
const agent = { 'user-agent': 'elastic agent 9.1.3', 'x-other': 'seen' };

it('hands on what it has read', async () => {
  expect(await send(echo, { headers: agent, body: '{"n":1,"unknown":2}' })).toMatchObject({
    status: 200,
    body: { path: { id: 'a b' }, body: { n: 1 }, name: 'thing', agentVersion: '9.1.3', other: 'seen' },
  });
});

it.each<[string, Sent, number, string, unknown]>([
  ['no agent', { body: '{"n":1}' }, 400, 'InvalidUserAgent', 'user-agent is invalid'],
  ['no body', { headers: agent }, 400, 'BadRequest', 'Bad request: unable to decode request'],
  ['no JSON', { headers: agent, body: 'x' }, 400, 'BadRequest', 'Bad request: unable to decode request'],
  [
    'a wrong type',
    { headers: agent, body: '{"n":"1"}' },
    400,
    'BadRequest',
    expect.stringMatching(/^Bad request: unable to decode request: n: /),
  ],
  [
    'deep nesting',
    { headers: agent, body: `${'['.repeat(2_000)}${']'.repeat(2_000)}` },
    400,
    'BadRequest',
    'Bad request: unable to decode request',
  ],
  [
    'too much',
    { headers: agent, body: `{"n":1,"x":"${'x'.repeat(1_048_576)}"}` },
    413,
    'PayloadTooLarge',
    expect.any(String),
  ],
  ['an expired key', { headers: { ...agent, authorization: 'expired' } }, 401, 'Unauthorized', 'ApiKey not enabled'],
  ['an empty header', { headers: { ...agent, authorization: '' } }, 401, 'ErrNoAuthHeader', 'no authorization header'],
])('refuses %s', async (_name, sent, status, error, message) => {
  if (sent.headers?.authorization === 'expired')
    sent.headers.authorization = `ApiKey ${await givenKey(Date.now() - 1)}`;
  const answer = await send(echo, sent);
  expect(answer).toMatchObject({ status, body: { statusCode: status, error, message } });
  expect(Object.keys(answer.body)).toEqual(['statusCode', 'error', 'message']);
  expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
});

it.each([
  [() => new NotFound('gone'), 404, { error: 'NotFound', message: 'gone' }],
  [
    () => new NotFound('gone', { attributes: { name: 'ThingNotFound' } }),
    404,
    { error: 'ThingNotFound', message: 'gone' },
  ],
  [() => new Error('secret'), 500, { error: 'InternalServerError', message: 'internal server error' }],
])('words what the handler throws: %#', async (error, status, body) => {
  const handler = fleetServerEndpoint(
    { route: 'POST /api/fleet/things/{id}', summary: 'Fail', raw: true, responses: {} },
    () => {
      throw error();
    },
  );
  expect(await send(handler, { body: Buffer.from([0, 255]) })).toMatchObject({
    status,
    body: { statusCode: status, ...body },
  });
});
