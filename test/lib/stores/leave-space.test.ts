import { beforeAll, describe, expect, it } from 'vitest';
import { savedObjects } from '../../../lib/stores/leave-space.ts';
import { type NamespaceKind, registerType } from '../../../lib/stores/saved-object-types.ts';
import {
  createObject,
  deleteObject,
  findObject,
  getObject,
  listObjects,
  type NewObject,
  updateObject,
} from '../../../lib/stores/saved-objects.ts';
import { collect, intercept, later, ownTables, record } from './store.ts';

ownTables();

const kinds = ['single', 'multiple-isolated', 'multiple', 'agnostic'] as const;
beforeAll(() => {
  for (const namespaces of kinds)
    registerType(namespaces, { namespaces, summary: ({ title }) => ({ title }), migrationVersion: '1.0.0' });
});

const now = new Date(1_700_000_000_000);
let ids = 0;
const create = (type: NamespaceKind, space: string, more: Partial<NewObject> = {}) =>
  createObject({ type, id: `object ${ids++}`, attributes: { title: 'T' }, ...more }, { space, now });
const visible = async ({ type, id }: { type: string; id: string }, space: string) =>
  (await findObject({ type, id, space })) !== undefined;

describe('a space that is deleted', () => {
  it('takes what only it has', async () => {
    const single = await create('single', 'a');
    const isolated = await create('multiple-isolated', 'a', { attributes: { title: 'x'.repeat(500_000) } });
    const elsewhere = await create('multiple-isolated', 'b');
    const agnostic = await create('agnostic', 'a');
    expect(await savedObjects('a', later())).toBe(true);
    expect(await visible(single, 'a')).toBe(false);
    expect(await visible(isolated, 'a')).toBe(false);
    expect(await visible(elsewhere, 'b')).toBe(true);
    expect(await visible(agnostic, 'a')).toBe(true);
  });

  it('leaves objects to the other spaces that have them', async () => {
    const shared = await create('multiple', 'a', { namespaces: ['a', 'b', 'c'] });
    const everywhere = await create('multiple', 'a', { namespaces: ['*'] });
    await savedObjects('a', later());
    expect(await visible(shared, 'a')).toBe(false);
    expect(await getObject({ ...shared, space: 'b' })).toEqual({
      ...shared,
      namespaces: ['b', 'c'],
      version: shared.version + 1,
    });
    const listed = await collect(listObjects('multiple', 'c'));
    expect(listed.find(({ id }) => id === shared.id)).toMatchObject({ namespaces: ['b', 'c'] });
    expect(await visible(everywhere, 'a')).toBe(true);
    await savedObjects('b', later());
    await savedObjects('c', later());
    expect(await visible(shared, 'c')).toBe(false);
  });

  it('leaves the object as others have changed it meanwhile', async () => {
    const shared = await create('multiple', 'a', { namespaces: ['a', 'b'] });
    let isChanged = false;
    intercept(async (sent, send) => {
      if (!isChanged && sent.name === 'TransactWriteCommand') {
        isChanged = true;
        await updateObject({ ...shared, space: 'b' }, () => ({ attributes: { title: 'new' } }), { now });
      }
      return send();
    });
    await savedObjects('a', later());
    expect(isChanged).toBe(true);
    expect(await getObject({ ...shared, space: 'b' })).toMatchObject({
      attributes: { title: 'new' },
      namespaces: ['b'],
    });
  });

  it('does not mind what others delete meanwhile', async () => {
    const object = await create('single', 'a');
    const where = { type: 'single', id: object.id, space: 'a' };
    let isDeleted = false;
    intercept(async (sent, send) => {
      if (!isDeleted && sent.name === 'GetCommand') {
        isDeleted = true;
        await deleteObject(where);
      }
      return send();
    });
    expect(await savedObjects('a', later())).toBe(true);
    expect(isDeleted).toBe(true);
    expect(await visible(object, 'a')).toBe(false);
  });

  it('writes nothing after the deadline', async () => {
    const object = await create('single', 'a');
    const sent = record();
    expect(await savedObjects('a', Date.now() - 1)).toBe(false);
    expect(sent.filter(({ name }) => name !== 'QueryCommand')).toEqual([]);
    expect(await visible(object, 'a')).toBe(true);
    expect(await savedObjects('a', later())).toBe(true);
    expect(await visible(object, 'a')).toBe(false);
  });
});
