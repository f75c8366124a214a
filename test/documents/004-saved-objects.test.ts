import { beforeAll, describe, expect, it } from 'vitest';
import { useEncryptionKeys } from '../../lib/stores/encryption-keys.ts';
import { createObject } from '../../lib/stores/saved-objects.ts';
import { intercept } from '../lib/stores/store.ts';
import { storeIsReady } from '../support/callers.ts';
import { kibana } from '../support/kibana.ts';

const { call, send } = kibana();
const headers = { authorization: `Basic ${Buffer.from('elastic:changeme').toString('base64')}` };
const actor = { space: 'default', now: new Date() };

beforeAll(async () => {
  await storeIsReady();
});

describe('«Rotate a key for encrypted saved objects»: POST /api/encrypted_saved_objects/_rotate_key', () => {
  const request = { method: 'POST', url: '/api/encrypted_saved_objects/_rotate_key', headers };
  const connectors = Array.from({ length: 1_000 }, (_, index) => `c${index}`);
  async function create(ids: string[]) {
    for (let start = 0; start < ids.length; start += 50) {
      const create = (id: string) =>
        createObject({ type: 'action', id, attributes: { name: id, secrets: { password: id } } }, actor);
      await Promise.all(ids.slice(start, start + 50).map(create));
    }
  }
  const keys = (primary: string, ...former: string[]) =>
    useEncryptionKeys(
      JSON.stringify({ primaryKey: primary.repeat(32), decryptionOnlyKeys: former.map((key) => key.repeat(32)) }),
    );

  it('answers the example 400 without former keys', async () => {
    keys('b');
    const { status, body } = await send(request);
    expect({ status, body }).toEqual({
      status: 400,
      body: { error: 'Bad Request', message: expect.any(String), statusCode: 400 },
    });
  });

  it('answers the example: 300 of 1,000 objects have a former key', async () => {
    keys('a');
    await create(connectors.slice(0, 300));
    keys('b', 'a');
    await create(connectors.slice(300));
    const { status, body } = await send(request);
    expect({ status, body }).toEqual({ status: 200, body: { total: 1000, failed: 0, successful: 300 } });
  });

  it('answers 429 while one runs', async () => {
    let second: Promise<number> | undefined;
    intercept(async (sent, forward) => {
      // The first one reads what there is to do: it has the lock by now.
      if (sent.name === 'QueryCommand' && second === undefined) {
        second = send(request).then(({ status }) => status);
        await second;
      }
      return forward();
    });
    const first = await send(request);
    expect([first.status, await second]).toEqual([200, 429]);
  });
});

describe('«Resolve a saved object»: GET /api/saved_objects/resolve/{type}/{id}', () => {
  it.each(['visualization', 'dashboard', 'search', 'index-pattern', 'config'])('knows %s', async (type) => {
    await createObject({ type, id: 'id', attributes: { title: 'x' } }, actor);
    const { status, body } = await send({ method: 'GET', url: `/api/saved_objects/resolve/${type}/id`, headers });
    expect({ status, type: body.saved_object.type, outcome: body.outcome }).toEqual({
      status: 200,
      type,
      outcome: 'exactMatch',
    });
  });

  it('answers the curl sample with the example 400: {type} is no type', async () => {
    // curl takes {type} for a list of one and asks for `type`.
    const { status, body } = await call('GET /api/saved_objects/resolve/type/id');
    expect({ status, body }).toEqual({
      status: 400,
      body: {
        error: 'Bad Request',
        message: "Unsupported saved object type: 'type': Bad Request",
        statusCode: 400,
      },
    });
  });
});
