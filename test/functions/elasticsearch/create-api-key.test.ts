import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findApiKey } from '../../../lib/security/api-keys.ts';
import { forbidden, refusal, statusAndBody, unauthorized, validationFailed } from '../../support/elasticsearch.ts';
import { apiKeyHeader, givenApiKey, givenRole, givenUser, givenUserWith } from '../../support/identities.ts';
import { kibana } from '../../support/kibana.ts';
import { createOwnTables } from '../../support/stack.ts';

const { call } = kibana();
const PATH = '/_security/api_key';

beforeAll(async () => {
  await createOwnTables();
  await givenUser('jdoe', { roles: ['viewer'] });
  await givenUserWith('maker', ['manage_own_api_key']);
  await givenUserWith('manager', ['manage_security']);
});

const create = (body: unknown, as: string | null = 'elastic', headers = {}) =>
  call(`POST ${PATH}`, { as, headers, body });
const withKey = (encoded: string) => ({ as: null, headers: { authorization: `ApiKey ${encoded}` } });

describe.each(['PUT', 'POST'])('%s /_security/api_key', (method) => {
  it('answers id and secret of the new key, once', async () => {
    const answer = await call(`${method} ${PATH}`, { body: { name: 'k' } });
    const { id, name, api_key, encoded } = answer.body;
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(JSON.stringify({ id, name, api_key, encoded }));
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'x-elastic-product': 'Elasticsearch',
    });
    expect(name).toBe('k');
    expect(id).toMatch(/^[A-Za-z0-9_-]{20}$/);
    expect(api_key).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(Buffer.from(encoded, 'base64').toString()).toBe(`${id}:${api_key}`);
    expect((await call('GET /_security/_authenticate', withKey(encoded))).body).toMatchObject({
      username: 'elastic',
      api_key: { id, name: 'k' },
    });
  });

  it('answers when the key expires, in epoch milliseconds', async () => {
    const before = Date.now();
    const { body, text } = await call(`${method} ${PATH}`, { body: { name: 'k', expiration: '1d' } });
    expect(Object.keys(JSON.parse(text))).toEqual(['id', 'name', 'expiration', 'api_key', 'encoded']);
    expect(body.expiration).toBeGreaterThanOrEqual(before + 86_400_000);
    expect(body.expiration).toBeLessThanOrEqual(Date.now() + 86_400_000);
  });
});

describe('a key', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['1ms', 401],
    ['0', 401],
    ['-1', 401],
    ['1h', 200],
  ])('that lives for %s', async (expiration, status) => {
    const { body } = await create({ name: 'k', expiration });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5 });
    expect((await call('GET /_security/_authenticate', withKey(body.encoded))).status).toBe(status);
  });

  it.each(['1500micros', '1nanos', '1ms'])('expires at a whole millisecond, also after %s', async (expiration) => {
    expect((await create({ name: 'k', expiration })).body.expiration).toSatisfy(Number.isSafeInteger);
  });

  it('needs no name of its own', async () => {
    const [one, other] = [await create({ name: 'same' }), await create({ name: 'same' })];
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(one.body.id).not.toBe(other.body.id);
  });

  it('has the privileges of its owner as they were when it was made', async () => {
    await givenRole('changing', { cluster: ['manage_security'] });
    await givenUser('owner', { roles: ['changing'] });
    const { body } = await create({ name: 'k' }, 'owner');
    await givenRole('changing', { cluster: ['manage_own_api_key'] });
    const users = 'GET /_security/user/owner';
    expect((await call(users, { as: 'owner' })).status).toBe(403);
    expect((await call(users, withKey(body.encoded))).status).toBe(200);
  });

  it.each<[string, string[], string[], number]>([
    ['less than its owner', ['manage_own_api_key'], ['manage_security', 'manage_own_api_key'], 403],
    ['no more than its owner', ['all'], ['manage_own_api_key'], 403],
    ['what both have', ['read_security'], ['manage_security'], 200],
  ])('with descriptors of its own may do %s', async (_name, own, ofOwner, status) => {
    await givenUserWith('limited', ofOwner);
    const { body } = await create({ name: 'k', role_descriptors: { own: { cluster: own } } }, 'limited');
    expect((await call('GET /_security/user/limited', withKey(body.encoded))).status).toBe(status);
  });

  it('may do nothing when its only descriptor is empty', async () => {
    const { body } = await create({ name: 'k', role_descriptors: { nothing: {} } });
    expect((await call('GET /_security/user/jdoe', withKey(body.encoded))).status).toBe(403);
  });

  it('keeps its metadata, and of its secret only a hash', async () => {
    const metadata = { a: { b: [1, null] }, application: 'x' };
    const { body } = await create({ name: 'k', metadata });
    const stored = await findApiKey(body.id);
    expect(stored).toMatchObject({ name: 'k', metadata, username: 'elastic', realm: 'reserved' });
    expect(JSON.stringify(stored)).not.toContain(body.api_key);
  });

  it.each(['x'.repeat(256), 'with blank', 'Ключ', 'a#b/c'])('may be named %s', async (name) => {
    expect((await create({ name })).body.name).toBe(name);
  });
});

