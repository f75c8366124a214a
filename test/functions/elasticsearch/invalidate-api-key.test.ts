import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { forbidden, refusal, statusAndBody, unauthorized, validationFailed } from '../../support/elasticsearch.ts';
import { givenApiKey, givenUser, givenUserWith } from '../../support/identities.ts';
import { kibana } from '../../support/kibana.ts';
import { createOwnTables } from '../../support/stack.ts';

const { call } = kibana();
const PATH = '/_security/api_key';
const OWN = 'manage_own_api_key,manage_api_key,manage_security,all';
const ALL = 'manage_api_key,manage_security,all';

beforeAll(async () => {
  await createOwnTables();
  await givenUser('jdoe', { roles: ['viewer'] });
  await givenUserWith('own', ['manage_own_api_key']);
  await givenUserWith('keys', ['manage_api_key']);
  await givenUserWith('manager', ['manage_security']);
});

const invalidate = (body: unknown, as: string | null = 'elastic', headers = {}) =>
  call(`DELETE ${PATH}`, { as, headers, body });
const done = (invalidated: string[], previously: string[] = []) => ({
  status: 200,
  body: { invalidated_api_keys: invalidated, previously_invalidated_api_keys: previously, error_count: 0 },
});
const given = async (owner: string, name = 'k') => (await givenApiKey(owner, {}, { name })).id;
/** A name that no other test uses, for users and for keys. */
const fresh = (kind: string) => `${kind}-${randomUUID()}`;

describe('DELETE /_security/api_key', () => {
  it('ends a key, for good and at once', async () => {
    const { id, headers } = await givenApiKey('jdoe', {});
    const login = async () => (await call('GET /_security/_authenticate', { as: null, headers })).status;
    expect(await login()).toBe(200);
    const answer = await invalidate({ ids: [id] });
    expect(statusAndBody(answer)).toEqual(done([id]));
    expect(answer.text).toBe(`{"invalidated_api_keys":["${id}"],"previously_invalidated_api_keys":[],"error_count":0}`);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
    expect(await login()).toBe(401);
    expect(statusAndBody(await invalidate({ ids: [id] }))).toEqual(done([], [id]));
  });

  it('takes several ids, one as a text, and unknown ones', async () => {
    const [one, other] = [await given('jdoe'), await given('jdoe')];
    expect(statusAndBody(await invalidate({ ids: one }))).toEqual(done([one]));
    expect(statusAndBody(await invalidate({ ids: [one, 'unknown', other] }))).toEqual(done([other], [one]));
    expect(statusAndBody(await invalidate({ ids: ['unknown', 'x'.repeat(3_000)] }))).toEqual(done([]));
  });

  it('counts an id that is named twice once', async () => {
    const id = await given('jdoe');
    expect(statusAndBody(await invalidate({ ids: [id, id] }))).toEqual(done([id]));
  });

  it('finds keys by their name, which is no pattern', async () => {
    const name = fresh('key');
    const ids = [await given('jdoe', name), await given('own', name)].toSorted();
    await given('jdoe', `${name}2`);
    expect(statusAndBody(await invalidate({ name: `${name}*` }))).toEqual(done([]));
    const { status, body } = await invalidate({ name });
    expect({ status, body: { ...body, invalidated_api_keys: body.invalidated_api_keys.toSorted() } }).toEqual(
      done(ids),
    );
  });

  it.each<[string, (owner: string) => Record<string, unknown>]>([
    ['by user name', (username) => ({ username })],
    ['by user and realm', (username) => ({ username, realm_name: 'default_native' })],
    ['by user, where blank texts count as absent', (username) => ({ username, realm_name: ' ', name: '' })],
  ])('finds the keys of an owner %s', async (_name, filterOf) => {
    const owner = fresh('owner');
    const other = await given('jdoe');
    const ids = [await given(owner), await given(owner)].toSorted();
    const { status, body } = await invalidate(filterOf(owner));
    expect({ status, body: { ...body, invalidated_api_keys: body.invalidated_api_keys.toSorted() } }).toEqual(
      done(ids),
    );
    expect(statusAndBody(await invalidate({ ids: [other] }))).toEqual(done([other]));
  });

  it('finds no key of the owner in another realm', async () => {
    const owner = fresh('owner');
    await given(owner);
    expect(statusAndBody(await invalidate({ username: owner, realm_name: 'reserved' }))).toEqual(done([]));
  });

  it('finds the keys of a realm', async () => {
    const realm = fresh('realm');
    const owner = { username: 'x', full_name: null, email: null, realm, realm_type: 'native' };
    const { id } = await givenApiKey('x', {}, { owner });
    expect(statusAndBody(await invalidate({ realm_name: realm }))).toEqual(done([id]));
  });

  it('finds the own keys, alone or among those named', async () => {
    const owner = fresh('owner');
    await givenUser(owner, { roles: ['superuser'] });
    const name = fresh('key');
    const [mine, alsoMine, others] = [await given(owner, name), await given(owner), await given('jdoe', name)];
    expect(statusAndBody(await invalidate({ owner: true, ids: [others] }, owner))).toEqual(done([]));
    expect(statusAndBody(await invalidate({ owner: true, name }, owner))).toEqual(done([mine]));
    expect(statusAndBody(await invalidate({ owner: true }, owner))).toEqual(done([alsoMine], [mine].filter(Boolean)));
    expect(statusAndBody(await invalidate({ ids: [others] }))).toEqual(done([others]));
  });
});

