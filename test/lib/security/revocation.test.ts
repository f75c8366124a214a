import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../../lib/security/passwords.ts';
import { authenticate } from '../../../lib/security/principal.ts';
import { deleteRole } from '../../../lib/security/roles.ts';
import { deleteUser, putUser } from '../../../lib/security/users.ts';
import { type DynamoDB, wrapDynamoDB } from '../../../lib/stores/dynamodb.ts';
import { basicHeader, givenApiKey, givenRole, givenUser } from '../../support/identities.ts';
import type { Question, Verdict } from '../../support/identity-process.ts';
import { kibana } from '../../support/kibana.ts';
import { PASSWORD } from '../../support/password.ts';
import { createOwnTables } from '../../support/stack.ts';

// What a warm process remembers must not outlive a change that another process makes: the next request feels it.

const PROJECT = join(import.meta.dirname, '../../..');
const { call } = kibana();

let warmProcess: ChildProcess;
let ended: Promise<unknown[]>;
beforeAll(async () => {
  await createOwnTables();
  const execPath = join(PROJECT, 'node_modules/.bin/node');
  warmProcess = fork(join(PROJECT, 'test/support/identity-process.ts'), { execPath, execArgv: [] });
  ended = once(warmProcess, 'exit');
});
afterAll(async () => {
  if (warmProcess.connected) warmProcess.disconnect();
  await ended;
});

/** Asks the other process who calls. */
async function ask(header: string, now = Date.now()): Promise<Verdict> {
  const failed = ended.then(([code]) => {
    throw new Error(`the process ended with ${code}`);
  });
  const answered = once(warmProcess, 'message');
  warmProcess.send({ header, now } satisfies Question);
  const [verdict] = await Promise.race([answered, failed]);
  return verdict;
}

/** Asks twice; the second time the process must know the password and the roles. */
async function warm(header: string): Promise<Verdict> {
  await ask(header);
  const verdict = await ask(header);
  expect(verdict.reads, 'one read: user and epoch').toEqual(['BatchGetCommand']);
  expect(verdict.checks, 'no bcrypt').toEqual([]);
  return verdict;
}

type Setting = { user: string; role: string };
const REFUSED = 'refused';
const NEW_PASSWORD = 'n3w-p@ssw0rd';
const statusOf = async (line: string, options: Parameters<typeof call>[1]) => (await call(line, options)).status;
const kibanaRole = (cluster: string[]) => ({ elasticsearch: { cluster } });

