import { beforeAll, describe, expect, it } from 'vitest';
import { badRequest, checksCallers, query, shown, siem, valueLists } from './value-lists.ts';

const api = valueLists();
const { call, givenList, givenItems } = api;
const find = (parameters: Record<string, string | number | undefined>) =>
  call(`GET /api/lists/items/_find?${query(parameters)}`);
const values = async (parameters: Record<string, string | number>): Promise<string[]> =>
  (await find(parameters)).body.data.map(({ value }: { value: string }) => value);

const IPS = ['10.0.0.10', '10.0.0.9', '9.0.0.1', '2001:db8::1'];
beforeAll(async () => {
  await givenList({ id: 'ips' });
  await givenItems('ips', IPS);
});

checksCallers(api, 'GET /api/lists/items/_find?list_id=none', { privilege: 'lists-read' });

it.each([
  [{}, 'list_id: Required'],
  [{ list_id: '' }, 'list_id: String must contain at least 1 character(s), list_id: No empty strings allowed'],
  [{ list_id: 'ips', page: 'x' }, 'page: Expected number, received nan'],
  [{ list_id: 'ips', per_page: -1 }, 'per_page: Number must be greater than or equal to 0'],
  [{ list_id: 'ips', sort_order: 'up' }, "sort_order: Invalid enum value. Expected 'desc' | 'asc', received 'up'"],
])('refuses %j', async (parameters, message) => {
  expect(shown(await find(parameters))).toEqual(badRequest(`[request query]: ${message}`));
});

it.each([
  [{ list_id: 'none' }, 404, 'list id: "none" does not exist'],
  [{ list_id: 'ips', cursor: 'x' }, 400, 'Error parsing JSON from base64 encoded cursor'],
  [{ list_id: 'ips', cursor: 'e30=' }, 400, 'Error decoding cursor structure'],
  [{ list_id: 'ips', per_page: 10_001 }, 400, 'per_page must be at most 10000'],
  [{ list_id: 'ips', filter: 'ip:' }, 400, expect.stringContaining('but end of input found')],
])('answers %j with %d', async (parameters, status, message) => {
  expect(shown(await find(parameters))).toEqual(siem(status, message));
});

it('answers a page in the documented form', async () => {
  const { text, body } = await find({ list_id: 'ips', filter: 'ip:9.0.0.1' });
  expect(Object.keys(JSON.parse(text))).toEqual(['cursor', 'data', 'page', 'per_page', 'total']);
  const [item] = body.data;
  const cursor = Buffer.from(JSON.stringify([20, [item.tie_breaker_id]])).toString('base64');
  expect(body).toEqual({ cursor, page: 1, per_page: 20, total: 1, data: [item] });
  expect(item).toEqual((await call(`GET /api/lists/items?id=${item.id}`)).body);
});

it('has the order of the export', async () => {
  const { data } = (await find({ list_id: 'ips' })).body;
  const ties = data.map(({ tie_breaker_id }: { tie_breaker_id: string }) => tie_breaker_id);
  expect(ties).toEqual([...ties].sort());
  expect(data.map(({ value }: { value: string }) => value).sort()).toEqual([...IPS].sort());
});

describe.each(['value', 'the type'])('sorts by %s', (name) => {
  it.each([
    ['ip', IPS, ['9.0.0.1', '10.0.0.9', '10.0.0.10', '2001:db8::1']],
    ['integer', ['10', '9', '-1'], ['-1', '9', '10']],
    [
      'long',
      ['9223372036854775807', '-9223372036854775808', '9223372036854775806'],
      ['-9223372036854775808', '9223372036854775806', '9223372036854775807'],
    ],
    ['double', ['1.5', '-2e3', '10'], ['-2e3', '1.5', '10']],
    ['date', ['2025-01-02', '1735689600000', '1960'], ['1960', '1735689600000', '2025-01-02']],
    ['keyword', ['b', 'a', 'B'], ['B', 'a', 'b']],
  ])('a list of %s', async (type, given, order) => {
    const { id: list_id } = await givenList({ type });
    await givenItems(list_id, given);
    const sort_field = name === 'value' ? 'value' : type;
    expect(await values({ list_id, sort_field })).toEqual(order);
    expect(await values({ list_id, sort_field, sort_order: 'desc' })).toEqual(order.toReversed());
    expect(await pageByPage({ list_id, sort_field })).toEqual(order);
  });
});

async function pageByPage(parameters: Record<string, string>): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let page = 1; ; page++) {
    const { body } = await find({ ...parameters, page, per_page: 1, cursor });
    if (body.data.length === 0) return found;
    found.push(body.data[0].value);
    cursor = body.cursor;
  }
}

describe('filters', () => {
  it.each([
    ['ip', IPS, 'ip:10.0.0.9', ['10.0.0.9']],
    ['ip', IPS, 'ip:10.*', ['10.0.0.10', '10.0.0.9']],
    ['ip', IPS, 'list_id:none', []],
    ['ip', IPS, 'created_by:elastic and not ip:(9.0.0.1 or 10.0.0.9)', ['10.0.0.10', '2001:db8::1']],
    ['integer', ['10', '9', '2.0'], 'integer >= 9', ['10', '9']],
    ['integer', ['10', '9', '2.0'], 'integer:2', ['2.0']],
    ['date', ['2025-01-02', '2024-12-31'], 'date >= "2025-01-01"', ['2025-01-02']],
    ['text', ['the quick fox', 'slow'], 'text:quick', ['the quick fox']],
    ['keyword', ['the quick fox', 'slow'], 'keyword:quick', []],
    ['integer_range', ['1-5', '6-9'], 'integer_range.gte:6', ['6-9']],
  ])('a list of %s with %j by %s', async (type, given, filter, found) => {
    const { id: list_id } = await givenList({ type });
    await givenItems(list_id, given);
    expect((await values({ list_id, filter })).sort()).toEqual(found);
  });

  it.each(['meta.team:red', 'id:chosen', 'value:one', '_version:*', 'red'])('not by %j', async (filter) => {
    const { id: list_id } = await givenList({ type: 'keyword' });
    const [{ id }] = await givenItems(list_id, ['one'], { id: 'chosen', meta: { team: 'red' } });
    expect(await values({ list_id, filter })).toEqual([]);
    expect(await values({ list_id, filter: 'keyword:one' })).toEqual(['one']);
    await call(`DELETE /api/lists/items?${query({ id })}`);
  });
});

it.each([
  [{ page: 1, per_page: 3 }, 3],
  [{ page: 2, per_page: 3 }, 1],
  [{ page: 3, per_page: 3 }, 0],
  [{ page: 0, per_page: 3 }, 3],
  [{ per_page: 0 }, 0],
])('pages %j', async (page, found) => {
  const { body } = await find({ list_id: 'ips', ...page });
  expect(body).toMatchObject({ total: 4, page: 1, ...page });
  expect(body.data).toHaveLength(found);
});

it('sees items of its own list and space only', async () => {
  await givenList({ id: 'ips', space: 'other' });
  await givenItems('ips', ['10.9.9.9'], { space: 'other' });
  const { body } = await call('GET /s/other/api/lists/items/_find?list_id=ips');
  expect(body.data.map(({ value }: { value: string }) => value)).toEqual(['10.9.9.9']);
  expect((await find({ list_id: 'ips' })).body.total).toBe(4);
});
