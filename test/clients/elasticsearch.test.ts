import { Client, errors } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningKibana, startKibana } from '../support/running-kibana.ts';

let kibana: RunningKibana;
let client: Client;
const clients: Client[] = [];
beforeAll(async () => {
  kibana = await startKibana();
  client = clientOf({ username: 'elastic', password: 'changeme' });
});
afterAll(async () => {
  for (const each of clients) await each.close();
  await kibana.stop();
});

function clientOf(auth: { username: string; password: string } | { apiKey: string }): Client {
  const made = new Client({ node: kibana.url, auth, maxRetries: 0, requestTimeout: 600_000 });
  clients.push(made);
  return made;
}

/** Status and error type that the client reports. */
const failureOf = (request: Promise<unknown>) =>
  request.then(
    () => 'no failure',
    (error) => error instanceof errors.ResponseError && { status: error.statusCode, type: error.body?.error?.type },
  );

describe('@elastic/elasticsearch', () => {
  it('creates, reads, updates and deletes a user', async () => {
    const username = 'jacknich';
    const user = {
      roles: ['admin', 'other_role1'],
      full_name: 'Jack Nicholson',
      email: 'jacknich@example.com',
      metadata: { intelligence: 7 },
    };
    expect(await client.security.putUser({ username, password: 'l0ng-r4nd0m-p@ssw0rd', ...user })).toEqual({
      created: true,
    });
    expect(await client.security.getUser({ username })).toEqual({ [username]: { username, ...user, enabled: true } });
    expect(await client.security.putUser({ username, ...user, roles: [], refresh: 'wait_for' })).toEqual({
      created: false,
    });
    expect((await client.security.getUser({ username }))[username]?.roles).toEqual([]);
    expect(Object.keys(await client.security.getUser())).toContain(username);
    await client.security.changePassword({ username, password: 'an0ther-p@ssw0rd' });
    expect((await clientOf({ username, password: 'an0ther-p@ssw0rd' }).security.authenticate()).username).toBe(
      username,
    );
    expect(await client.security.deleteUser({ username })).toEqual({ found: true });
    expect(await failureOf(client.security.getUser({ username }))).toEqual({ status: 404, type: undefined });
    expect(await failureOf(client.security.deleteUser({ username }))).toEqual({ status: 404, type: undefined });
  });

  it('authenticates', async () => {
    expect(await client.security.authenticate()).toMatchObject({
      username: 'elastic',
      roles: ['superuser'],
      authentication_type: 'realm',
    });
    const stranger = clientOf({ username: 'elastic', password: 'wrong' });
    expect(await failureOf(stranger.security.authenticate())).toEqual({ status: 401, type: 'security_exception' });
  });

  it('creates an API key, uses it and invalidates it', async () => {
    const key = await client.security.createApiKey({ name: 'my key', expiration: '1d', metadata: { for: 'a test' } });
    expect(key).toMatchObject({ name: 'my key', id: expect.any(String), encoded: expect.any(String) });
    const holder = clientOf({ apiKey: key.encoded });
    expect(await holder.security.authenticate()).toMatchObject({
      username: 'elastic',
      authentication_type: 'api_key',
      api_key: { id: key.id, name: 'my key' },
    });
    expect(await client.security.invalidateApiKey({ ids: [key.id] })).toEqual({
      invalidated_api_keys: [key.id],
      previously_invalidated_api_keys: [],
      error_count: 0,
    });
    expect(await failureOf(holder.security.authenticate())).toEqual({ status: 401, type: 'security_exception' });
    expect((await client.security.invalidateApiKey({ ids: [key.id] })).previously_invalidated_api_keys).toEqual([
      key.id,
    ]);
  });

  it('is told what is wrong with a request', async () => {
    const wrong = client.security.putUser({ username: ' blank', password: 'changeme', roles: [] });
    expect(await failureOf(wrong)).toEqual({ status: 400, type: expect.any(String) });
  });
});
