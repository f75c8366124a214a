import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forbidden, refusal, statusAndBody, unauthorized, validationFailed } from '../../support/elasticsearch.ts';
import { apiKeyHeader, givenApiKey, givenUser, givenUserWith } from '../../support/identities.ts';
import { kibana } from '../../support/kibana.ts';
import { PASSWORD } from '../../support/password.ts';
import { createOwnTables } from '../../support/stack.ts';

const { call } = kibana();
const NEW = 'n3w-p@ssw0rd';
// What bcrypt implementations test themselves with: the hash of the alphabet.
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
const ALPHABET_HASH = '$2a$10$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq';

beforeAll(async () => {
  await createOwnTables();
  await givenUserWith('manager', ['manage_security']);
});
beforeEach(() => givenUser('jdoe', { roles: ['viewer'], full_name: 'J', metadata: { a: 1 } }));

const change = (path: string, body: unknown, as: string | null = 'elastic', method = 'PUT') =>
  call(`${method} /_security/user${path}`, { as, body });
const login = async (as: string, password: string) =>
  (await call('GET /_security/_authenticate', { as, password })).status;

describe('changes', () => {
  it.each([
    ['PUT', '/jdoe/_password', 'elastic'],
    ['POST', '/jdoe/_password', 'manager'],
    ['PUT', '/jdoe/_password', 'jdoe'],
    ['PUT', '/_password', 'jdoe'],
    ['POST', '/_password', 'jdoe'],
  ])('the password: %s %s as %s', async (method, path, as) => {
    expect(await login('jdoe', PASSWORD)).toBe(200);
    const answer = await change(path, { password: NEW }, as, method);
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text: '{}' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
    expect([await login('jdoe', PASSWORD), await login('jdoe', NEW)]).toEqual([401, 200]);
  });

  it('the hash', async () => {
    expect((await change('/jdoe/_password', { password_hash: ALPHABET_HASH })).status).toBe(200);
    expect([await login('jdoe', PASSWORD), await login('jdoe', ALPHABET)]).toEqual([401, 200]);
  });

  it('nothing else', async () => {
    const before = (await call('GET /_security/user/jdoe')).body;
    await change('/jdoe/_password', { password: NEW });
    expect((await call('GET /_security/user/jdoe')).body).toEqual(before);
  });

  it('the password of a reserved user, too', async () => {
    expect(await login('kibana_system', NEW)).toBe(401);
    expect((await change('/kibana_system/_password', { password: NEW })).status).toBe(200);
    expect(await login('kibana_system', NEW)).toBe(200);
    expect((await call('GET /_security/user/kibana_system')).body.kibana_system.metadata).toEqual({ _reserved: true });
  });

  it('the password of a disabled user, who stays disabled', async () => {
    await givenUser('sleeper', { enabled: false });
    expect((await change('/sleeper/_password', { password: NEW })).status).toBe(200);
    expect(await login('sleeper', NEW)).toBe(401);
  });
});

describe('refuses', () => {
  const SHORT = validationFailed('validation_exception', 'passwords must be at least [6] characters long');
  const unreadable = (field: string, token: string) =>
    refusal('parse_exception', `expected field [${field}] to be of type string, but found [${token}] instead`);

  it.each<[string, unknown, ReturnType<typeof refusal>]>([
    ['no body', undefined, refusal('parse_exception', 'request body is required')],
    ['a list', [], refusal('parse_exception', 'expected an object, but found token [START_ARRAY]')],
    [
      'an unknown field',
      { password: NEW, foo: 1 },
      refusal('parse_exception', 'failed to parse change password request. unexpected field [foo]'),
    ],
    ['a number', { password: 1 }, unreadable('password', 'VALUE_NUMBER')],
    ['null', { password: null }, unreadable('password', 'VALUE_NULL')],
    ['a number as hash', { password_hash: 1 }, unreadable('password_hash', 'VALUE_NUMBER')],
    ['5 characters', { password: '12345' }, SHORT],
    ['an empty password', { password: '' }, SHORT],
    [
      'password and hash',
      { password: NEW, password_hash: ALPHABET_HASH },
      validationFailed('validation_exception', 'password_hash has already been set'),
    ],
    ['neither', {}, validationFailed('action_request_validation_exception', 'password is missing')],
  ])('%s, before anything is asked of the caller', async (_name, body, expected) => {
    await givenUser('other');
    expect(statusAndBody(await change('/other/_password', body))).toEqual(expected);
    expect(statusAndBody(await change('/other/_password', body, 'jdoe'))).toEqual(expected);
  });

  it.each(['changeme', '$2b$10$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq'])(
    'what is no hash: %s',
    async (password_hash) => {
      const { status, body } = await change('/jdoe/_password', { password_hash });
      expect({ status, body }).toEqual(refusal('illegal_argument_exception', body.error.reason));
      expect(await login('jdoe', PASSWORD)).toBe(200);
    },
  );

  it.each([
    ['nobody', 'nobody'],
    ['_system', '_system'],
    ['whose name no row could have', 'x'.repeat(1_025)],
  ])('the unknown user %s', async (_name, name) => {
    expect(statusAndBody(await change(`/${name}/_password`, { password: NEW }))).toEqual(
      validationFailed('validation_exception', 'user must exist in order to change password'),
    );
  });

  it('the anonymous user', async () => {
    expect(statusAndBody(await change('/_anonymous/_password', { password: NEW }))).toEqual(
      refusal('illegal_argument_exception', 'user [_anonymous] is anonymous and cannot be modified via the API'),
    );
  });

  it.each([
    ['?refresh=foo', 'Unknown value for refresh: [foo].'],
    ['?foo=1', 'request [/_security/user/jdoe/_password] contains unrecognized parameter: [foo]'],
  ])('the query %s', async (query, reason) => {
    expect(statusAndBody(await change(`/jdoe/_password${query}`, { password: NEW }))).toEqual(
      refusal('illegal_argument_exception', reason),
    );
  });

  it('nobody', async () => {
    expect(statusAndBody(await change('/_password', {}, null))).toEqual(
      unauthorized('missing authentication credentials for REST request [/_security/user/_password]'),
    );
  });

  it.each(['elastic', 'nobody', '_anonymous', 'JDOE'])(
    'the password of %s to who may not manage users',
    async (name) => {
      expect(statusAndBody(await change(`/${name}/_password`, { password: NEW }, 'jdoe'))).toEqual(
        forbidden('user/change_password', 'user [jdoe] with effective roles [viewer]', 'manage_security,all'),
      );
    },
  );

  it.each(['/_password', '/jdoe/_password'])('an API key that would change its owner by %s', async (path) => {
    const { id, secret } = await givenApiKey('jdoe', { cluster: ['manage_own_api_key'] });
    const headers = { authorization: apiKeyHeader(id, secret) };
    const answer = await call(`PUT /_security/user${path}`, { as: null, headers, body: { password: NEW } });
    expect(statusAndBody(answer)).toEqual(
      forbidden('user/change_password', `API key id [${id}] of user [jdoe]`, 'manage_security,all'),
    );
    expect(await login('jdoe', PASSWORD)).toBe(200);
  });
});

it('lets an API key that may manage users change its owner', async () => {
  const { headers } = await givenApiKey('jdoe', { cluster: ['manage_security'] });
  const answer = await call('PUT /_security/user/_password', { as: null, headers, body: { password: NEW } });
  expect(answer.status).toBe(200);
  expect(await login('jdoe', NEW)).toBe(200);
});
