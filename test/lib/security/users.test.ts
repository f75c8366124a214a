import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { NotFound } from '../../../lib/errors/errors.ts';
import {
  allUsers,
  changePassword,
  deleteUser,
  findUser,
  findUsers,
  isAnonymousUser,
  isInternalUser,
  isReservedUser,
  putUser,
  type UserChange,
  userKey,
} from '../../../lib/security/users.ts';
import { type DynamoDB, wrapDynamoDB } from '../../../lib/stores/dynamodb.ts';
import { read } from '../../../lib/stores/read.ts';
import { createOwnTables } from '../../support/stack.ts';

beforeAll(createOwnTables);

const newName = () => `user-${randomUUID()}`;
const user = (change: Partial<UserChange> = {}): UserChange => ({
  roles: ['a'],
  full_name: 'F',
  email: 'e@x',
  metadata: { a: { b: 1 }, c: [1] },
  enabled: true,
  ...change,
});

/** Does `meanwhile` once, between the next read of a single row and the write that follows it. */
async function betweenReadAndWrite<Value>(meanwhile: () => Promise<unknown>, work: () => Promise<Value>) {
  let waiting = true;
  const unwrap = wrapDynamoDB((inner) => ({
    send: (async (command: never, ...rest: never[]) => {
      const answer = await inner.send(command, ...rest);
      const { name } = (command as object).constructor;
      if (waiting && name === 'GetCommand') {
        waiting = false;
        await meanwhile();
      }
      return answer;
    }) as DynamoDB['send'],
  }));
  try {
    return await work();
  } finally {
    unwrap();
    expect(waiting, 'the work reads a row').toBe(false);
  }
}

describe('putUser', () => {
  it('creates, replaces and merges', async () => {
    const name = newName();
    expect(await putUser(name, user({ password_hash: 'one' }))).toEqual({ created: true });
    expect(await findUser(name)).toEqual({ username: name, ...user(), password_hash: 'one', reserved: false });
    expect(await putUser(name, user({ metadata: { a: { d: 2 }, c: [2] } }))).toEqual({ created: false });
    expect(await findUser(name)).toMatchObject({ password_hash: 'one', metadata: { a: { b: 1, d: 2 }, c: [2] } });
    expect(await putUser(name, user({ password_hash: 'two', metadata: { z: 1 } }))).toEqual({ created: false });
    expect(await findUser(name)).toMatchObject({ password_hash: 'two', metadata: { z: 1 } });
    await putUser(name, user({ metadata: null }));
    expect(await findUser(name)).toMatchObject({ password_hash: 'two', metadata: null });
  });

  it('does not create without a password', async () => {
    const name = newName();
    await expect(putUser(name, user())).rejects.toThrow(NotFound);
    expect(await findUser(name)).toBeUndefined();
  });

  it('keeps metadata as it was written, whatever DynamoDB makes of numbers and keys', async () => {
    const name = newName();
    const metadata = {
      '': 1,
      big: 9_007_199_254_740_991,
      tiny: 5e-324,
      minus: -0.1,
      deep: JSON.parse('[[[[[[[[]]]]]]]]'),
      '#a': null,
    };
    await putUser(name, user({ metadata, password_hash: 'h' }));
    expect((await findUser(name))?.metadata).toEqual(metadata);
  });

  it('loses no change when many come at once', async () => {
    const name = newName();
    await putUser(name, user({ metadata: {}, password_hash: 'h' }));
    const keys = Array.from({ length: 5 }, (_, index) => `k${index}`);
    await Promise.all(keys.map((key) => putUser(name, user({ metadata: { [key]: 1 } }))));
    expect(Object.keys((await findUser(name))?.metadata ?? {}).toSorted()).toEqual(keys);
  });

  it('never brings back an old password: it changes meanwhile', async () => {
    const name = newName();
    await putUser(name, user({ password_hash: 'old' }));
    await betweenReadAndWrite(
      () => changePassword(name, 'new'),
      () => putUser(name, user({ full_name: 'G' })),
    );
    expect(await findUser(name)).toMatchObject({ full_name: 'G', password_hash: 'new' });
  });

  it('never brings back a user: it is deleted meanwhile', async () => {
    const name = newName();
    await putUser(name, user({ password_hash: 'old' }));
    const update = betweenReadAndWrite(
      () => deleteUser(name),
      () => putUser(name, user()),
    );
    await expect(update).rejects.toThrow(NotFound);
    expect(await findUser(name)).toBeUndefined();
  });

  it('replaces what somebody else created meanwhile', async () => {
    const name = newName();
    const outcome = await betweenReadAndWrite(
      () => putUser(name, user({ password_hash: 'first', roles: ['x'] })),
      () => putUser(name, user({ password_hash: 'second' })),
    );
    expect(outcome).toEqual({ created: false });
    expect(await findUser(name)).toMatchObject({ password_hash: 'second', roles: ['a'] });
  });
});

