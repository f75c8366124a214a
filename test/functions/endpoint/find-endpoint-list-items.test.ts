import { expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';
import { badRequest, checksCallers, query, shown, siem } from '../detections/detections.ts';
import { ITEMS, item } from './endpoint-items.ts';

const api = kibana();
const { call } = api;
const find = (parameters: Record<string, string | number> = {}, prefix = '') =>
  call(`GET ${prefix}${ITEMS}/_find?${query(parameters)}`);

it('says that the list is missing', async () => {
  expect(shown(await find())).toEqual(siem(404, 'list id: "endpoint_list" does not exist'));
});

checksCallers(api, `GET ${ITEMS}/_find`, {
  privilege: 'lists-read',
  granted: ['feature_siemV3.read'],
  refused: ['feature_discover.read'],
});

it('finds items by page, order and filter, in every space', async () => {
  await call('POST /api/endpoint_list');
  expect((await find()).body).toEqual({ data: [], page: 1, per_page: 20, total: 0 });
  const created = [];
  for (const name of ['Charlie one', 'Alpha', 'Bravo one']) {
    const body = { ...item, name, item_id: name, tags: [name] };
    created.push((await call(`POST ${ITEMS}`, { body })).body);
  }
  expect((await find()).body).toEqual({ data: created, page: 1, per_page: 20, total: 3 });
  const names = async (parameters: Record<string, string | number>, prefix = '') =>
    (await find(parameters, prefix)).body.data.map(({ name }: { name: string }) => name);
  expect(await names({ sort_field: 'name', sort_order: 'asc' })).toEqual(['Alpha', 'Bravo one', 'Charlie one']);
  expect(await names({ sort_field: 'name', sort_order: 'desc', per_page: 2 })).toEqual(['Charlie one', 'Bravo one']);
  expect(await names({ sort_field: 'name', per_page: 2, page: 2 })).toEqual(['Charlie one']);
  expect(await names({ filter: 'exception-list-agnostic.attributes.name: one' }, '/s/x')).toEqual([
    'Charlie one',
    'Bravo one',
  ]);
  expect(await names({ filter: 'exception-list-agnostic.attributes.tags: Alpha' })).toEqual(['Alpha']);
  expect(await names({ filter: 'exception-list-agnostic.attributes.entries.value: tool.exe' })).toHaveLength(3);
});

it.each([
  ['exception-list-agnostic.attributes.name:', 'KQLSyntaxError: Expected'],
  ['name: x', "This key 'name' need to be wrapped by a saved object type like exception-list-agnostic: Bad Request"],
  [
    'exception-list-agnostic.attributes.constructor: x',
    "This key 'exception-list-agnostic.attributes.constructor' does NOT exist in exception-list-agnostic saved object index patterns: Bad Request",
  ],
])('refuses the filter %j', async (filter, message) => {
  await call('POST /api/endpoint_list');
  const { status, body } = await find({ filter });
  expect({ status, message: body.message.slice(0, message.length) }).toEqual({ status: 400, message });
});

it('refuses an empty filter', async () => {
  expect(shown(await find({ filter: '' }))).toEqual(
    badRequest(
      '[request query]: filter: String must contain at least 1 character(s), filter: No empty strings allowed',
    ),
  );
});
