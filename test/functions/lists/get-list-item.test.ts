import { describe, expect, it } from 'vitest';
import { badRequest, checksCallers, query, shown, siem, valueLists } from './value-lists.ts';

const api = valueLists();
const { call, givenList, givenItems } = api;
const get = (parameters: Record<string, string>, prefix = '') =>
  call(`GET ${prefix}/api/lists/items?${query(parameters)}`);

checksCallers(api, 'GET /api/lists/items?id=none', { privilege: 'lists-read' });

it.each([
  ['?id=', 'id: String must contain at least 1 character(s), id: No empty strings allowed'],
  ['?list_id=x&value=', 'value: String must contain at least 1 character(s), value: No empty strings allowed'],
  ['?list_id=%20&value=x', 'list_id: No empty strings allowed'],
  ['?id=a&id=b', 'id: Expected string, received array'],
])('refuses the query %j', async (text, message) => {
  expect(shown(await call(`GET /api/lists/items${text}`))).toEqual(badRequest(`[request query]: ${message}`));
});

it.each([{}, { list_id: 'x' }, { value: 'x' }])('needs an id or a list and a value: %j', async (parameters) => {
  expect(shown(await get(parameters))).toEqual(
    siem(400, 'Either "list_id" or "id" needs to be defined in the request'),
  );
});

it('reads one item by its id, whatever else is asked', async () => {
  await givenList({ id: 'by id' });
  const [item] = await givenItems('by id', ['10.0.0.1']);
  for (const more of [{}, { list_id: 'no such list', value: 'x' }]) {
    expect(shown(await get({ id: item.id, ...more }))).toEqual({ status: 200, body: item });
  }
  expect((await get({ id: item.id }, '/s/other')).status).toBe(404);
});

it.each(['missing', 'a#b', 'x'.repeat(3_000), '00000000-0000-4000-8000-000000000000'])(
  'does not find the item %j',
  async (id) => {
    expect(shown(await get({ id }))).toEqual(siem(404, `list item id: "${id}" does not exist`));
  },
);

it('does not take a tie breaker for an id, nor the id that would have been made for a chosen one', async () => {
  await givenList({ id: 'chosen ones' });
  const [item] = await givenItems('chosen ones', ['10.0.0.1'], { id: 'chosen' });
  const [first, second, ...rest] = item.tie_breaker_id.split('-');
  const last = rest.pop();
  const swapped = [last.slice(0, 8), last.slice(8), ...rest, first + second].join('-');
  expect((await get({ id: item.tie_breaker_id })).status).toBe(404);
  expect((await get({ id: swapped })).status).toBe(404);
});

it('answers the items of a value as an array', async () => {
  await givenList({ id: 'values' });
  const items = await givenItems('values', ['10.0.0.1', '10.0.0.1', '10.0.0.2']);
  const { status, body } = await get({ list_id: 'values', value: '10.0.0.1' });
  expect(status).toBe(200);
  expect(body).toHaveLength(2);
  expect(body).toEqual(expect.arrayContaining(items.slice(0, 2)));
});

it('does not find the list', async () => {
  expect(shown(await get({ list_id: 'none', value: 'x' }))).toEqual(siem(404, 'list id: "none" does not exist'));
});

it('does not find the value', async () => {
  await givenList({ id: 'empty' });
  expect(shown(await get({ list_id: 'empty', value: '10.0.0.1' }))).toEqual(
    siem(404, 'list_id: "empty" item of 10.0.0.1 does not exist'),
  );
});

describe('a value is found as Elasticsearch compares it', () => {
  it.each([
    ['ip', ['10.0.0.1', '2001:db8:0:0::1', '::ffff:1.2.3.4'], '2001:db8::1', '1'],
    ['ip', ['10.0.0.1', '::ffff:1.2.3.4'], '1.2.3.4', '1'],
    ['ip_range', ['10.0.0.0/8', '10.0.0.1-10.0.0.9', '11.0.0.0-12.0.0.0', '::/0'], '10.0.0.5', '013'],
    ['integer', ['7', '7.9', '8'], '7', '01'],
    ['integer_range', ['1-5', '5-9', '6-9'], '5', '01'],
    ['long', ['9223372036854775807', '9223372036854775806'], '9223372036854775807', '0'],
    ['double', ['1', '1.0', '1e0', '2'], '1.00', '012'],
    [
      'date',
      ['2025-01-01', '2025-01-01T00:00:00.000Z', '1735689600000', '2025-01-02'],
      '2025-01-01T01:00+01:00',
      '012',
    ],
    ['date_range', ['2025-01-01,2025-02-01', '2025-03-01,2025-04-01'], '2025-01-15', '0'],
    ['keyword', ['Host', 'host', 'host 1'], 'host', '1'],
    ['text', ['the quick fox', 'Quick', 'slow fox'], 'QUICK fox', '0'],
    ['boolean', ['true', 'false'], 'true', '0'],
  ])('%s: of %j, %j finds %j', async (type, values, value, found) => {
    const { id: list_id } = await givenList({ type });
    const items = await givenItems(list_id, values);
    const { body } = await get({ list_id, value });
    const ids: string[] = body.map(({ id }: { id: string }) => id);
    expect(
      ids
        .map((id) => items.findIndex((item) => item.id === id))
        .sort()
        .join(''),
    ).toBe(found);
  });

  it('a text without words finds nothing', async () => {
    const { id: list_id } = await givenList({ type: 'text' });
    await givenItems(list_id, ['some words', '!!!']);
    expect((await get({ list_id, value: '!!!' })).status).toBe(404);
  });

  it.each([
    ['ip', 'host', 'failed to parse value [host] of type [ip]'],
    ['integer', 'x', 'failed to parse value [x] of type [integer]'],
    ['date', 'x', 'failed to parse value [x] of type [date]'],
    ['binary', 'x', 'Binary fields do not support searching'],
    [
      'geo_point',
      '1,2',
      'Geometry fields do not support exact searching, use dedicated geometry queries instead: [list]',
    ],
  ])('a list of %s cannot be searched for %j', async (type, value, reason) => {
    const { id: list_id } = await givenList({ type });
    expect(shown(await get({ list_id, value }))).toEqual(siem(400, `search_phase_execution_exception: ${reason}`));
  });
});
