import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { badRequest, checksCallers, query, shown, siem, valueLists } from './value-lists.ts';

const api = valueLists();
const { call, givenList, givenItems, importFile, exported } = api;
const exportList = (list_id: string, options?: { headers?: Record<string, string>; body?: string }) =>
  call(`POST /api/lists/items/_export?${query({ list_id })}`, options);

checksCallers(api, 'POST /api/lists/items/_export?list_id=ips.txt', {
  privilege: 'lists-read',
  xsrf: 'unless-cross-site',
});

it.each([
  ['', 'list_id: Required'],
  ['?id=x', 'list_id: Required'],
  ['?list_id=', 'list_id: String must contain at least 1 character(s), list_id: No empty strings allowed'],
  ['?list_id=%20', 'list_id: No empty strings allowed'],
  ['?list_id=a&list_id=b', 'list_id: Expected string, received array'],
])('refuses the query %j', async (text, message) => {
  expect(shown(await call(`POST /api/lists/items/_export${text}`))).toEqual(badRequest(`[request query]: ${message}`));
});

it.each(['foo', 'x'.repeat(2_000), 'a#b'])('does not find the list %j', async (list_id) => {
  expect(shown(await exportList(list_id))).toEqual(siem(404, `list_id: ${list_id} does not exist`));
});

it('finds a list in its own space only', async () => {
  await givenList({ id: 'there', space: 'other' });
  await givenItems('there', ['10.0.0.1'], { space: 'other' });
  expect((await exportList('there')).status).toBe(404);
  expect(await exported('there', 'other')).toEqual(['10.0.0.1']);
});

it('answers one value a line, in a file named like the list', async () => {
  await givenList({ id: 'ips.txt', name: 'Simple list with ips' });
  await givenItems('ips.txt', ['10.0.0.12', '127.0.0.1', ' 192.168.0.1 ']);
  const { status, text, headers } = await exportList('ips.txt');
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'application/ndjson',
    'content-disposition': 'attachment; filename="Simple list with ips"',
    'elastic-api-version': '2023-10-31',
  });
  expect(headers).not.toHaveProperty('content-length');
  expect(text).toMatch(/^([\d.]+\n){3}$/);
  expect(text.split('\n').sort()).toEqual(['', '10.0.0.12', '127.0.0.1', '192.168.0.1']);
});

it('has the order of the tie breakers, the same each time', async () => {
  await givenList({ id: 'ordered' });
  await importFile(
    { list_id: 'ordered' },
    Array.from({ length: 2_500 }, (_, index) => `10.0.${index >> 8}.${index & 255}`).join('\n'),
  );
  const { data, total } = (await call('GET /api/lists/items/_find?list_id=ordered&per_page=10000')).body;
  const byTie = data.toSorted((one: Item, other: Item) => (one.tie_breaker_id < other.tie_breaker_id ? -1 : 1));
  expect(total).toBe(2_500);
  expect(await exported('ordered')).toEqual(byTie.map(({ value }: Item) => value));
  expect(await exported('ordered')).not.toEqual(byTie.map(({ value }: Item) => value).sort());
});
type Item = { tie_breaker_id: string; value: string };

it('is empty for a list without items', async () => {
  await givenList({ id: 'empty' });
  const { status, text, headers } = await exportList('empty');
  expect({ status, text }).toEqual({ status: 200, text: '' });
  expect(headers['content-type']).toBe('application/ndjson');
});

it.each([
  ['quo"ted; x=y', 'quo"ted; x=y'],
  ['line\r\nset-cookie: a=b', 'line%0D%0Aset-cookie: a=b'],
  ['Liste für böse IPs 漢', 'Liste f%C3%BCr b%C3%B6se IPs %E6%BC%A2'],
  ['half \ud83d', 'half %EF%BF%BD'],
  ['tab\tnull\u0000', 'tab%09null%00'],
])('carries the name %j in its header', async (name, text) => {
  const { id } = await givenList({ name });
  const { status, headers } = await exportList(id);
  expect(status).toBe(200);
  expect(headers['content-disposition']).toBe(`attachment; filename="${text}"`);
});

