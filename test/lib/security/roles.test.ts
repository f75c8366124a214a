import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { WriteConflict } from '../../../lib/errors/errors.ts';
import {
  allRoles,
  changeRole,
  deleteRole,
  epochKey,
  epochOf,
  findRole,
  findRoles,
  resolveRoles,
} from '../../../lib/security/roles.ts';
import { type DynamoDB, wrapDynamoDB } from '../../../lib/stores/dynamodb.ts';
import { read, readMany } from '../../../lib/stores/read.ts';
import { descriptorWith, givenRole, givenUser } from '../../support/identities.ts';
import { createOwnTables } from '../../support/stack.ts';

beforeAll(createOwnTables);

const newName = () => `role-${randomUUID()}`;
const withCluster = (...cluster: string[]) => descriptorWith({ cluster });
const currentEpoch = async () => epochOf(await read('Security', epochKey()));
const copies = () =>
  readMany(
    'Security',
    Array.from({ length: 8 }, (_, copy) => ({ pk: `role-epoch#${copy}`, sk: 'epoch' })),
  );

/** Counts the requests to DynamoDB that some work needs. */
async function requestsOf(work: () => Promise<unknown>): Promise<number> {
  let requests = 0;
  const unwrap = wrapDynamoDB((inner) => ({
    send: ((...call: Parameters<DynamoDB['send']>) => {
      requests++;
      return inner.send(...call);
    }) as DynamoDB['send'],
  }));
  await work().finally(unwrap);
  return requests;
}

describe('changeRole', () => {
  it('creates, updates, or leaves a role', async () => {
    const name = newName();
    expect(await changeRole(name, () => withCluster('monitor'))).toBe('created');
    const update = changeRole(name, (was) => {
      expect(was).toEqual(withCluster('monitor'));
      return withCluster('all');
    });
    expect(await update).toBe('updated');
    expect(await changeRole(name, () => undefined)).toBe('noop');
    expect(await findRole(name)).toEqual({ name, descriptor: withCluster('all'), reserved: false });
  });

  it('keeps everything a descriptor has', async () => {
    const name = newName();
    const index = { names: ['a'], privileges: ['read'], allow_restricted_indices: true };
    const descriptor = descriptorWith({
      cluster: ['monitor'],
      indices: [{ ...index, query: '{"a":1}', field_security: { grant: ['x'], except: [] } }],
      applications: [{ application: 'kibana-.kibana', privileges: ['all'], resources: ['*'] }],
      run_as: ['x'],
      metadata: { deep: { er: [1, null] }, '': 1e300 },
      description: 'd',
      remote_indices: [{ ...index, clusters: ['c'] }],
      remote_cluster: [{ privileges: ['monitor_stats'], clusters: ['c'] }],
    });
    await changeRole(name, () => descriptor);
    expect((await findRole(name))?.descriptor).toEqual(descriptor);
  });

  it.each<[string, boolean]>([
    ['changes a role', true],
    ['creates a role', false],
  ])('refuses to write over somebody else: who %s', async (_name, exists) => {
    const name = newName();
    if (exists) await givenRole(name, { cluster: ['monitor'] });
    let meanwhile: Promise<unknown> = Promise.resolve();
    const unwrap = wrapDynamoDB((inner) => ({
      send: (async (command: never, ...rest: never[]) => {
        if ((command as object).constructor.name === 'TransactWriteCommand') {
          unwrap();
          meanwhile = changeRole(name, () => withCluster('manage'));
          await meanwhile;
        }
        return inner.send(command, ...rest);
      }) as DynamoDB['send'],
    }));
    await expect(changeRole(name, () => withCluster('all'))).rejects.toThrow(WriteConflict);
    expect((await findRole(name))?.descriptor).toEqual(withCluster('manage'));
  });
});

describe('the epoch', () => {
  it.each<[string, (name: string) => Promise<unknown>, boolean]>([
    ['a created role', (name) => givenRole(`${name}-new`, {}), true],
    ['an edited role', (name) => givenRole(name, { cluster: ['all'] }), true],
    ['a deleted role', (name) => deleteRole(name), true],
    ['a role that stays as it is', (name) => changeRole(name, () => undefined), false],
    ['a role that is not there to be deleted', (name) => deleteRole(`${name}-unknown`), false],
    ['a changed user', (name) => givenUser(name), false],
    ['a role that is read', (name) => findRole(name), false],
  ])('advances with %s: all copies of it, or none', async (_name, change, advances) => {
    const name = newName();
    await givenRole(name, { cluster: ['monitor'] });
    const before = await currentEpoch();
    await change(name);
    const after = (await copies()).map(epochOf);
    expect(new Set(after).size).toBe(1);
    expect(after[0] !== before).toBe(advances);
  });

  it('stays when the change of a role fails', async () => {
    const name = newName();
    await givenRole(name, {});
    const before = await currentEpoch();
    const unwrap = wrapDynamoDB((inner) => ({
      send: (async (command: never, ...rest: never[]) => {
        if ((command as object).constructor.name === 'TransactWriteCommand') throw new Error('no network');
        return inner.send(command, ...rest);
      }) as DynamoDB['send'],
    }));
    await expect(changeRole(name, () => withCluster('all')).finally(unwrap)).rejects.toThrow('no network');
    expect(await currentEpoch()).toBe(before);
    expect((await findRole(name))?.descriptor).toEqual(withCluster());
  });

  it('has a value before there is any role', () => {
    expect(epochOf(undefined)).toMatch(/\S/);
  });
});