describe('changePassword', () => {
  it('changes the hash and nothing else', async () => {
    const name = newName();
    await putUser(name, user({ password_hash: 'old', enabled: false }));
    await changePassword(name, 'new');
    expect(await findUser(name)).toEqual({
      username: name,
      ...user({ enabled: false }),
      password_hash: 'new',
      reserved: false,
    });
  });

  it('keeps a user disabled who is disabled meanwhile', async () => {
    const name = newName();
    await putUser(name, user({ password_hash: 'old' }));
    await betweenReadAndWrite(
      () => putUser(name, user({ enabled: false })),
      () => changePassword(name, 'new'),
    );
    expect(await findUser(name)).toMatchObject({ enabled: false, password_hash: 'new' });
  });

  it('knows reserved users that have no record yet, and no others', async () => {
    await changePassword('apm_system', 'h');
    expect(await findUser('apm_system')).toEqual({
      username: 'apm_system',
      password_hash: 'h',
      roles: ['apm_system'],
      full_name: null,
      email: null,
      metadata: { _reserved: true },
      enabled: true,
      reserved: true,
    });
    await expect(changePassword(newName(), 'h')).rejects.toThrow(NotFound);
  });
});

describe('looking for users', () => {
  it('finds those that exist, in the order asked for', async () => {
    const [one, two] = [newName(), newName()];
    await putUser(one, user({ password_hash: 'h' }));
    await putUser(two, user({ password_hash: 'h' }));
    const found = await findUsers([two, 'nobody', 'elastic', one]);
    expect(found.map(({ username }) => username)).toEqual([two, 'elastic', one]);
  });

  it('finds more than one batch holds', async () => {
    const names = Array.from({ length: 150 }, (_, index) => `many-${String(index).padStart(3, '0')}`);
    await Promise.all(names.map((name) => putUser(name, user({ password_hash: 'h' }))));
    expect((await findUsers(names)).map(({ username }) => username)).toEqual(names);
    const all = (await allUsers()).map(({ username }) => username);
    expect(all).toEqual(all.toSorted());
    expect(all).toEqual(expect.arrayContaining(['elastic', 'kibana', ...names]));
    expect(new Set(all).size).toBe(all.length);
  });

  it('knows reserved users before their first password', async () => {
    expect(await findUser('elastic')).toMatchObject({ roles: ['superuser'], password_hash: undefined, reserved: true });
    expect(await findUser('nobody')).toBeUndefined();
  });

  it('stores no password in clear and no map of free content', async () => {
    const name = newName();
    await putUser(name, user({ password_hash: 'h' }));
    const row = await read('Security', userKey(name));
    expect(row).toMatchObject({ pk: 'users', sk: name, metadata: '{"a":{"b":1},"c":[1]}' });
  });
});

it('deletes a user once', async () => {
  const name = newName();
  await putUser(name, user({ password_hash: 'h' }));
  expect([await deleteUser(name), await deleteUser(name)]).toEqual([true, false]);
  expect(await findUser(name)).toBeUndefined();
});

it.each([
  ['elastic', [true, false, false]],
  ['remote_monitoring_user', [true, false, false]],
  ['_anonymous', [false, true, false]],
  ['_system', [false, false, true]],
  ['_xpack_security', [false, false, true]],
  ['Elastic', [false, false, false]],
  ['jack', [false, false, false]],
])('knows what %s is', (name, kinds) => {
  expect([isReservedUser(name), isAnonymousUser(name), isInternalUser(name)]).toEqual(kinds);
});
