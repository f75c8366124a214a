import { beforeAll, describe, expect, it } from 'vitest';
import { badRequest, checksCallers, query, shown, siem, valueLists } from './value-lists.ts';

const api = valueLists();
const { call, givenList } = api;
const find = (parameters: Record<string, string | number | undefined>, prefix = '') =>
  call(`GET ${prefix}/api/lists/_find?${query(parameters)}`);
const ids = async (parameters: Record<string, string | number>): Promise<string[]> =>
  (await find(parameters)).body.data.map(({ id }: { id: string }) => id);

const LISTS = [
  { id: 'a', name: 'Alpha', description: 'first', type: 'ip', version: 3 },
  { id: 'b', name: 'beta', description: 'second one', type: 'keyword', version: 20 },
  { id: 'c', name: 'Gamma ray', description: 'third', type: 'ip', version: 1, meta: { owner: { team: 'red' } } },
];
beforeAll(async () => {
  for (const list of LISTS) await givenList(list);
  await givenList({ id: 'z', space: 'other' });
});

checksCallers(api, 'GET /api/lists/_find', { privilege: 'lists-read' });

it.each([
  [{ page: 'x' }, 'page: Expected number, received nan'],
  [{ page: -1 }, 'page: Number must be greater than or equal to 0'],
  [{ page: 1.5 }, 'page: Expected integer, received float'],
  [{ per_page: -1 }, 'per_page: Number must be greater than or equal to 0'],
  [{ sort_order: 'up' }, "sort_order: Invalid enum value. Expected 'desc' | 'asc', received 'up'"],
  [{ sort_field: '' }, 'sort_field: String must contain at least 1 character(s), sort_field: No empty strings allowed'],
  [{ cursor: ' ' }, 'cursor: No empty strings allowed'],
])('refuses %j', async (parameters, message) => {
  expect(shown(await find(parameters))).toEqual(badRequest(`[request query]: ${message}`));
});

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
it.each([
  [{ cursor: '%%%' }, 'Error parsing JSON from base64 encoded cursor'],
  [{ cursor: encode('{') }, 'Error parsing JSON from base64 encoded cursor'],
  [{ cursor: encode({}) }, 'Error decoding cursor structure'],
  [{ cursor: encode(['1']) }, 'Error decoding cursor structure'],
  [{ cursor: encode([-1]) }, 'index of cursor cannot be less 0'],
  [{ cursor: encode([20]), page: 1 }, 'index: 20 of cursor cannot be greater than the start page index: 0'],
  [{ cursor: encode([0, ['value', 'tie breaker']]) }, 'Bad Request'],
  [{ per_page: 10_001 }, 'per_page must be at most 10000'],
  [{ filter: 'name:(' }, expect.stringContaining('but end of input found')],
  [{ filter: 'name:null' }, 'illegal_argument_exception: [match] requires query value'],
])('refuses %j itself', async (parameters, message) => {
  expect(shown(await find(parameters))).toEqual(siem(400, message));
});

it('answers a page in the documented form', async () => {
  const answer = await find({ filter: 'name:Alpha' });
  const { body: list } = await call('GET /api/lists?id=a');
  expect(Object.keys(JSON.parse(answer.text))).toEqual(['cursor', 'data', 'page', 'per_page', 'total']);
  const cursor = encode([20, [list.tie_breaker_id]]);
  expect(shown(answer)).toEqual({ status: 200, body: { cursor, data: [list], page: 1, per_page: 20, total: 1 } });
});

it('finds nothing where there is nothing', async () => {
  const empty = { data: [], page: 1, per_page: 20, total: 0, cursor: encode([20]) };
  expect(shown(await find({}, '/s/without-streams'))).toEqual({ status: 200, body: empty });
});

it('finds the lists of its own space', async () => {
  expect((await ids({})).sort()).toEqual(['a', 'b', 'c']);
  expect((await find({}, '/s/other')).body.data.map(({ id }: { id: string }) => id)).toEqual(['z']);
});

describe('sorts', () => {
  it.each([
    ['name', 'asc', 'acb'],
    ['name', 'desc', 'bca'],
    ['version', 'asc', 'cab'],
    ['version', 'desc', 'bac'],
    ['created_at', 'asc', 'abc'],
    ['description', 'desc', 'cba'],
  ])('by %s, %s', async (sort_field, sort_order, order) => {
    expect((await ids({ sort_field, sort_order })).join('')).toBe(order);
  });

  it('upwards unless told otherwise', async () => {
    expect(await ids({ sort_field: 'name' })).toEqual(await ids({ sort_field: 'name', sort_order: 'asc' }));
  });

  it('by the tie breaker without a field, whatever the order says', async () => {
    const { data } = (await find({})).body;
    const ties = data.map(({ tie_breaker_id }: { tie_breaker_id: string }) => tie_breaker_id);
    expect(ties).toEqual([...ties].sort());
    for (const more of [{ sort_order: 'desc' }, { sort_field: 'no_such_field' }, { sort_field: 'immutable' }]) {
      expect(await ids(more)).toEqual(await ids({}));
    }
  });
});

describe('filters by', () => {
  it.each([
    ['name:Alpha', 'a'],
    ['name:alpha', ''],
    ['name:Gamma*', 'c'],
    ['name:"Gamma ray"', 'c'],
    ['type:ip', 'ac'],
    ['type:(ip or keyword)', 'abc'],
    ['not type:ip', 'b'],
    ['type:ip and not name:Alpha', 'c'],
    ['immutable:false', 'abc'],
    ['created_by:elastic', 'abc'],
    ['created_at >= "2020-01-01"', 'abc'],
    ['created_at < now-1d', ''],
    ['meta.owner.team:red', ''],
    ['meta:*', ''],
    ['id:a', ''],
    ['_version:*', ''],
    ['red', ''],
    ['serializer:*', ''],
    ['*', 'abc'],
    ['', 'abc'],
    ['no_such_field:x', ''],
  ])('%j', async (filter, found) => {
    expect((await ids({ filter })).sort().join('')).toBe(found);
  });
});

describe('pages', () => {
  const sorted = { sort_field: 'name', sort_order: 'asc' };
  it.each([
    [{ page: 1, per_page: 2 }, 'ac'],
    [{ page: 2, per_page: 2 }, 'b'],
    [{ page: 3, per_page: 2 }, ''],
    [{ page: 0, per_page: 2 }, 'ac'],
    [{ page: '', per_page: 1 }, 'a'],
    [{ page: 1, per_page: 0 }, ''],
    [{ page: 1, per_page: 10_000 }, 'acb'],
    [{ page: 900_000_000_000_000, per_page: 10 }, ''],
  ])('%j', async (page, found) => {
    const { status, body } = await find({ ...sorted, ...page });
    expect({ status, total: body.total }).toEqual({ status: 200, total: 3 });
    expect(body).toMatchObject({ page: Number(page.page), per_page: page.per_page });
    expect(body.data.map(({ id }: { id: string }) => id).join('')).toBe(found);
  });

  it.each([{ ...sorted }, { sort_field: 'type', sort_order: 'desc' }, {}])('by cursor, sorted by %j', async (order) => {
    const whole = await ids(order);
    let cursor: string | undefined;
    for (const [index, id] of whole.entries()) {
      const { body } = await find({ ...order, page: index + 1, per_page: 1, cursor });
      expect(body.data.map((list: { id: string }) => list.id)).toEqual([id]);
      cursor = body.cursor;
    }
    expect((await find({ ...order, page: whole.length + 1, per_page: 1, cursor })).body.data).toEqual([]);
  });
});
