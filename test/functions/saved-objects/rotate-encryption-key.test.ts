import { beforeEach, describe, expect, it } from 'vitest';
import { encryptionKeys, useEncryptionKeys } from '../../../lib/stores/encryption-keys.ts';
import { read } from '../../../lib/stores/read.ts';
import { getDecrypted } from '../../../lib/stores/saved-objects.ts';
import { write } from '../../../lib/stores/write.ts';
import { failFirst } from '../../lib/stores/store.ts';
import { givenUser } from '../../support/callers.ts';
import { badRequest, core, savedObjects, shown } from './saved-objects.ts';

const { call, given } = savedObjects();
const URL = '/api/encrypted_saved_objects/_rotate_key';
const rotate = (query = '', options = {}) => call(`POST ${URL}${query}`, options);
const key = (letter: string) => letter.repeat(32);
const keys = (primary: string, ...former: string[]) =>
  useEncryptionKeys(JSON.stringify({ primaryKey: key(primary), decryptionOnlyKeys: former.map(key) }));
const connector = (id: string, space = 'default') =>
  given('action', id, { space, attributes: { name: id, actionTypeId: '.x', config: {}, secrets: { password: id } } });
const passwordOf = async (id: string, space = 'default') =>
  (await getDecrypted({ type: 'action', id, space })).attributes.secrets;

beforeEach(() => keys('b', 'a'));

describe('rotation', () => {
  it('encrypts everything of all spaces anew, once', async () => {
    keys('a');
    await connector('one');
    await connector('two', 'red');
    keys('b', 'a');
    await connector('three');
    expect(shown(await rotate())).toEqual({ status: 200, body: { total: 3, successful: 2, failed: 0 } });
    expect(shown(await call(`POST /s/red${URL}`))).toEqual({
      status: 200,
      body: { total: 3, successful: 0, failed: 0 },
    });
    keys('b');
    expect(await passwordOf('one')).toEqual({ password: 'one' });
    expect(await passwordOf('two', 'red')).toEqual({ password: 'two' });
  });

  it('reaches the secrets of Fleet outputs, plain and referred to', async () => {
    keys('a');
    const output = {
      name: 'kafka',
      type: 'kafka',
      hosts: ['kafka:9092'],
      auth_type: 'user_pass',
      username: 'u',
      topic: 't',
    };
    const plain = (await call('POST /api/fleet/outputs', { body: { ...output, password: 'plain' } })).body.item;
    const secrets = { password: 'a secret' };
    const kept = (await call('POST /api/fleet/outputs', { body: { ...output, name: 'kept', secrets } })).body.item;
    const gone = (await call('POST /api/fleet/outputs', { body: { ...output, name: 'gone', secrets } })).body.item;
    await call(`DELETE /api/fleet/outputs/${gone.id}`);
    keys('b', 'a');
    expect((await rotate('?type=ingest-outputs')).body).toEqual({ total: 2, successful: 2, failed: 0 });
    expect((await rotate('?type=fleet-secrets')).body).toEqual({ total: 1, successful: 1, failed: 0 });
    keys('b');
    expect((await call(`GET /api/fleet/outputs/${plain.id}`)).body.item).toEqual(plain);
    expect((await call(`GET /api/fleet/outputs/${kept.id}`)).body.item).toEqual(kept);
    const id = kept.secrets.password.id;
    const { value } = (await read('SavedObjects', { pk: 'fleet-secrets', sk: id })) ?? {};
    expect(value).toMatchObject({ key: (await encryptionKeys()).primary.fingerprint });
  });

  it('can be limited to a type; unknown ones have nothing', async () => {
    expect((await rotate('?type=action')).body.total).toBeGreaterThan(0);
    expect(shown(await rotate('?type=wigwags'))).toEqual({ status: 200, body: { total: 0, successful: 0, failed: 0 } });
  });

  it('takes a body and ignores it', async () => {
    expect((await rotate('?batch_size=1', { body: { x: 1 } })).status).toBe(200);
  });
});

describe('what is refused', () => {
  it('a service without former keys, before anything else', async () => {
    keys('b');
    expect(shown(await rotate())).toEqual(
      badRequest(
        'Kibana is not configured to support encryption key rotation. Update `kibana.yml` to include `xpack.encryptedSavedObjects.keyRotation.decryptionOnlyKeys` to rotate your encryption keys.',
      ),
    );
  });

  it('a second rotation at the same time', async () => {
    await write({
      table: 'SavedObjects',
      put: { pk: 'key-rotation', sk: 'lock', expires_at: Date.now() + 3_600_000, version: 1 },
    });
    expect(shown(await rotate())).toEqual(
      core(
        429,
        'Too Many Requests',
        'Encryption key rotation is in progress already. Please wait until it is completed and try again.',
      ),
    );
    await write({ table: 'SavedObjects', delete: { pk: 'key-rotation', sk: 'lock' } });
    expect((await rotate()).status).toBe(200);
  });

  it('tells the superuser what failed', async () => {
    failFirst('QueryCommand', 1, () => new Error('the table is on fire'));
    expect(shown(await rotate())).toEqual(core(500, 'Internal Server Error', 'the table is on fire'));
    expect((await rotate()).status, 'the lock is gone').toBe(200);
  });

  it.each([
    ['?batch_size=0', '[request query.batch_size]: Value must be equal to or greater than [1].'],
    ['?batch_size=10001', '[request query.batch_size]: Value must be equal to or lower than [10000].'],
    ['?batch_size=abc', '[request query.batch_size]: expected value of type [number] but got [string]'],
    ['?type=a&type=b', '[request query.type]: expected value of type [string] but got [Array]'],
    ['?foo=1', '[request query.foo]: definition for this key is missing'],
  ])('%s', async (query, message) => {
    expect(shown(await rotate(query))).toEqual(badRequest(message));
  });

  it('everybody but the superuser, before the query is read', async () => {
    const as = await givenUser('admin', ['kibana_admin']);
    const message = `API [POST ${URL}?batch_size=0] is unauthorized for user, this action is granted by the Kibana privileges [superuser]`;
    expect(shown(await rotate('?batch_size=0', { as }))).toEqual(core(403, 'Forbidden', message));
    expect((await rotate('', { as: null })).status).toBe(401);
  });
});

describe('kbn-xsrf', () => {
  const authorization = `Basic ${Buffer.from('elastic:changeme').toString('base64')}`;
  const { send } = savedObjects();

  it.each([
    ['is not needed', {}, 200],
    ['is needed from a foreign page', { 'sec-fetch-site': 'cross-site' }, 400],
  ])('%s', async (_name, headers, status) => {
    expect((await send({ method: 'POST', url: URL, headers: { authorization, ...headers } })).status).toBe(status);
  });
});