describe('refuses', () => {
  const invalid = (...problems: string[]) => validationFailed('action_request_validation_exception', ...problems);
  const illegal = (reason: string) => refusal('illegal_argument_exception', reason);
  const NAME_REQUIRED = invalid('api key name is required');
  const LENGTH = 'api key name may not be more than 256 characters long';
  const BLANKS = 'api key name may not begin or end with whitespace';
  const UNDERSCORE = 'api key name may not begin with an underscore';
  const METADATA = 'API key metadata keys may not start with [_]';

  it.each<[string, unknown, ReturnType<typeof refusal>]>([
    ['no body', undefined, refusal('parse_exception', 'request body is required')],
    ['no name', {}, NAME_REQUIRED],
    ['an empty name', { name: '' }, NAME_REQUIRED],
    ['null as name', { name: null }, NAME_REQUIRED],
    ['a name of 257 characters', { name: 'x'.repeat(257) }, invalid(LENGTH)],
    ['a blank in front of the name', { name: ' k' }, invalid(BLANKS)],
    ['a blank behind the name', { name: 'k\n' }, invalid(BLANKS)],
    ['a blank name', { name: ' ' }, invalid(BLANKS)],
    ['an underscore', { name: '_k' }, invalid(UNDERSCORE)],
    ['a reserved key in metadata', { name: 'k', metadata: { _a: 1 } }, invalid(METADATA)],
    [
      'all of them in one answer',
      { name: `_${'x'.repeat(256)} `, metadata: { _a: 1 } },
      invalid(LENGTH, BLANKS, UNDERSCORE, METADATA),
    ],
    [
      'a time without a unit',
      { name: 'k', expiration: '5' },
      illegal('failed to parse setting [expiration] with value [5] as a time value: unit is missing or unrecognized'),
    ],
    [
      'a time in weeks',
      { name: 'k', expiration: '1w' },
      illegal('failed to parse setting [expiration] with value [1w] as a time value: unit is missing or unrecognized'),
    ],
    [
      'half days',
      { name: 'k', expiration: '1.5d' },
      illegal('failed to parse [1.5d], fractional time values are not supported'),
    ],
    [
      'the past',
      { name: 'k', expiration: '-5d' },
      illegal(
        'failed to parse setting [expiration] with value [-5d] as a time value: negative durations are not supported',
      ),
    ],
    [
      'what Elasticsearch could not count either',
      { name: 'k', expiration: '99999999999999999999d' },
      illegal('failed to parse [99999999999999999999d], fractional time values are not supported'),
    ],
  ])('%s, before anything is asked of the caller', async (_name, body, expected) => {
    expect(statusAndBody(await create(body))).toEqual(expected);
    expect(statusAndBody(await create(body, 'jdoe'))).toEqual(expected);
  });

  it('an unknown privilege of a descriptor, after what is wrong with the key itself', async () => {
    const role_descriptors = { a: { cluster: ['bla'] }, b: { indices: [{ names: ['x'], privileges: ['blub'] }] } };
    const { status, body } = await create({ name: '_k', role_descriptors });
    expect(status).toBe(400);
    expect(body.error.type).toBe('action_request_validation_exception');
    expect(body.error.reason).toMatch(
      /^Validation Failed: 1: api key name may not begin with an underscore;2: unknown cluster privilege \[bla\]\. .*;3: unknown index privilege \[blub\]\. .*;$/,
    );
  });

  it.each<[string, unknown, string]>([
    ['an unknown key', { name: 'k', foo: 1 }, 'foo'],
    ['a number as name', { name: 1 }, 'name'],
    ['a text as metadata', { name: 'k', metadata: 'x' }, 'metadata'],
    ['a list as descriptors', { name: 'k', role_descriptors: [] }, 'role_descriptors'],
    ['an unknown key of a descriptor', { name: 'k', role_descriptors: { r: { foo: 1 } } }, 'foo'],
    ['a descriptor that is none', { name: 'k', role_descriptors: { r: 1 } }, 'r'],
  ])('%s, and names it', async (_name, body, named) => {
    const answer = await create(body, 'jdoe');
    expect(answer.status).toBe(400);
    expect(answer.body.error.type).toMatch(/parse_exception$/);
    expect(answer.body.error.reason).toContain(`[${named}]`);
  });

  it.each([
    ['?refresh=foo', 'Unknown value for refresh: [foo].'],
    ['?foo=1', `request [${PATH}] contains unrecognized parameter: [foo]`],
  ])('the query %s', async (query, reason) => {
    expect(statusAndBody(await call(`PUT ${PATH}${query}`, { as: 'jdoe', body: { name: 'k' } }))).toEqual(
      illegal(reason),
    );
  });

  it('nobody', async () => {
    expect(statusAndBody(await create({}, null))).toEqual(
      unauthorized(`missing authentication credentials for REST request [${PATH}]`),
    );
  });

  it.each([3_000, 250_000])('%i unknown privileges, in a text that a client can be told', async (count) => {
    const role_descriptors = { r: { cluster: Array(count).fill('x') } };
    const { status, body } = await create({ name: 'k', role_descriptors });
    expect({ status, body }).toEqual({ status: 413, body: { error: expect.any(String), status: 413 } });
  });

  it('who may not create keys', async () => {
    const privileges = 'manage_own_api_key,manage_api_key,manage_security,all';
    expect(statusAndBody(await create({ name: 'k' }, 'jdoe'))).toEqual(
      forbidden('api_key/create', 'user [jdoe] with effective roles [viewer]', privileges),
    );
  });

  it.each([['99999999999d'], ['9007199254740993ms']])(
    'or takes a time as far away as %s, but never fails',
    async (expiration) => {
      expect((await create({ name: 'k', expiration })).status).toBeLessThan(500);
    },
  );
});