describe('a user in a warm process', () => {
  it.each<[string, (setting: Setting) => Promise<unknown>, Verdict['cluster']]>([
    ['nothing changes', async () => undefined, ['manage_security']],
    [
      'the password changes',
      ({ user }) => statusOf(`PUT /_security/user/${user}/_password`, { body: { password: NEW_PASSWORD } }),
      REFUSED,
    ],
    [
      'the user changes the own password',
      ({ user }) => statusOf('PUT /_security/user/_password', { as: user, body: { password: NEW_PASSWORD } }),
      REFUSED,
    ],
    [
      'the user is replaced, with another password',
      ({ user, role }) => statusOf(`PUT /_security/user/${user}`, { body: { roles: [role], password: NEW_PASSWORD } }),
      REFUSED,
    ],
    [
      'the user is disabled',
      ({ user, role }) => statusOf(`PUT /_security/user/${user}`, { body: { roles: [role], enabled: false } }),
      REFUSED,
    ],
    ['the user is deleted', ({ user }) => statusOf(`DELETE /_security/user/${user}`, {}), REFUSED],
    ['the role is taken away', ({ user }) => statusOf(`PUT /_security/user/${user}`, { body: { roles: [] } }), []],
    [
      'another role is assigned',
      ({ user, role }) => statusOf(`PUT /_security/user/${user}`, { body: { roles: [role, 'superuser'] } }),
      ['manage_security', 'all'],
    ],
    [
      'the role is edited',
      ({ role }) => statusOf(`PUT /api/security/role/${role}`, { body: kibanaRole(['monitor']) }),
      ['monitor'],
    ],
    [
      'the role is edited among many',
      ({ role }) =>
        statusOf('POST /api/security/roles', {
          body: { roles: { other: kibanaRole([]), [role]: kibanaRole(['monitor']) } },
        }),
      ['monitor'],
    ],
    ['the role is deleted', ({ role }) => statusOf(`DELETE /api/security/role/${role}`, {}), []],
    [
      'the role is deleted and created again',
      async ({ role }) => {
        await statusOf(`DELETE /api/security/role/${role}`, {});
        return statusOf(`PUT /api/security/role/${role}`, { body: kibanaRole(['manage']) });
      },
      ['manage'],
    ],
    [
      'a role that did not exist yet is created',
      ({ role }) => statusOf(`PUT /api/security/role/${role}-later`, { body: kibanaRole(['monitor']) }),
      ['manage_security', 'monitor'],
    ],
  ])('feels at once that %s', async (_name, change, expected) => {
    const setting = { user: `user-${randomUUID()}`, role: `role-${randomUUID()}` };
    await givenRole(setting.role, { cluster: ['manage_security'] });
    await givenUser(setting.user, { roles: [setting.role, `${setting.role}-later`] });
    const header = basicHeader(setting.user);
    expect((await warm(header)).cluster).toEqual(['manage_security']);
    const status = await change(setting);
    if (status !== undefined) expect([200, 204]).toContain(status);
    expect((await ask(header)).cluster).toEqual(expected);
  });

  it('knows the new password at once, and a user who is enabled again', async () => {
    const user = `user-${randomUUID()}`;
    await givenUser(user);
    await warm(basicHeader(user));
    await statusOf(`PUT /_security/user/${user}/_password`, { body: { password: NEW_PASSWORD } });
    expect((await ask(basicHeader(user, NEW_PASSWORD))).cluster).toEqual([]);
    await statusOf(`PUT /_security/user/${user}`, { body: { roles: [], enabled: false } });
    expect((await ask(basicHeader(user, NEW_PASSWORD))).cluster).toBe(REFUSED);
    await statusOf(`PUT /_security/user/${user}`, { body: { roles: [] } });
    expect((await ask(basicHeader(user, NEW_PASSWORD))).cluster).toEqual([]);
  });

  it('is not known by the password of somebody else', async () => {
    const [one, other] = [`user-${randomUUID()}`, `user-${randomUUID()}`];
    await givenUser(one);
    await givenUser(other, { password_hash: await hashPassword(NEW_PASSWORD) });
    await warm(basicHeader(one));
    await warm(basicHeader(other, NEW_PASSWORD));
    expect((await ask(basicHeader(one, NEW_PASSWORD))).cluster).toBe(REFUSED);
    expect((await ask(basicHeader(other))).cluster).toBe(REFUSED);
  });
});

describe('an API key in a warm process', () => {
  it.each<[string, (key: { id: string; username: string; name: string }) => Record<string, unknown>]>([
    ['by its id', ({ id }) => ({ ids: [id] })],
    ['by its name', ({ name }) => ({ name })],
    ['with all keys of its owner', ({ username }) => ({ username })],
  ])('feels at once that it is invalidated %s', async (_name, filterOf) => {
    const username = `user-${randomUUID()}`;
    const name = `key-${randomUUID()}`;
    const { id, headers } = await givenApiKey(username, { cluster: ['monitor'] }, { name });
    expect(await ask(headers.authorization)).toMatchObject({ cluster: ['monitor'], reads: ['GetCommand'] });
    expect(await statusOf('DELETE /_security/api_key', { body: filterOf({ id, username, name }) })).toBe(200);
    expect((await ask(headers.authorization)).cluster).toBe(REFUSED);
  });

  it('ends to the millisecond when it expires', async () => {
    const expiration = Date.now() + 3_600_000;
    const { headers } = await givenApiKey('jdoe', { cluster: ['monitor'] }, { expiration });
    const at = async (now: number) => (await ask(headers.authorization, now)).cluster;
    expect([await at(Date.now()), await at(expiration - 1)]).toEqual([['monitor'], ['monitor']]);
    expect([await at(expiration), await at(expiration + 1)]).toEqual([REFUSED, REFUSED]);
    expect(await at(expiration - 1)).toEqual(['monitor']);
  });

  it('is not known by the secret of another', async () => {
    const [one, other] = [await givenApiKey('jdoe', {}), await givenApiKey('jdoe', {})];
    const mixed = `ApiKey ${Buffer.from(`${one.id}:${other.secret}`).toString('base64')}`;
    await ask(one.headers.authorization);
    expect((await ask(mixed)).cluster).toBe(REFUSED);
  });
});