describe('refuses', () => {
  const invalid = (...problems: string[]) => validationFailed('action_request_validation_exception', ...problems);
  const illegal = (reason: string) => refusal('illegal_argument_exception', reason);
  const NOTHING =
    'One of [api key id(s), api key name, username, realm name] must be specified if [owner] flag is false';
  const BOTH = 'username or realm name must not be specified when the api key id(s) or api key name are specified';
  const OWNED = 'neither username nor realm-name may be specified when invalidating owned API keys';
  const ONE = 'only one of [api key id(s), api key name] can be specified';

  it.each<[string, unknown, ReturnType<typeof refusal>]>([
    ['no body', undefined, refusal('parse_exception', 'request body is required')],
    ['nothing named', {}, invalid(NOTHING)],
    ['nothing but blanks', { name: ' ', username: '', realm_name: '\t', owner: false }, invalid(NOTHING)],
    ['ids and a user', { ids: ['a'], username: 'u' }, invalid(BOTH)],
    ['a name and a realm', { name: 'a', realm_name: 'r' }, invalid(BOTH)],
    ['the own keys of a user', { owner: true, username: 'u' }, invalid(OWNED)],
    ['the own keys of a realm', { owner: true, realm_name: 'r' }, invalid(OWNED)],
    ['ids and a name', { ids: ['a'], name: 'n' }, invalid(ONE)],
    ['everything at once', { ids: ['a'], name: 'n', username: 'u', owner: true }, invalid(BOTH, OWNED, ONE)],
    ['no ids', { ids: [] }, illegal('Field [ids] cannot be an empty array')],
    [
      'a blank id',
      { ids: ['a', ' '] },
      illegal('Field [ids] must not contain blank id, but got blank id at index position: [1]'),
    ],
    [
      'blank ids',
      { ids: ['', 'a', ' '], name: 'n' },
      illegal('Field [ids] must not contain blank id, but got blank ids at index positions: [0, 2]'),
    ],
  ])('%s, before anything is asked of the caller', async (_name, body, expected) => {
    expect(statusAndBody(await invalidate(body))).toEqual(expected);
    expect(statusAndBody(await invalidate(body, 'jdoe'))).toEqual(expected);
  });

  it.each<[unknown, string]>([
    [{ id: 'a' }, 'id'],
    [{ foo: 1 }, 'foo'],
    [{ owner: 'true' }, 'owner'],
    [{ name: 1 }, 'name'],
    [{ ids: [1] }, 'ids'],
  ])('%j, and names the field', async (body, field) => {
    const answer = await invalidate(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.type).toMatch(/parse_exception$/);
    expect(answer.body.error.reason).toContain(`[${field}]`);
  });

  it('unknown parameters', async () => {
    expect(statusAndBody(await call(`DELETE ${PATH}?foo=1`, { body: { owner: true } }))).toEqual(
      illegal(`request [${PATH}] contains unrecognized parameter: [foo]`),
    );
  });

  it('nobody', async () => {
    expect(statusAndBody(await invalidate({}, null))).toEqual(
      unauthorized(`missing authentication credentials for REST request [${PATH}]`),
    );
  });
});

describe('who may', () => {
  const requests: Record<string, (as: string) => Record<string, unknown>> = {
    'owner: true': () => ({ owner: true }),
    'the own name and realm': (as) => ({ username: as, realm_name: 'default_native' }),
    'the own name': (as) => ({ username: as }),
    'the own realm': () => ({ realm_name: 'no_such_realm' }),
    ids: () => ({ ids: ['unknown'] }),
    'a name': () => ({ name: 'unknown' }),
    'another owner': () => ({ username: 'another', realm_name: 'default_native' }),
  };
  const own = ['owner: true', 'the own name and realm'];

  it.each(Object.keys(requests))('ask for %s', async (request) => {
    const bodyFor = (as: string) => requests[request]?.(as);
    const refusedTo = (as: string, roles: string, privileges: string) =>
      forbidden('api_key/invalidate', `user [${as}] with effective roles [${roles}]`, privileges);
    const isOwn = own.includes(request);
    for (const as of ['keys', 'manager', 'elastic']) {
      expect((await invalidate(bodyFor(as), as)).status).toBe(200);
    }
    expect(statusAndBody(await invalidate(bodyFor('jdoe'), 'jdoe'))).toEqual(
      refusedTo('jdoe', 'viewer', isOwn ? OWN : ALL),
    );
    const answer = statusAndBody(await invalidate(bodyFor('own'), 'own'));
    if (isOwn) expect(answer.status).toBe(200);
    else expect(answer).toEqual(refusedTo('own', 'own', ALL));
  });

  it('end itself: an API key that may manage its own keys, and only itself', async () => {
    const { id, headers } = await givenApiKey('own', { cluster: ['manage_own_api_key'] });
    const sibling = await given('own');
    for (const body of [{ owner: true }, { ids: [sibling] }, { ids: [id, sibling] }, { name: 'a key' }]) {
      expect(statusAndBody(await invalidate(body, null, headers))).toEqual(
        forbidden('api_key/invalidate', `API key id [${id}] of user [own]`, ALL),
      );
    }
    expect(statusAndBody(await invalidate({ ids: [id] }, null, headers))).toEqual(done([id]));
    expect((await invalidate({ ids: [id] }, null, headers)).status).toBe(401);
  });

  it('end the keys of its owner: an API key that may manage keys', async () => {
    const owner = fresh('owner');
    const { id, headers } = await givenApiKey(owner, { cluster: ['manage_api_key'] });
    expect(statusAndBody(await invalidate({ owner: true }, null, headers))).toEqual(done([id]));
  });
});