it('ignores its body', async () => {
  await givenList({ id: 'body' });
  expect((await exportList('body', { body: '{"list_id":"foo"}' })).status).toBe(200);
});

it('prints items with the deserializer that they carry', async () => {
  await givenList({ id: 'before.txt', type: 'keyword' });
  await givenItems('before.txt', ['a/b']);
  await call('DELETE /api/lists?id=before.txt');
  await givenList({ id: 'before.txt', type: 'keyword', deserializer: '<{{value}}>' });
  await givenItems('before.txt', ['c/d']);
  expect(await exported('before.txt')).toEqual(['<c&#x2F;d>']);
});

describe.each([
  [
    'ip_range',
    undefined,
    { '10.0.0.0/8': '10.0.0.0/8', '1.2.3.4': '1.2.3.4-1.2.3.4', '1.1.1.1-1.1.1.2': '1.1.1.1-1.1.1.2' },
  ],
  ['ip_range', '{{value}}', { '10.0.0.0/8': '10.0.0.0&#x2F;8', '1.1.1.1-1.1.1.2': '1.1.1.1-1.1.1.2' }],
  ['ip_range', '{{gte}} {{x}} {{lte}}', { '10.0.0.0/8': '10.0.0.0/8', '1.1.1.1-1.1.1.2': '1.1.1.1  1.1.1.2' }],
  ['date_range', undefined, { '2025,2026': '2025,2026', '2025': '2025,2025' }],
  ['long_range', 'gte only lte', { '1-2': 'gte only lte' }],
  ['geo_point', undefined, { '1,2': '1,2', 'POINT (2 1)': 'POINT (2 1)' }],
  ['geo_point', '{{lat}}|{{lon}}', { '1,2': '1|2', 'POINT (2 1)': 'POINT (2 1)' }],
  ['shape', undefined, { '1,2': 'POINT (2 1)' }],
  ['keyword', '{{{value}}}', { '&<>"\'/`=': '&<>"\'/`=' }],
  ['keyword', '{{value}}', { '&<>"\'/`=': '&amp;&lt;&gt;&quot;&#39;&#x2F;&#x60;&#x3D;' }],
])('a list of %s with the deserializer %j', (type, deserializer, values) => {
  it.each(Object.entries(values))('prints %j as %j', async (value, printed) => {
    const { id } = await givenList({ type, deserializer });
    await givenItems(id, [value]);
    expect(await exported(id)).toEqual([printed]);
  });
});

it('answers a template that is none with a 400, not with half a file', async () => {
  const { id } = await givenList({ type: 'keyword', deserializer: '{{value' });
  await givenItems(id, ['x']);
  expect(shown(await exportList(id))).toEqual(siem(400, expect.stringMatching(/^Invalid deserializer: /)));
});

it('compresses for clients that take it, and refuses what does not fit even then', async () => {
  const { id: list_id } = await givenList({ type: 'text' });
  const lines = Array.from({ length: 80 }, () => randomBytes(50_000).toString('hex'));
  await importFile({ list_id }, lines.slice(0, 40).join('\n'));
  await importFile({ list_id }, lines.slice(40).join('\n'));
  const digest = (text: string) => createHash('sha256').update(text.split('\n').sort().join('\n')).digest('hex');

  const plain = await exportList(list_id);
  expect(plain.status).toBe(413);
  expect(plain.body.status_code).toBe(413);
  expect(plain.body.message).toMatch(/^The response is larger than \d+ bytes\. Ask for less, or accept gzip/);

  const zipped = await exportList(list_id, { headers: { 'accept-encoding': 'gzip' } });
  expect(zipped.status).toBe(200);
  expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect(digest(zipped.text)).toBe(digest(`${lines.join('\n')}\n`));

  await importFile({ list_id }, Array.from({ length: 40 }, () => randomBytes(50_000).toString('hex')).join('\n'));
  expect((await exportList(list_id, { headers: { 'accept-encoding': 'gzip' } })).status).toBe(413);
});
