import { beforeEach, describe, expect, it } from 'vitest';
import { resolveObject } from '../../../lib/stores/resolve-saved-object.ts';
import { putAlias } from '../../../lib/stores/saved-object-aliases.ts';
import { createObject, deleteObject } from '../../../lib/stores/saved-objects.ts';
import { write } from '../../../lib/stores/write.ts';
import { intercept, ownTables, partition } from './store.ts';

ownTables();

const type = 'lens';
const now = new Date(1_700_000_000_000);
let tests = 0;
let id = '';
beforeEach(() => {
  id = `object ${tests++}`;
});

const create = (target = id, space = 'a') => createObject({ type, id: target, attributes: {} }, { space, now });
const alias = (old: string, targetId = id, { space = 'a', at = now } = {}) =>
  write(...putAlias({ type, id: old, space }, { targetId, purpose: 'savedObjectImport', now: at }));
const resolve = (old: string, space = 'a') => resolveObject({ type, id: old, space }, now);
const aliasesOf = (target = id) => partition('SavedObjects', `alias-target:${type}#${target}`);
const rows = async (space = 'a') => (await partition('SavedObjects', `${space}#alias#${type}`)).map(({ sk }) => sk);

it('leads from an old id to the object', async () => {
  await create();
  await alias(`old ${id}`);
  expect(await resolve(`old ${id}`)).toMatchObject({
    object: { id },
    outcome: 'aliasMatch',
    alias: { targetId: id, purpose: 'savedObjectImport' },
  });
  await expect(resolve(`old ${id}`, 'b')).rejects.toThrow(`Saved object [lens/old ${id}] not found`);
});

it('counts every use, also many at the same time', async () => {
  await create();
  await alias(`old ${id}`);
  await Promise.all(Array.from({ length: 10 }, () => resolve(`old ${id}`)));
  const found = (await partition('SavedObjects', `a#alias#${type}`)).find(({ sk }) => sk === `old ${id}`);
  expect(found).toMatchObject({ resolveCounter: 10, lastResolved: now.toISOString(), updated_at: now.toISOString() });
});

it('still leads there when it vanishes while it is used', async () => {
  await create();
  await alias(`old ${id}`);
  intercept(async (sent, send) => {
    if (sent.name === 'UpdateCommand') {
      await write({ table: 'SavedObjects', delete: { pk: `a#alias#${type}`, sk: `old ${id}` } });
    }
    return send();
  });
  expect((await resolve(`old ${id}`)).outcome).toBe('aliasMatch');
  expect(await rows(), 'counting does not bring it back').not.toContain(`old ${id}`);
});

it.each(['', 'i'.repeat(3_000), 'half \ud800'])('is not looked for under what cannot be an id', async (hostile) => {
  await expect(resolve(hostile)).rejects.toMatchObject({ status: 404 });
});

describe('go with their object', () => {
  it('all of them, of all spaces', async () => {
    await create();
    await alias(`one ${id}`);
    await alias(`two ${id}`);
    await alias(`one ${id}`, id, { space: 'b' });
    await deleteObject({ type, id, space: 'a' });
    expect(await aliasesOf()).toEqual([]);
    expect([...(await rows('a')), ...(await rows('b'))].filter((sk) => String(sk).endsWith(id))).toEqual([]);
    await create();
    await expect(resolve(`one ${id}`)).rejects.toMatchObject({ status: 404 });
  });

  it('but not one that leads elsewhere by now', async () => {
    await create();
    await create(`other ${id}`);
    await alias(`old ${id}`);
    await alias(`old ${id}`, `other ${id}`);
    await deleteObject({ type, id, space: 'a' });
    expect((await resolve(`old ${id}`)).object.id).toBe(`other ${id}`);
  });

  it('nor one that is led elsewhere while the object is deleted', async () => {
    await create();
    await create(`other ${id}`);
    await alias(`old ${id}`);
    let met = 0;
    intercept(async (sent, send) => {
      if (sent.name === 'TransactWriteCommand' && met++ === 0) {
        await alias(`old ${id}`, `other ${id}`, { at: new Date(now.getTime() + 1) });
      }
      return send();
    });
    await deleteObject({ type, id, space: 'a' });
    expect((await resolve(`old ${id}`)).object.id).toBe(`other ${id}`);
  });

  it('as many as a transaction holds; the others lead nowhere', async () => {
    await create();
    for (let index = 0; index < 120; index++) await alias(`${index} ${id}`);
    await deleteObject({ type, id, space: 'a' });
    for (const index of [0, 60, 119]) await expect(resolve(`${index} ${id}`)).rejects.toMatchObject({ status: 404 });
  });
});
