import { expect, it } from 'vitest';
import { badRequest, checksCallers, query, shown, siem, valueLists } from './value-lists.ts';

const api = valueLists();
const { call, givenList, givenItems, exported } = api;
const remove = (parameters: Record<string, string>, prefix = '') =>
  call(`DELETE ${prefix}/api/lists/items?${query(parameters)}`);

checksCallers(api, 'DELETE /api/lists/items?id=none', { privilege: 'lists-all', xsrf: 'required' });

it.each([
  ['?id=', 'id: String must contain at least 1 character(s), id: No empty strings allowed'],
  ['?id=a&id=b', 'id: Expected string, received array'],
  ['?id=a&refresh=1', "refresh: Invalid enum value. Expected 'true' | 'false' | 'wait_for', received '1'"],
])('refuses the query %j', async (text, message) => {
  expect(shown(await call(`DELETE /api/lists/items${text}`))).toEqual(badRequest(`[request query]: ${message}`));
});

it.each([{}, { list_id: 'x' }, { value: 'x' }])('needs an id or a list and a value: %j', async (parameters) => {
  expect(shown(await remove(parameters))).toEqual(
    siem(400, 'Either "list_id" or "id" needs to be defined in the request'),
  );
});

it.each(['missing', 'a#b', 'x'.repeat(3_000), '00000000-0000-4000-8000-000000000000'])(
  'does not find the item %j',
  async (id) => {
    expect(shown(await remove({ id }))).toEqual(siem(404, `list item with id: "${id}" not found`));
  },
);

it.each([
  ['that was chosen', { id: 'my own' }],
  ['that the API made', {}],
  [
    'of a large item',
    {
      id: 'large',
      meta: {
        text: Buffer.from(crypto.getRandomValues(new Uint8Array(50_000)))
          .toString('hex')
          .repeat(9),
      },
    },
  ],
])('deletes one item by an id %s and answers it', async (name, fields) => {
  await givenList({ id: name });
  const [item] = await givenItems(name, ['10.0.0.1'], fields);
  await givenItems(name, ['10.0.0.2']);
  expect((await remove({ id: item.id }, '/s/other')).status).toBe(404);
  expect(shown(await remove({ id: item.id, refresh: 'wait_for' }))).toEqual({ status: 200, body: item });
  expect((await remove({ id: item.id })).status).toBe(404);
  expect(await exported(name)).toEqual(['10.0.0.2']);
});

it('deletes the items of a value and answers them all', async () => {
  await givenList({ id: 'values' });
  const items = await givenItems('values', ['10.0.0.1', '10.0.0.1', '10.0.0.2']);
  const { status, body } = await remove({ list_id: 'values', value: '10.0.0.1' });
  expect(status).toBe(200);
  expect(body).toHaveLength(2);
  expect(body).toEqual(expect.arrayContaining(items.slice(0, 2)));
  expect(await exported('values')).toEqual(['10.0.0.2']);
  expect(shown(await remove({ list_id: 'values', value: '10.0.0.1' }))).toEqual(
    siem(404, 'list_id: "values" with 10.0.0.1 was not found'),
  );
});

it('deletes nothing for a text without words', async () => {
  await givenList({ id: 'texts', type: 'text' });
  await givenItems('texts', ['one', 'two']);
  expect((await remove({ list_id: 'texts', value: '...' })).status).toBe(404);
  expect(await exported('texts')).toHaveLength(2);
});

it.each([
  ['is no template', '{{#value}}', 'Invalid deserializer: '],
  ['prints too much', '{{{value}}}'.repeat(700), 'The deserializer prints more than '],
])('deletes nothing when the deserializer %s', async (name, deserializer, message) => {
  const { id: list_id } = await givenList({ type: 'keyword', deserializer });
  const value = 'v'.repeat(30_000);
  const [item] = await givenItems(list_id, [value, value]);
  for (const selection of [{ id: item.id }, { list_id, value }]) {
    expect(shown(await remove(selection)), name).toEqual(siem(400, expect.stringContaining(message)));
  }
  const found = await call(`GET /api/lists/items/_find?${query({ list_id, per_page: 0 })}`);
  expect(found.body.total).toBe(2);
});

it('does not find the list', async () => {
  expect(shown(await remove({ list_id: 'none', value: 'x' }))).toEqual(siem(404, 'list_id: "none" does not exist'));
});

it('gives an item to one of many who delete it at once', async () => {
  await givenList({ id: 'race' });
  const [item] = await givenItems('race', ['10.0.0.1'], { id: 'raced' });
  const answers = await Promise.all(Array.from({ length: 5 }, () => remove({ id: item.id })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
});
