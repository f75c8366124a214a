import { expect, it } from 'vitest';
import { badRequest, checksCallers, generated, query, shown, siem, valueLists } from './value-lists.ts';

const api = valueLists();
const { call, givenList } = api;
const read = (id: string, prefix = '') => call(`GET ${prefix}/api/lists?${query({ id })}`);

checksCallers(api, 'GET /api/lists?id=ip_list', { privilege: 'lists-read' });

it.each([
  ['', 'id: Required'],
  ['?id=', 'id: String must contain at least 1 character(s), id: No empty strings allowed'],
  ['?id=%20', 'id: No empty strings allowed'],
  ['?id=a&id=b', 'id: Expected string, received array'],
])('refuses the query %j', async (text, message) => {
  expect(shown(await call(`GET /api/lists${text}`))).toEqual(badRequest(`[request query]: ${message}`));
});

it('answers a list without what is not set', async () => {
  await givenList({ id: 'ip_list', name: 'My bad ips', description: 'This list describes bad internet ip' });
  const { status, text, body, headers } = await read('ip_list');
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(text).toBe(
    JSON.stringify({
      id: 'ip_list',
      type: 'ip',
      name: 'My bad ips',
      description: 'This list describes bad internet ip',
      immutable: false,
      '@timestamp': body['@timestamp'],
      version: 1,
      _version: body._version,
      tie_breaker_id: body.tie_breaker_id,
      created_at: body.created_at,
      created_by: 'elastic',
      updated_at: body.updated_at,
      updated_by: 'elastic',
    }),
  );
  expect(body).toMatchObject(generated);
});

it('answers everything that can be set, in its place', async () => {
  const optional = { serializer: '(?<value>.+)', deserializer: '{{value}}', meta: { b: [1, { a: null }], a: 1e-9 } };
  await givenList({ id: 'full', ...optional });
  const { body, text } = await read('full');
  expect(body).toMatchObject(optional);
  expect(Object.keys(JSON.parse(text))).toEqual(
    'id type name description serializer deserializer immutable meta @timestamp version _version tie_breaker_id created_at created_by updated_at updated_by'.split(
      ' ',
    ),
  );
  expect(text).toContain('"meta":{"b":[1,{"a":null}],"a":1e-9}');
});

it.each([
  ['unknown', 'foo'],
  ['of another case', 'IP_LIST'],
  ['longer than any key', 'x'.repeat(3_000)],
  ['which is not', '__proto__'],
])('says that an id %s is not found', async (_name, id) => {
  expect(shown(await read(id))).toEqual(siem(404, `list id: "${id}" not found`));
});

it('takes a missing data stream for a list that is missing', async () => {
  expect(shown(await read('ip_list', '/s/no-streams'))).toEqual(siem(404, 'list id: "ip_list" not found'));
});

it.each([
  'a#b',
  '#',
  'streams',
  '../x',
  'a/b?c&d=e',
  ' blank around ',
  'per%20cent',
  'äöü 漢字 🙂',
  'bad.ips.txt',
  '"quoted\\"',
  'constructor',
  'ä'.repeat(256),
])('finds a list by the id %j', async (id) => {
  const created = await givenList({ id });
  expect(shown(await read(id))).toEqual({ status: 200, body: created });
});

it('strips unknown query keys', async () => {
  await givenList({ id: 'stripped' });
  expect((await call('GET /api/lists?id=stripped&x=1&x=2&__proto__=3')).status).toBe(200);
});

it('knows the lists of each space only there', async () => {
  const [here, there] = [
    await givenList({ id: 'both' }),
    await givenList({ id: 'both', space: 'there', name: 'Other' }),
  ];
  await givenList({ id: 'only there', space: 'there' });
  expect((await read('both')).body).toEqual(here);
  expect((await read('both', '/s/default')).body).toEqual(here);
  expect((await read('both', '/s/there')).body).toEqual(there);
  expect((await read('only there')).status).toBe(404);
});

it('reads its own writes', async () => {
  const { _version } = await givenList({ id: 'written' });
  expect((await read('written')).body._version).toBe(_version);
  await call('PATCH /api/lists', { body: { id: 'written', name: 'Now' } });
  const { body } = await read('written');
  expect(body).toMatchObject({ name: 'Now', version: 2 });
  expect(body._version).not.toBe(_version);
});
