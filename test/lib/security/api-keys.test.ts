import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ApiKey,
  apiKeysIn,
  apiKeysNamed,
  apiKeysOf,
  createApiKey,
  findApiKey,
  findApiKeys,
  invalidateApiKey,
  isSecretOf,
  type NewApiKey,
} from '../../../lib/security/api-keys.ts';
import { type DynamoDB, wrapDynamoDB } from '../../../lib/stores/dynamodb.ts';
import { read } from '../../../lib/stores/read.ts';
import { descriptorWith } from '../../support/identities.ts';
import { createOwnTables } from '../../support/stack.ts';

beforeAll(createOwnTables);

const fresh = (kind: string) => `${kind}-${randomUUID()}`;
const request = (change: Partial<NewApiKey> = {}): NewApiKey => ({
  name: 'k',
  owner: { username: 'jdoe', full_name: 'J', email: null, realm: 'default_native', realm_type: 'native' },
  role_descriptors: { own: descriptorWith({ cluster: ['monitor'] }) },
  limited_by: { 'role-0': descriptorWith({ cluster: ['all'], metadata: { a: 1 } }) },
  metadata: { a: { b: 1e300 }, '': null },
  creation: 1_700_000_000_000,
  expiration: 1_800_000_000_000,
  ...change,
});
const owner = (username: string, realm = 'default_native') => ({ ...request().owner, username, realm });
const created = async (change: Partial<NewApiKey> = {}) => {
  const { id, secret } = await createApiKey(request(change));
  const key = (await findApiKey(id)) as ApiKey;
  return { id, secret, key };
};
const idsOf = (keys: ApiKey[]) => keys.map(({ id }) => id).toSorted();

describe('a key', () => {
  it('is found with everything it was made of', async () => {
    const { id, key } = await created();
    const { owner: made, ...attributes } = request();
    expect(key).toMatchObject({ id, ...made, ...attributes });
    expect(key.invalidation).toBeUndefined();
  });

  it('may live for ever', async () => {
    expect((await created({ expiration: undefined })).key.expiration).toBeUndefined();
  });

  it('has an id and a secret that nobody can guess', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => createApiKey(request())));
    expect(new Set(keys.flatMap(({ id, secret }) => [id, secret])).size).toBe(40);
    for (const { id, secret } of keys) {
      expect(id).toMatch(/^[A-Za-z0-9_-]{20}$/);
      expect(secret).toMatch(/^[A-Za-z0-9_-]{22}$/);
    }
  });

  it('stores of its secret only a hash', async () => {
    const { id, secret, key } = await created();
    expect(JSON.stringify(await read('Security', { pk: `api-key#${id}`, sk: 'key' }))).not.toContain(secret);
    expect(key.secret_hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('knows its secret from others', async () => {
    const { secret, key } = await created();
    const other = await createApiKey(request());
    expect(isSecretOf(key, secret)).toBe(true);
    for (const wrong of ['', secret.slice(1), `${secret} `, secret.toUpperCase(), other.secret, key.secret_hash]) {
      expect(isSecretOf(key, wrong), wrong).toBe(false);
    }
  });

  it('is there as a whole or not at all', async () => {
    const username = fresh('user');
    const unwrap = wrapDynamoDB((inner) => ({
      send: (async (command: never, ...rest: never[]) => {
        if ((command as object).constructor.name === 'TransactWriteCommand') throw new Error('no network');
        return inner.send(command, ...rest);
      }) as DynamoDB['send'],
    }));
    await expect(createApiKey(request({ owner: owner(username) })).finally(unwrap)).rejects.toThrow('no network');
    expect(await apiKeysOf(username)).toEqual([]);
  });
});

describe('keys are found', () => {
  it('by their ids', async () => {
    const [one, two] = [await created(), await created()];
    expect((await findApiKeys([two.id, 'unknown', one.id])).map(({ id }) => id)).toEqual([two.id, one.id]);
    expect(await findApiKey('unknown')).toBeUndefined();
    expect(await findApiKeys([])).toEqual([]);
  });

  it.each<[string, (value: string) => Partial<NewApiKey>, (value: string) => Promise<ApiKey[]>]>([
    ['by owner', (username) => ({ owner: owner(username) }), apiKeysOf],
    ['by name', (name) => ({ name }), apiKeysNamed],
    ['by realm', (realm) => ({ owner: owner('jdoe', realm) }), apiKeysIn],
  ])('%s, the newest too', async (_name, requestFor, find) => {
    const [value, other] = [fresh('a#b/c ☃'), fresh('other')];
    const keys = [await created(requestFor(value)), await created(requestFor(value))];
    await created(requestFor(other));
    expect(idsOf(await find(value))).toEqual(keys.map(({ id }) => id).toSorted());
    expect(await find(`${value}2`)).toEqual([]);
    expect(await find(value.slice(0, -1))).toEqual([]);
  });

  it('also when one user has more than a batch holds', async () => {
    const username = fresh('user');
    const keys = await Promise.all(
      Array.from({ length: 120 }, () => createApiKey(request({ owner: owner(username) }))),
    );
    expect(idsOf(await apiKeysOf(username))).toEqual(keys.map(({ id }) => id).toSorted());
  });
});

describe('invalidateApiKey', () => {
  it('ends a key once, at the time given', async () => {
    const { id, key } = await created();
    const now = new Date('2030-01-01T00:00:00Z');
    expect(await invalidateApiKey(key, now)).toBe(true);
    const ended = (await findApiKey(id)) as ApiKey;
    expect(ended).toEqual({ ...key, version: ended.version, invalidation: now.getTime() });
    expect(await invalidateApiKey(ended, new Date())).toBe(false);
    expect((await findApiKey(id))?.invalidation).toBe(now.getTime());
  });

  it('is the first of two that read the key at the same time', async () => {
    const { key } = await created();
    const outcomes = await Promise.all([invalidateApiKey(key, new Date()), invalidateApiKey(key, new Date())]);
    expect(outcomes.toSorted()).toEqual([false, true]);
  });

  it('leaves other keys alone', async () => {
    const username = fresh('user');
    const [one, two] = [await created({ owner: owner(username) }), await created({ owner: owner(username) })];
    await invalidateApiKey(one.key, new Date());
    expect((await findApiKey(two.id))?.invalidation).toBeUndefined();
    expect(idsOf(await apiKeysOf(username))).toEqual([one.id, two.id].toSorted());
  });
});
