import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { badRequest, checksCallers, numberOf, query, shown, siem, valueLists, version } from './value-lists.ts';

const api = valueLists();
const { call, givenList, givenItems, exported } = api;
const CHANGE = { name: 'New name', description: 'New description' };
const put = (body: unknown) => call('PUT /api/lists', { body });
const read = async (id: string) => (await call(`GET /api/lists?${query({ id })}`)).body;

checksCallers(api, 'PUT /api/lists', {
  privilege: 'lists-all',
  xsrf: 'required',
  request: { body: { id: 'none', ...CHANGE } },
});

it.each([
  [{}, 'id: Required, name: Required, description: Required'],
  [undefined, 'Expected object, received null'],
  [
    { id: 'x', ...CHANGE, name: '' },
    'name: String must contain at least 1 character(s), name: No empty strings allowed',
  ],
  [{ id: ' ', ...CHANGE }, 'id: No empty strings allowed'],
  [{ id: 'x', ...CHANGE, version: 0 }, 'version: Number must be greater than or equal to 1'],
  [{ id: 'x', ...CHANGE, _version: 1 }, '_version: Expected string, received number'],
  [{ id: 'x', ...CHANGE, meta: 1 }, 'meta: Expected object, received number'],
])('refuses %j', async (body, message) => {
  expect(shown(await put(body))).toEqual(badRequest(`[request body]: ${message}`));
});

it.each(['missing', 'x'.repeat(2_000), 'a#b', '\ud83d'])('does not find %j', async (id) => {
  expect(shown(await put({ id, ...CHANGE }))).toEqual(siem(404, `list id: "${id}" not found`));
});

it('replaces name, description and meta and counts the versions', async () => {
  const was = await givenList({ id: 'changed', meta: { a: 1 }, serializer: '(?<value>.*)' });
  await givenUser('editor', { kibana: ['feature_siemV3.all'] });
  const answer = await call('PUT /api/lists', { body: { id: 'changed', ...CHANGE, meta: { b: 2 } }, as: 'editor' });
  expect(shown(answer)).toEqual({
    status: 200,
    body: {
      ...was,
      ...CHANGE,
      meta: { b: 2 },
      version: 2,
      _version: version(numberOf(was._version) + 1),
      updated_at: answer.body.updated_at,
      updated_by: 'editor',
    },
  });
  expect(answer.body.updated_at >= was.updated_at).toBe(true);
  expect(answer.text).toBe((await call('GET /api/lists?id=changed')).text);
});

it('removes meta that is not given', async () => {
  await givenList({ id: 'meta', meta: { a: 1 } });
  expect((await put({ id: 'meta', ...CHANGE })).body).not.toHaveProperty('meta');
  expect(await read('meta')).not.toHaveProperty('meta');
});

it.each([
  ['type', 'keyword'],
  ['serializer', '(?<value>x)'],
  ['deserializer', '{{value}}'],
  ['immutable', true],
  ['tie_breaker_id', 'mine'],
])('ignores %s', async (field, value) => {
  const was = await givenList({ id: `ignored ${field}` });
  const { status, body } = await put({ id: was.id, ...CHANGE, [field]: value });
  expect({ status, [field]: body[field] }).toEqual({ status: 200, [field]: was[field] });
});

it.each([
  [undefined, 6],
  [1, 1],
  [99, 99],
])('with version %j the version becomes %d', async (wanted, becomes) => {
  await givenList({ id: `version ${wanted}`, version: 5 });
  expect((await put({ id: `version ${wanted}`, ...CHANGE, version: wanted })).body.version).toBe(becomes);
});

it('leaves the items alone', async () => {
  await givenList({ id: 'with items' });
  await givenItems('with items', ['10.0.0.1']);
  await put({ id: 'with items', ...CHANGE });
  expect(await exported('with items')).toEqual(['10.0.0.1']);
});

describe('with _version', () => {
  it('changes what still stands, once', async () => {
    const { _version } = await givenList({ id: 'locked' });
    const first = await put({ id: 'locked', ...CHANGE, _version });
    expect(first.status).toBe(200);
    const [provided, found] = [numberOf(_version), numberOf(first.body._version)];
    expect(shown(await put({ id: 'locked', ...CHANGE, name: 'Late', _version }))).toEqual(
      siem(
        409,
        `Conflict: versions mismatch. Provided versions:{"if_primary_term":1,"if_seq_no":${provided}} does not match {"if_primary_term":1,"if_seq_no":${found}}`,
      ),
    );
    expect(await read('locked')).toEqual(first.body);
  });

  it.each([
    ['WzAsMV0=', '{"if_primary_term":1,"if_seq_no":0}'],
    ['WzEsMl0=', '{"if_primary_term":2,"if_seq_no":1}'],
    ['nonsense', '{}'],
    ['e30=', '{}'],
  ])('%j is refused as %s', async (_version, provided) => {
    const { _version: current } = await givenList({ id: `refused ${_version}` });
    expect(shown(await put({ id: `refused ${_version}`, ...CHANGE, _version }))).toEqual(
      siem(
        409,
        `Conflict: versions mismatch. Provided versions:${provided} does not match {"if_primary_term":1,"if_seq_no":${numberOf(current)}}`,
      ),
    );
  });

  it('takes an empty one for none', async () => {
    const { _version } = await givenList({ id: 'unversioned' });
    const { status, body } = await put({ id: 'unversioned', ...CHANGE, _version: '' });
    expect({ status, _version: body._version }).toEqual({ status: 200, _version: version(numberOf(_version) + 1) });
  });

  it('lets one of many at once win', async () => {
    const { _version } = await givenList({ id: 'raced' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => put({ id: 'raced', ...CHANGE, name: `${index}`, _version })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
    expect(await read('raced')).toEqual(answers.find(({ status }) => status === 200)?.body);
  });

  it('does not take the version of an earlier list of the same id', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { _version } = await givenList({ id: 'again' });
    await call('DELETE /api/lists?id=again');
    vi.setSystemTime(Date.now() + 1_000);
    const { _version: current } = await givenList({ id: 'again' });
    expect((await put({ id: 'again', ...CHANGE, _version })).status).toBe(409);
    expect((await put({ id: 'again', ...CHANGE, _version: current })).status).toBe(200);
  });
});

it('without _version loses no change of many at once', async () => {
  await givenList({ id: 'unlocked' });
  const names = Array.from({ length: 8 }, (_, index) => `${index}`);
  const answers = await Promise.all(names.map((name) => put({ id: 'unlocked', ...CHANGE, name })));
  expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
  expect(answers.map(({ body }) => body.version).sort()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  expect((await read('unlocked')).version).toBe(9);
});
