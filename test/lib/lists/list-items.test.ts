import { describe, expect, it } from 'vitest';
import {
  createItem,
  createItems,
  deleteItem,
  findItem,
  itemsByValue,
  itemsOf,
  itemView,
} from '../../../lib/lists/list-items.ts';
import { deleteList } from '../../../lib/lists/lists.ts';
import { ownTables, record } from '../stores/store.ts';
import { by, givenList } from './given.ts';

ownTables();

it('finds an item by id, by value and in its list as it was created', async () => {
  const list = await givenList({ type: 'ip', serializer: '(?<value>.+)', deserializer: '{{value}}' });
  for (const id of [undefined, 'chosen']) {
    const item = await createItem(list, { id, value: '10.0.0.1', meta: { a: [1] } }, by());
    expect(await findItem('default', item.id)).toEqual(item);
    expect(await Array.fromAsync(itemsByValue(list, '10.0.0.1'))).toContainEqual(item);
    expect(await Array.fromAsync(itemsOf(list))).toContainEqual(item);
    expect(await findItem('elsewhere', item.id)).toBeUndefined();
  }
});

describe('reads little', () => {
  it.each([
    ['an id that was made here', 'made', 2],
    ['an id that was chosen', 'chosen', 3],
  ])('for %s', async (_name, kind, reads) => {
    const list = await givenList();
    const id = kind === 'chosen' ? `chosen in ${list.id}` : undefined;
    const item = await createItem(list, { id, value: 'a' }, by());
    const sent = record();
    await findItem('default', item.id);
    expect(sent.map(({ name }) => name)).toEqual(Array(reads).fill('GetCommand'));
  });

  it('for a value: one query, whatever else is in the list', async () => {
    const list = await givenList();
    const values = Array.from({ length: 500 }, (_, index) => `value ${index}`);
    await createItems(list, values, by(), Number.POSITIVE_INFINITY);
    const sent = record();
    expect(await Array.fromAsync(itemsByValue(list, 'value 7'))).toHaveLength(1);
    expect(sent.map(({ name }) => name)).toEqual(['QueryCommand']);
  });
});

it('takes an id over from an item whose list is deleted, once', async () => {
  const [first, second] = [await givenList(), await givenList()];
  await createItem(first, { id: 'inherited', value: 'a' }, by());
  await deleteList('default', first.id);
  expect(await findItem('default', 'inherited')).toBeUndefined();
  const attempts = await Promise.allSettled(
    ['b', 'c', 'd'].map((value) => createItem(second, { id: 'inherited', value }, by())),
  );
  expect(attempts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect((await findItem('default', 'inherited'))?.list_id).toBe(second.id);
  expect(await Array.fromAsync(itemsOf(second))).toHaveLength(1);
});

it('leaves no item behind when its id is taken', async () => {
  const list = await givenList();
  await createItem(list, { id: 'taken', value: 'a' }, by());
  await expect(createItem(list, { id: 'taken', value: 'b' }, by())).rejects.toMatchObject({ status: 409 });
  expect((await Array.fromAsync(itemsOf(list))).map(({ value }) => value)).toEqual(['a']);
});

it('deletes an item once, and with it what its id leads to', async () => {
  const list = await givenList();
  const item = await createItem(list, { id: 'deleted once', value: 'a' }, by());
  await deleteItem('default', item);
  await expect(deleteItem('default', item)).rejects.toMatchObject({ status: 404 });
  expect(await findItem('default', 'deleted once')).toBeUndefined();
  await createItem(list, { id: 'deleted once', value: 'b' }, by());
  expect((await findItem('default', 'deleted once'))?.value).toBe('b');
});

it('leaves out what is none of the type', async () => {
  const list = await givenList({ type: 'integer' });
  const result = await createItems(list, ['1', 'x', '2'], by(), Number.POSITIVE_INFINITY);
  expect(result).toEqual({ written: 2, complete: true });
  expect((await Array.fromAsync(itemsOf(list))).map(({ value }) => value).sort()).toEqual(['1', '2']);
});

it('shows an item without what only the store needs', async () => {
  const list = await givenList();
  const view = itemView(await createItem(list, { value: 'a' }, by()));
  expect(Object.keys(JSON.parse(JSON.stringify(view)))).toEqual(
    '_version id type value list_id @timestamp created_at created_by tie_breaker_id updated_at updated_by'.split(' '),
  );
});
