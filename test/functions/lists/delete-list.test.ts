import { expect, it } from 'vitest';
import { rows } from '../../../lib/stores/read.ts';
import { badRequest, checksCallers, query, shown, siem, valueLists } from './value-lists.ts';

const api = valueLists();
const { call, givenStreams, givenList, givenItems, exported } = api;
const remove = (id: string, more = {}) => call(`DELETE /api/lists?${query({ id, ...more })}`);

checksCallers(api, 'DELETE /api/lists?id=none', { privilege: 'lists-all', xsrf: 'required' });

const noFlag = (name: string, received: string) =>
  `${name}: Invalid enum value. Expected 'true' | 'false', received '${received}', ${name}: Expected boolean, received string`;
it.each([
  ['', 'id: Required'],
  ['?id=', 'id: String must contain at least 1 character(s), id: No empty strings allowed'],
  ['?id=a&id=b', 'id: Expected string, received array'],
  ['?id=a&deleteReferences=1', noFlag('deleteReferences', '1')],
  ['?id=a&ignoreReferences=', noFlag('ignoreReferences', '')],
])('refuses the query %j', async (text, message) => {
  expect(shown(await call(`DELETE /api/lists${text}`))).toEqual(badRequest(`[request query]: ${message}`));
});

it.each(['missing', 'x'.repeat(2_000), 'a#b'])('does not find %j', async (id) => {
  expect(shown(await remove(id))).toEqual(siem(404, `list id: "${id}" was not found`));
});

it.each([
  ['', {}],
  [' with deleteReferences', { deleteReferences: 'true' }],
  [' with ignoreReferences', { ignoreReferences: 'true', deleteReferences: 'false' }],
])('answers the list that it deletes%s', async (name, more) => {
  const list = await givenList({ id: `gone${name}`, meta: { a: 1 } });
  expect(shown(await remove(list.id, more))).toEqual({ status: 200, body: list });
  expect((await call(`GET /api/lists?${query({ id: list.id })}`)).status).toBe(404);
  expect((await remove(list.id)).status).toBe(404);
});

it('hides the items at once, also from a list of the same id created later', async () => {
  await givenList({ id: 'reborn' });
  const [made, chosen] = [
    ...(await givenItems('reborn', ['10.0.0.1'])),
    ...(await givenItems('reborn', ['10.0.0.2'], { id: 'chosen' })),
  ];
  const seen = async () => ({
    byId: (await call(`GET /api/lists/items?${query({ id: made.id })}`)).status,
    byChosenId: (await call(`GET /api/lists/items?${query({ id: chosen.id })}`)).status,
    byValue: (await call(`GET /api/lists/items?${query({ list_id: 'reborn', value: '10.0.0.1' })}`)).status,
    found: (await call(`GET /api/lists/items/_find?${query({ list_id: 'reborn' })}`)).body.total,
  });
  expect(await seen()).toEqual({ byId: 200, byChosenId: 200, byValue: 200, found: 2 });
  await remove('reborn');
  expect(await seen()).toEqual({ byId: 404, byChosenId: 404, byValue: 404, found: undefined });
  await givenList({ id: 'reborn' });
  expect(await seen()).toEqual({ byId: 404, byChosenId: 404, byValue: 404, found: 0 });
  expect(await exported('reborn')).toEqual([]);
});

it('frees the ids of the items, also those that the API had made', async () => {
  await givenList({ id: 'freed' });
  const [item] = await givenItems('freed', ['10.0.0.1']);
  await givenItems('freed', ['10.0.0.2'], { id: 'my own' });
  await remove('freed');
  await givenList({ id: 'freed' });
  for (const id of [item.id, 'my own']) {
    const [restored] = await givenItems('freed', ['10.0.0.3'], { id });
    const answer = await call(`GET /api/lists/items?${query({ id })}`);
    expect(shown(answer)).toEqual({ status: 200, body: restored });
    expect((await call(`DELETE /api/lists/items?${query({ id })}`)).status).toBe(200);
    expect((await call(`GET /api/lists/items?${query({ id })}`)).status).toBe(404);
  }
});

it('deletes in its own space only', async () => {
  await givenList({ id: 'both' });
  await givenList({ id: 'both', space: 'other' });
  await remove('both');
  expect((await call('GET /s/other/api/lists?id=both')).status).toBe(200);
});

it('orders one sweep for each life of the list, however many delete it at once', async () => {
  const jobs = async () => (await Array.fromAsync(rows({ table: 'Jobs', pk: 'jobs' }))).length;
  const before = await jobs();
  for (let life = 1; life <= 2; life++) {
    await givenList({ id: 'crowded' });
    const answers = await Promise.all(Array.from({ length: 5 }, () => remove('crowded')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
    expect(await jobs()).toBe(before + life);
  }
});

it('works while others change the list', async () => {
  await givenStreams();
  await givenList({ id: 'busy' });
  const change = () => call('PATCH /api/lists', { body: { id: 'busy', name: 'New' } });
  const [deleted, ...changed] = await Promise.all([remove('busy'), change(), change(), change()]);
  expect(deleted?.status).toBe(200);
  for (const { status } of changed) expect([200, 404]).toContain(status);
  expect((await call('GET /api/lists?id=busy')).status).toBe(404);
});
