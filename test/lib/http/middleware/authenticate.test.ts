import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { elasticsearchEndpoint } from '../../../../lib/http/elasticsearch-endpoint.ts';
import { kibanaEndpoint } from '../../../../lib/http/endpoint.ts';
import { ok } from '../../../../lib/http/response.ts';
import { createApiKey, findApiKey, invalidateApiKey } from '../../../../lib/security/api-keys.ts';
import { hashPassword } from '../../../../lib/security/passwords.ts';
import { none } from '../../../../lib/security/privileges.ts';
import { changePassword } from '../../../../lib/security/users.ts';
import { configSchema } from '../../../../lib/validation/config-schema.ts';
import { basic, givenUser } from '../../../support/callers.ts';
import { PASSWORD } from '../../../support/password.ts';
import { coreText, quoted, serve } from '../serve.ts';

const responses = { 200: z.unknown() };
const whoAmI = { privileges: none, validation: configSchema, summary: 'Who calls', responses };

const kibana = serve(
  kibanaEndpoint({ route: 'GET /api/me', ...whoAmI }, ({ principal }) => ok({ username: principal.username })),
);
const optional = serve(
  kibanaEndpoint({ route: 'GET /api/me', authentication: 'optional', ...whoAmI }, ({ principal }) =>
    ok({ username: principal.username }),
  ),
);
const elasticsearch = serve(
  elasticsearchEndpoint(
    {
      route: 'GET /_security/me/{name}',
      summary: 'Who calls',
      responses,
      parameters: ['a'],
      parse: () => 0,
      action: 'anyone',
    },
    ({ principal }) => ok({ username: principal.username }),
  ),
);
const PASSWORD_WITH_COLONS = 'pä:ss:wörd';
const encoded = (text: string) => Buffer.from(text).toString('base64');

async function givenApiKey(expiration?: number): Promise<{ id: string; secret: string }> {
  return createApiKey({
    name: 'key',
    owner: { username: 'owner', full_name: null, email: null, realm: 'default_native', realm_type: 'native' },
    role_descriptors: {},
    limited_by: {},
    metadata: {},
    creation: Date.now(),
    expiration,
  });
}

/** Filled before the tests: keys are made by the store. */
const keys = { good: { id: '', secret: '' }, expired: { id: '', secret: '' }, invalidated: { id: '', secret: '' } };

beforeAll(async () => {
  await givenUser('jane', []);
  await givenUser('disabled', [], { enabled: false });
  await givenUser('joe', []);
  await changePassword('joe', await hashPassword(PASSWORD_WITH_COLONS));
  keys.good = await givenApiKey(Date.now() + 3_600_000);
  keys.expired = await givenApiKey(Date.now() - 1);
  keys.invalidated = await givenApiKey();
  const toInvalidate = await findApiKey(keys.invalidated.id);
  if (toInvalidate === undefined) throw new Error('the key was not stored');
  await invalidateApiKey(toInvalidate, new Date());
});

const apiKey = ({ id, secret }: { id: string; secret: string }) => `ApiKey ${encoded(`${id}:${secret}`)}`;

const accepted: [string, () => string, string][] = [
  ['Basic', () => basic('jane'), 'jane'],
  ['the scheme in small letters', () => basic('jane').replace('Basic', 'basic'), 'jane'],
  ['the scheme in capitals', () => basic('jane').replace('Basic', 'BASIC'), 'jane'],
  ['several blanks after the scheme', () => basic('jane').replace(' ', ' \t '), 'jane'],
  ['blanks around', () => ` ${basic('jane')} `, 'jane'],
  ['a password with colons and letters beyond ASCII', () => basic('joe', PASSWORD_WITH_COLONS), 'joe'],
  ['ApiKey', () => apiKey(keys.good), 'owner'],
  ['ApiKey in small letters', () => apiKey(keys.good).toLowerCase().slice(0, 7) + apiKey(keys.good).slice(7), 'owner'],
];

describe('credentials that are good', () => {
  it.each(accepted)('%s', async (_name, authorization, username) => {
    for (const { call, path } of [
      { ...kibana, path: '/api/me' },
      { ...elasticsearch, path: '/_security/me/x' },
    ]) {
      const { status, json } = await call(`GET ${path}`, { as: null, headers: { authorization: authorization() } });
      expect({ status, json }).toEqual({ status: 200, json: { username } });
    }
  });
});

const BAD_KEY = 'unable to authenticate with provided credentials and anonymous access is not allowed for this request';
const badUser = (username: string, uri: string) =>
  `unable to authenticate user [${username}] for REST request [${uri}]`;

type Refusal = {
  name: string;
  authorization: () => string | undefined;
  /** Kibana has a text of its own where it does not ask Elasticsearch. */
  kibana?: string;
  reason: (uri: string) => string;
  details?: () => string;
  causedBy?: unknown;
};

const missing = (uri: string) => `missing authentication credentials for REST request [${uri}]`;

