import { describe, expect, it } from 'vitest';
import { createList, deleteList, findList, listsOf, updateList } from '../../../lib/lists/lists.ts';
import { intercept, ownTables } from '../stores/store.ts';
import { by, givenList } from './given.ts';

ownTables();

const CHANGE = { replace: true, username: 'editor', now: new Date() };

it('finds what was created, in its own space', async () => {
  const list = await givenList({ id: 'a', meta: { deep: [1, { x: null }] } }, 'one');
  expect(await findList('one', 'a')).toEqual(list);
  expect(await findList('two', 'a')).toBeUndefined();
  expect(await Array.fromAsync(listsOf('one'))).toEqual([list]);
  expect(await Array.fromAsync(listsOf('two'))).toEqual([]);
});

it('gives each life of a list an incarnation of its own', async () => {
  const first = await givenList({ id: 'lives' });
  await deleteList('default', 'lives');
  const second = await givenList({ id: 'lives' });
  expect(first.incarnation).toMatch(/^[0-9a-f]{12}$/);
  expect(second.incarnation).toMatch(/^[0-9a-f]{12}$/);
  expect(second.incarnation).not.toBe(first.incarnation);
});

it('counts versions from the second of the creation', async () => {
  const now = new Date('2026-01-01T00:00:00.999Z');
  const list = { id: 'counted', type: 'ip', name: 'n', description: 'd', version: 5 } as const;
  const { recordVersion } = await createList('default', list, { ...by(), now });
  expect(recordVersion).toBe(Date.parse('2026-01-01') / 1_000);
  const changed = await updateList('default', 'counted', {}, CHANGE);
  expect(changed).toMatchObject({ recordVersion: recordVersion + 1, version: 6 });
});

describe('when another write comes in between', () => {
  /** Does something else just before the first write of the name. */
  function justBefore(name: string, disturb: () => Promise<unknown>) {
    let done = false;
    intercept(async (sent, send) => {
      if (sent.name === name && !done) {
        done = true;
        await disturb();
      }
      return send();
    });
  }

  it('a change without _version is made to what then stands', async () => {
    await givenList({ id: 'merged', meta: { a: 1 } });
    justBefore('PutCommand', () =>
      updateList('default', 'merged', { name: 'theirs' }, { ...CHANGE, replace: false, username: 'other' }),
    );
    await updateList('default', 'merged', { description: 'ours' }, { ...CHANGE, replace: false });
    expect(await findList('default', 'merged')).toMatchObject({
      name: 'theirs',
      description: 'ours',
      meta: { a: 1 },
      version: 3,
      updated_by: 'editor',
    });
  });

  it('a change with _version is refused with the versions', async () => {
    const list = await givenList({ id: 'refused' });
    const _version = Buffer.from(`[${list.recordVersion},1]`).toString('base64');
    justBefore('PutCommand', () => updateList('default', 'refused', { name: 'theirs' }, CHANGE));
    await expect(updateList('default', 'refused', { name: 'ours', _version }, CHANGE)).rejects.toMatchObject({
      status: 409,
      message: `Conflict: versions mismatch. Provided versions:{"if_primary_term":1,"if_seq_no":${list.recordVersion}} does not match {"if_primary_term":1,"if_seq_no":${list.recordVersion + 1}}`,
    });
  });

  it('a change of a list that goes meanwhile finds nothing', async () => {
    await givenList({ id: 'going' });
    justBefore('PutCommand', () => deleteList('default', 'going'));
    await expect(updateList('default', 'going', { name: 'ours' }, CHANGE)).rejects.toMatchObject({ status: 404 });
  });

  it('a deletion deletes what then stands, not another life of the list by its old record', async () => {
    await givenList({ id: 'deleted' });
    let second = '';
    justBefore('TransactWriteCommand', async () => {
      await deleteList('default', 'deleted');
      const now = new Date(Date.now() + 60_000);
      const list = { id: 'deleted', type: 'ip', name: 'n', description: 'd', version: 1 } as const;
      second = (await createList('default', list, { ...by(), now })).incarnation;
    });
    expect((await deleteList('default', 'deleted')).incarnation).toBe(second);
  });

  it('gives up on a list that never stands still', async () => {
    await givenList({ id: 'restless' });
    const { incarnation } = (await findList('default', 'restless'))!;
    let inside = false;
    intercept(async (sent, send) => {
      if (sent.name === 'PutCommand' && !inside) {
        inside = true;
        await updateList('default', 'restless', {}, CHANGE);
        inside = false;
      }
      return send();
    });
    await expect(updateList('default', 'restless', { name: 'ours' }, CHANGE)).rejects.toMatchObject({
      status: 409,
      message: 'list id: "restless" is being changed by others',
    });
    expect(await findList('default', 'restless')).toMatchObject({ incarnation, name: 'A list' });
  });

  it('a reader sees a large list whole, as it was or as it is', async () => {
    const text = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000)))
      .toString('hex')
      .repeat(8);
    await givenList({ id: 'large', meta: { text } });
    justBefore('BatchGetCommand', () =>
      updateList('default', 'large', { name: 'theirs' }, { ...CHANGE, replace: false }),
    );
    expect((await findList('default', 'large'))?.meta).toEqual({ text });
    justBefore('BatchGetCommand', () =>
      updateList('default', 'large', { name: 'theirs again' }, { ...CHANGE, replace: false }),
    );
    const all = await Array.fromAsync(listsOf('default'));
    expect(all.find(({ id }) => id === 'large')).toMatchObject({ name: 'theirs again', meta: { text } });
  });
});