describe('who may', () => {
  it.each(['maker', 'manager', 'elastic'])('create keys: %s', async (as) => {
    expect((await create({ name: 'k' }, as)).status).toBe(200);
  });

  const derived = refusal(
    'illegal_argument_exception',
    'creating derived api keys requires an explicit role descriptor that is empty (has no privileges)',
  );
  const key = async () => {
    const { id, secret } = await givenApiKey('maker', { cluster: ['manage_own_api_key'] });
    return { authorization: apiKeyHeader(id, secret) };
  };

  it.each<[string, Record<string, unknown>]>([
    ['without descriptors', {}],
    ['with an empty list of them', { role_descriptors: {} }],
    ['with a privilege', { role_descriptors: { r: { cluster: ['monitor'] } } }],
    ['with a privilege in one of them', { role_descriptors: { a: {}, b: { run_as: ['x'] } } }],
    [
      'with a Kibana privilege',
      {
        role_descriptors: {
          r: { applications: [{ application: 'kibana-.kibana', privileges: ['all'], resources: ['*'] }] },
        },
      },
    ],
  ])('derive a key from a key: nobody %s', async (_name, more) => {
    expect(statusAndBody(await create({ name: 'k', ...more }, null, await key()))).toEqual(derived);
  });

  it('derive a powerless key from a key', async () => {
    const answer = await create({ name: 'k', role_descriptors: { nothing: { cluster: [] } } }, null, await key());
    expect(answer.status).toBe(200);
    const login = await call('GET /_security/_authenticate', withKey(answer.body.encoded));
    expect(login.body.username).toBe('maker');
    expect((await create({ name: 'k' }, null, { authorization: `ApiKey ${answer.body.encoded}` })).status).toBe(403);
  });
});