const refused: Refusal[] = [
  { name: 'none', authorization: () => undefined, kibana: 'Unauthorized', reason: missing },
  { name: 'an empty header', authorization: () => '', kibana: 'Unauthorized', reason: missing },
  { name: 'another scheme', authorization: () => 'Digest x', kibana: 'Unauthorized', reason: missing },
  { name: 'a wrong password', authorization: () => basic('jane', 'wrong!'), reason: (uri) => badUser('jane', uri) },
  { name: 'an empty password', authorization: () => basic('jane', ''), reason: (uri) => badUser('jane', uri) },
  { name: 'an unknown user', authorization: () => basic('No.One'), reason: (uri) => badUser('No.One', uri) },
  { name: 'a disabled user', authorization: () => basic('disabled'), reason: (uri) => badUser('disabled', uri) },
  { name: 'no user name', authorization: () => basic(''), reason: (uri) => badUser('', uri) },
  {
    name: 'a user name that no store can hold',
    authorization: () => basic('x'.repeat(1_100)),
    reason: (uri) => badUser('x'.repeat(1_100), uri),
  },
  {
    name: 'an unknown API key',
    authorization: () => `ApiKey ${encoded('foo:bar')}`,
    reason: () => BAD_KEY,
    details: () => 'API key: unable to find apikey with id foo',
  },
  {
    name: "an API key's wrong secret",
    authorization: () => apiKey({ id: keys.good.id, secret: 'wrong' }),
    reason: () => BAD_KEY,
    details: () => `API key: invalid credentials for API key [${keys.good.id}]`,
  },
  {
    name: 'an expired API key',
    authorization: () => apiKey(keys.expired),
    reason: () => BAD_KEY,
    details: () => 'API key: api key is expired',
  },
  {
    name: 'an invalidated API key',
    authorization: () => apiKey(keys.invalidated),
    reason: () => BAD_KEY,
    details: () => `API key: api key [${keys.invalidated.id}] has been invalidated`,
  },
  {
    name: 'Basic that is not base64',
    authorization: () => 'Basic ***',
    kibana:
      '[security_exception\n\tCaused by:\n\t\tillegal_argument_exception: Illegal base64 character 2a\n\tRoot causes:\n\t\tsecurity_exception: invalid basic authentication header encoding]: invalid basic authentication header encoding',
    reason: () => 'invalid basic authentication header encoding',
    causedBy: { type: 'illegal_argument_exception', reason: 'Illegal base64 character 2a' },
  },
  {
    name: 'Basic without a colon',
    authorization: () => `Basic ${encoded('elastic')}`,
    reason: () => 'invalid basic authentication header value',
  },
  { name: 'Basic without a value', authorization: () => 'Basic', reason: missing },
  { name: 'ApiKey without a value', authorization: () => 'ApiKey ', reason: missing },
  {
    name: 'ApiKey that is not base64',
    authorization: () => 'ApiKey id:secret',
    reason: () => BAD_KEY,
    details: () => 'API key: Illegal base64 character 3a',
  },
  {
    name: 'ApiKey without a colon',
    authorization: () => `ApiKey ${encoded('id')}`,
    reason: () => BAD_KEY,
    details: () => 'API key: invalid ApiKey value',
  },
  {
    name: 'ApiKey without an id',
    authorization: () => `ApiKey ${encoded(':secret')}`,
    reason: () => BAD_KEY,
    details: () => 'API key: invalid ApiKey value',
  },
];

describe('credentials that are not: Kibana', () => {
  it.each(refused)('refuses $name', async ({ authorization, kibana: own, reason }) => {
    const { status, text, headers } = await kibana.call('GET /api/me?a=b', {
      as: null,
      headers: { authorization: authorization() },
    });
    const message = own ?? quoted('security_exception', reason('/_security/_authenticate'));
    expect({ status, text }).toEqual({ status: 401, text: coreText(401, 'Unauthorized', message) });
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(headers).not.toHaveProperty('elastic-api-version');
    expect(headers).toHaveProperty('kbn-name');
  });

  it.each(refused)('lets who has $name pass as nobody where authentication is optional', async ({ authorization }) => {
    const { status, json } = await optional.call('GET /api/me', {
      as: null,
      headers: { authorization: authorization() },
    });
    expect({ status, json }).toEqual({ status: 200, json: { username: '' } });
  });
});

const challenges = ['Basic realm="security", charset="UTF-8"', 'Bearer realm="security"', 'ApiKey'];

describe('credentials that are not: Elasticsearch', () => {
  it.each(refused)('refuses $name with its own URI', async ({ authorization, reason, details, causedBy }) => {
    const { status, json, headers } = await elasticsearch.call('GET /_security/me/x%20y?a=b', {
      as: null,
      headers: { authorization: authorization() },
    });
    const cause = {
      type: 'security_exception',
      reason: reason('/_security/me/x%20y?a=b'),
      ...(details && { additional_unsuccessful_credentials: details() }),
      header: { 'WWW-Authenticate': challenges },
    };
    const error = { root_cause: [cause], ...cause, ...(causedBy !== undefined && { caused_by: causedBy }) };
    expect({ status, json }).toEqual({ status: 401, json: { error, status: 401 } });
    expect(headers['www-authenticate']).toBe(challenges.join(', '));
    expect(headers['x-elastic-product']).toBe('Elasticsearch');
    expect(headers['content-type']).toBe('application/json');
  });

  it('keeps the order of keys', async () => {
    const { text } = await elasticsearch.call('GET /_security/me/x', { as: 'bob', headers: {} });
    const header = `"header":${JSON.stringify({ 'WWW-Authenticate': challenges })}`;
    const cause = `"type":"security_exception","reason":"${badUser('bob', '/_security/me/x')}",${header}`;
    expect(text).toBe(`{"error":{"root_cause":[{${cause}}],${cause}},"status":401}`);
  });
});

describe('a password that changes', () => {
  it('bites on the next request, however often the old one was right', async () => {
    await givenUser('changing', []);
    const statusWith = async (password: string) =>
      (await kibana.call('GET /api/me', { as: null, headers: { authorization: basic('changing', password) } })).status;
    expect([await statusWith(PASSWORD), await statusWith(PASSWORD)]).toEqual([200, 200]);
    await changePassword('changing', await hashPassword('new-password'));
    expect([await statusWith(PASSWORD), await statusWith('new-password')]).toEqual([401, 200]);
  });
});