describe('a change in the middle of a request', () => {
  const credentials = (username: string) => ({ scheme: 'basic', username, password: PASSWORD }) as const;
  const clusterOf = async (username: string) =>
    (await authenticate(credentials(username), new Date())).grants.flat().flatMap(({ cluster }) => cluster);

  /** Does `meanwhile` just before request number `position` of the work to DynamoDB goes out, or just after. */
  async function interrupted(
    position: number,
    when: 'before' | 'after',
    meanwhile: () => Promise<unknown>,
    work: () => Promise<unknown>,
  ) {
    const commands: string[] = [];
    let interrupting = false;
    const unwrap = wrapDynamoDB((inner) => ({
      send: (async (command: never, ...rest: never[]) => {
        if (interrupting) return inner.send(command, ...rest);
        commands.push((command as object).constructor.name);
        const now = commands.length === position;
        const interrupt = async () => {
          interrupting = true;
          await meanwhile();
          interrupting = false;
        };
        if (now && when === 'before') await interrupt();
        const answer = await inner.send(command, ...rest);
        if (now && when === 'after') await interrupt();
        return answer;
      }) as DynamoDB['send'],
    }));
    await work().finally(unwrap);
    return commands;
  }

  const changes: [string, (role: string, user: string) => Promise<unknown>, string[]][] = [
    ['edited', (role) => givenRole(role, { cluster: ['monitor'] }), ['monitor']],
    ['deleted', (role) => deleteRole(role), []],
    [
      'edited twice',
      async (role) => {
        await givenRole(role, { cluster: ['all'] });
        await givenRole(role, { cluster: ['monitor'] });
      },
      ['monitor'],
    ],
    ['taken away', (_role, user) => givenUser(user), []],
  ];
  const moments = [1, 2].flatMap((position) => (['before', 'after'] as const).map((when) => [position, when] as const));
  const rows = changes.flatMap(([what, change, expected]) =>
    moments.map(([position, when]) => [what, when, position, change, expected] as const),
  );

  it.each(rows)('does not outlive it: the role is %s %s read %d', async (_what, when, position, change, expected) => {
    const [user, role] = [`user-${randomUUID()}`, `role-${randomUUID()}`];
    await givenRole(role, { cluster: ['manage_security'] });
    await givenUser(user, { roles: [role] });
    const reads = await interrupted(
      position,
      when,
      () => change(role, user),
      () => clusterOf(user),
    );
    expect(reads.length, 'the change came in between').toBeGreaterThanOrEqual(position);
    expect(await clusterOf(user)).toEqual(expected);
    expect(await clusterOf(user)).toEqual(expected);
  });

  it('does not outlive it: another role of the caller is changed while this one is remembered', async () => {
    const [user, one, two] = [`user-${randomUUID()}`, `role-${randomUUID()}`, `role-${randomUUID()}`];
    await givenRole(one, { cluster: ['manage_security'] });
    await givenUser(user, { roles: [one] });
    await clusterOf(user);
    await givenUser(user, { roles: [one, two] });
    // `one` is known under the present epoch, `two` has to be read: meanwhile both change.
    const changeBoth = async () => {
      await givenRole(one, { cluster: ['monitor'] });
      await givenRole(two, { cluster: ['manage'] });
    };
    await interrupted(1, 'after', changeBoth, () => clusterOf(user));
    expect((await clusterOf(user)).toSorted()).toEqual(['manage', 'monitor']);
  });

  it('does not outlive it: the user is deleted and somebody else gets the name', async () => {
    const user = `user-${randomUUID()}`;
    await givenUser(user, { roles: ['superuser'] });
    expect(await clusterOf(user)).toEqual(['all']);
    await deleteUser(user);
    const password_hash = await hashPassword(NEW_PASSWORD);
    await putUser(user, { roles: [], full_name: null, email: null, metadata: null, enabled: true, password_hash });
    await expect(clusterOf(user)).rejects.toThrow('authentication failed');
  });
});

describe('a wrong guess', () => {
  it.each<[string, () => Promise<string>]>([
    ['a user who does not exist', async () => `user-${randomUUID()}`],
    [
      'a disabled user, also with the right password',
      async () => {
        const user = `user-${randomUUID()}`;
        await givenUser(user, { enabled: false });
        return user;
      },
    ],
    ['a reserved user without a password', async () => 'beats_system'],
    [
      'a user with another password',
      async () => {
        const user = `user-${randomUUID()}`;
        await givenUser(user, { password_hash: await hashPassword(NEW_PASSWORD) });
        return user;
      },
    ],
  ])('about %s costs a check of bcrypt each time', async (_name, userOf) => {
    const header = basicHeader(await userOf());
    for (const attempt of [1, 2]) {
      const { cluster, checks } = await ask(header);
      expect(cluster).toBe(REFUSED);
      expect(checks, `attempt ${attempt}`).toEqual([10]);
    }
  });
});
