import { expect, it } from 'vitest';
import { badRequest, checksCallers, numberOf, query, shown, siem, valueLists, version } from './value-lists.ts';

const api = valueLists();
const { call, givenList } = api;
const patch = (body: unknown) => call('PATCH /api/lists', { body });
const read = async (id: string) => (await call(`GET /api/lists?${query({ id })}`)).body;

checksCallers(api, 'PATCH /api/lists', { privilege: 'lists-all', xsrf: 'required', request: { body: { id: 'none' } } });

it.each([
  [{}, 'id: Required'],
  [undefined, 'Expected object, received null'],
  [{ id: 'x', name: '' }, 'name: String must contain at least 1 character(s), name: No empty strings allowed'],
  [{ id: 'x', description: null }, 'description: Expected string, received null'],
  [{ id: 'x', version: 1.5 }, 'version: Expected integer, received float'],
  [{ id: 'x', meta: [] }, 'meta: Expected object, received array'],
])('refuses %j', async (body, message) => {
  expect(shown(await patch(body))).toEqual(badRequest(`[request body]: ${message}`));
});

it.each(['missing', 'a#b', 'x'.repeat(2_000)])('does not find %j', async (id) => {
  expect(shown(await patch({ id }))).toEqual(siem(404, `list id: "${id}" not found`));
});

it.each([
  ['nothing', {}, {}],
  ['the name', { name: 'New' }, { name: 'New' }],
  ['the description', { description: 'New' }, { description: 'New' }],
  ['meta', { meta: { b: 2 } }, { meta: { b: 2 } }],
  ['the version', { version: 7 }, { version: 7 }],
  ['what cannot be changed', { type: 'text', serializer: 'x', immutable: true, created_by: 'me' }, {}],
])('changes %s and leaves the rest', async (name, change, changed) => {
  const was = await givenList({ id: name, meta: { a: 1 }, serializer: '(?<value>.*)', version: 2 });
  const { status, body } = await patch({ id: name, ...change });
  const { updated_at } = body;
  const _version = version(numberOf(was._version) + 1);
  expect({ status, body }).toEqual({ status: 200, body: { ...was, version: 3, _version, updated_at, ...changed } });
  expect(await read(name)).toEqual(body);
});

it('refuses a _version that no longer stands', async () => {
  const { _version } = await givenList({ id: 'locked' });
  const { body } = await patch({ id: 'locked', _version });
  expect(shown(await patch({ id: 'locked', _version }))).toEqual(
    siem(
      409,
      `Conflict: versions mismatch. Provided versions:{"if_primary_term":1,"if_seq_no":${numberOf(_version)}} does not match {"if_primary_term":1,"if_seq_no":${numberOf(body._version)}}`,
    ),
  );
});

it('keeps the different changes of many at once', async () => {
  await givenList({ id: 'shared', meta: { a: 1 } });
  const changes = [{ name: 'New' }, { description: 'New' }, { meta: { b: 2 } }];
  const answers = await Promise.all(changes.map((change) => patch({ id: 'shared', ...change })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await read('shared')).toMatchObject({ name: 'New', description: 'New', meta: { b: 2 }, version: 4 });
});