describe('resolveRoles', () => {
  it('finds built-in and stored roles, and leaves out others', async () => {
    const name = newName();
    await givenRole(name, { cluster: ['monitor'] });
    const resolved = await resolveRoles([name, 'superuser', 'unknown', name], await currentEpoch());
    expect([...resolved.keys()].toSorted()).toEqual([name, 'superuser'].toSorted());
    expect(resolved.get(name)).toEqual(withCluster('monitor'));
    expect(resolved.get('superuser')?.cluster).toEqual(['all']);
  });

  it('asks DynamoDB once for an epoch, for built-in roles never', async () => {
    const name = newName();
    await givenRole(name, {});
    const epoch = await currentEpoch();
    const resolve = () => requestsOf(() => resolveRoles([name, 'unknown', 'viewer'], epoch));
    expect([await resolve(), await resolve()]).toEqual([1, 0]);
    expect(await requestsOf(() => resolveRoles(['viewer', 'superuser'], 'another epoch'))).toBe(0);
  });

  it('asks again under another epoch', async () => {
    const name = newName();
    await givenRole(name, {});
    await resolveRoles([name], await currentEpoch());
    await givenRole(name, { cluster: ['all'] });
    expect((await resolveRoles([name], await currentEpoch())).get(name)).toEqual(withCluster('all'));
    await deleteRole(name);
    expect((await resolveRoles([name], await currentEpoch())).has(name)).toBe(false);
  });

  it('never remembers a role under an epoch that is older or newer than it', async () => {
    const name = newName();
    await givenRole(name, { cluster: ['monitor'] });
    const old = await currentEpoch();
    await givenRole(name, { cluster: ['all'] });
    // A request that read the epoch before the change may see the role after it; who comes later must, too.
    expect((await resolveRoles([name], old)).get(name)).toEqual(withCluster('all'));
    expect((await resolveRoles([name], await currentEpoch())).get(name)).toEqual(withCluster('all'));
  });

  it('resolves more roles than one snapshot takes', async () => {
    const names = Array.from({ length: 120 }, () => newName());
    for (const name of names.filter((_, index) => index % 40 === 0)) await givenRole(name, { description: name });
    const resolved = await resolveRoles(names, await currentEpoch());
    expect([...resolved.keys()]).toEqual(names.filter((_, index) => index % 40 === 0));
  });

  it('remembers a thousand roles and not more', async () => {
    const epoch = await currentEpoch();
    const names = Array.from({ length: 1_001 }, () => newName());
    await resolveRoles(names, epoch);
    expect(await requestsOf(() => resolveRoles(names.slice(1), epoch))).toBe(0);
    expect(await requestsOf(() => resolveRoles(names.slice(0, 1), epoch))).toBe(1);
  });
});

describe('looking for roles', () => {
  it('finds one', async () => {
    expect(await findRole('viewer')).toMatchObject({ name: 'viewer', reserved: true });
    expect(await findRole('unknown')).toBeUndefined();
  });

  it('finds those that are stored', async () => {
    const name = newName();
    await givenRole(name, {});
    expect([...(await findRoles([name, 'unknown'])).keys()]).toEqual([name]);
  });

  it('finds all by name, the built-in ones too', async () => {
    const name = newName();
    await givenRole(name, {});
    const names = (await allRoles()).map((role) => role.name);
    expect(names).toEqual(names.toSorted());
    expect(names).toEqual(expect.arrayContaining([name, 'superuser', 'kibana_admin', 'editor', 'viewer']));
  });
});

it('deletes a role once, and it can come back', async () => {
  const name = newName();
  await givenRole(name, { cluster: ['all'] });
  expect([await deleteRole(name), await deleteRole(name)]).toEqual([true, false]);
  expect(await findRole(name)).toBeUndefined();
  expect(await changeRole(name, (was) => (was === undefined ? withCluster('monitor') : undefined))).toBe('created');
  expect((await findRole(name))?.descriptor).toEqual(withCluster('monitor'));
});
