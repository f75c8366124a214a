import { describe, expect, it } from 'vitest';
import { listTypeNames } from '../../../lib/lists/list-types.ts';
import fc from '../../support/fast-check.ts';
import {
  badRequest,
  checksCallers,
  core,
  generated,
  numberOf,
  query,
  shown,
  siem,
  UUID_V4,
  valueLists,
} from './value-lists.ts';

const api = valueLists();
const { call, givenStreams, givenList } = api;
const IPS = { name: 'Simple list with ips', description: 'This list describes bad internet ips', type: 'ip' };
const create = (body: unknown, prefix = '') => call(`POST ${prefix}/api/lists`, { body });

checksCallers(api, 'POST /api/lists', { privilege: 'lists-all', xsrf: 'unless-cross-site', request: { body: IPS } });

describe('without data streams', () => {
  // First in this file, which has tables of its own: nothing has made the default space's streams yet.
  it.each([
    ['', '.lists-default'],
    ['/s/none', '.lists-none'],
  ])('refuses in the space of %j', async (prefix, stream) => {
    expect(shown(await create({ id: 'x', ...IPS }, prefix))).toEqual(
      siem(400, `To create a list, the data stream must exist first. Data stream "${stream}" does not exist`),
    );
  });

  it('says so before it looks for the list', async () => {
    await givenList({ id: 'taken' });
    expect((await create({ id: 'taken', ...IPS }, '/s/never')).status).toBe(400);
    expect((await create({ id: 'taken', ...IPS })).status).toBe(409);
  });
});

const TYPES = listTypeNames.map((name) => `'${name}'`).join(' | ');
const EMPTY = (field: string) =>
  `${field}: String must contain at least 1 character(s), ${field}: No empty strings allowed`;

it.each([
  [{}, 'name: Required, description: Required, type: Required'],
  [undefined, 'Expected object, received null'],
  ['null', 'Expected object, received null'],
  ['[]', 'Expected object, received array'],
  ['"{}"', 'Expected object, received string'],
  [{ ...IPS, type: 'foo' }, `type: Invalid enum value. Expected ${TYPES}, received 'foo'`],
  [{ ...IPS, type: 'IP' }, `type: Invalid enum value. Expected ${TYPES}, received 'IP'`],
  [{ ...IPS, type: null }, `type: Expected ${TYPES}, received null`],
  [{ ...IPS, name: '' }, EMPTY('name')],
  [{ ...IPS, name: ' \t' }, 'name: No empty strings allowed'],
  [{ ...IPS, description: '' }, EMPTY('description')],
  [{ ...IPS, id: '' }, EMPTY('id')],
  [{ ...IPS, id: 7 }, 'id: Expected string, received number'],
  [{ ...IPS, id: null }, 'id: Expected string, received null'],
  [{ ...IPS, version: 0 }, 'version: Number must be greater than or equal to 1'],
  [{ ...IPS, version: '1' }, 'version: Expected number, received string'],
  [{ ...IPS, version: 1.5 }, 'version: Expected integer, received float'],
  [{ ...IPS, meta: 'x' }, 'meta: Expected object, received string'],
  [{ ...IPS, meta: [] }, 'meta: Expected object, received array'],
  [{ ...IPS, meta: null }, 'meta: Expected object, received null'],
  [{ ...IPS, serializer: 1 }, 'serializer: Expected string, received number'],
  [{ ...IPS, deserializer: [] }, 'deserializer: Expected string, received array'],
  [
    { id: '', name: '', description: '', type: 'ip' },
    `${EMPTY('id')}, ${EMPTY('name')}, description: String must contain at least 1 character(s), and 1 more`,
  ],
])('refuses %j', async (body, message) => {
  expect(shown(await create(body))).toEqual(badRequest(`[request body]: ${message}`));
});

it.each([
  ['not JSON', { body: '{"name":' }, badRequest('Invalid request payload JSON format')],
  ['deep JSON', { body: '['.repeat(600) + ']'.repeat(600) }, badRequest('Invalid request payload JSON format')],
  [
    'another content type',
    { body: '<a/>', headers: { 'content-type': 'application/xml' } },
    core(415, 'Unsupported Media Type', 'Unsupported Media Type'),
  ],
  [
    'a body over the limit',
    { body: { ...IPS, description: 'x'.repeat(1_048_576) } },
    core(413, 'Request Entity Too Large', 'Payload content length greater than maximum allowed: 1048576'),
  ],
])('refuses %s', async (_name, options, answer) => {
  expect(shown(await call('POST /api/lists', options))).toEqual(answer);
});

it('creates a list and answers the record', async () => {
  await givenStreams();
  const begin = Math.floor(Date.now() / 1_000);
  const { status, body, text, headers } = await create({ id: 'ip_list', ...IPS });
  expect(status).toBe(200);
  expect(body).toEqual({ id: 'ip_list', ...IPS, immutable: false, version: 1, ...generated });
  expect(new Set([body['@timestamp'], body.created_at, body.updated_at]).size).toBe(1);
  expect(numberOf(body._version)).toBeGreaterThanOrEqual(begin);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect((await call('GET /api/lists?id=ip_list')).text).toBe(text);
});

it.each(listTypeNames)('creates lists of type %s', async (type) => {
  expect(await givenList({ type })).toMatchObject({ type, id: expect.stringMatching(UUID_V4) });
});

it.each([
  ['version', 42],
  ['serializer', ''],
  ['serializer', '(?<value>'],
  ['serializer', '^(a+)+$'],
  ['deserializer', ''],
  ['deserializer', '{{value'],
  ['meta', {}],
  ['meta', { nested: { deep: [[], {}, null, 9007199254740991, 'x'] }, '': '', 'a.b': true }],
  ['name', ' not trimmed '],
  ['description', '<script>'],
])('stores %s %j as it is', async (field, value) => {
  expect((await givenList({ [field]: value }))[field]).toEqual(value);
});

it('strips what it does not know', async () => {
  const list = await givenList({ immutable: true, created_by: 'me', tie_breaker_id: 'mine', x: 1 });
  expect(list).toMatchObject({ immutable: false, created_by: 'elastic' });
  expect(list.tie_breaker_id).toMatch(UUID_V4);
  expect(list).not.toHaveProperty('x');
});

it('refuses an id that is taken, and allows the same name twice', async () => {
  await givenList({ id: 'twice' });
  expect(shown(await create({ id: 'twice', ...IPS }))).toEqual(siem(409, 'list id: "twice" already exists'));
  await givenList({ id: 'another', name: 'A list' });
});

it('lets one of many at once have an id', async () => {
  await givenStreams();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => create({ ...IPS, id: 'wanted', name: `${index}` })),
  );
  const [winner, ...others] = answers.filter(({ status }) => status === 200);
  expect(others).toEqual([]);
  for (const answer of answers.filter((each) => each !== winner)) {
    expect(shown(answer)).toEqual(siem(409, 'list id: "wanted" already exists'));
  }
  expect((await call('GET /api/lists?id=wanted')).body).toEqual(winner!.body);
});

const tooLong = (id: string, bytes: number) =>
  siem(
    400,
    `action_request_validation_exception: Validation Failed: 1: id [${id}] is too long, must be no longer than 512 bytes but was: ${bytes};`,
  );

it.each([
  ['512 bytes', 'x'.repeat(512), undefined],
  ['513 bytes', 'x'.repeat(513), tooLong('x'.repeat(513), 513)],
  ['513 bytes of UTF-8', `${'ä'.repeat(256)}x`, tooLong(`${'ä'.repeat(256)}x`, 513)],
  ['half a character', '\ud83d', siem(400, 'an id must be well-formed Unicode')],
])('decides on an id of %s', async (_name, id, refusal) => {
  await givenStreams();
  const answer = await create({ ...IPS, id });
  if (refusal) expect(shown(answer)).toEqual(refusal);
  else expect(answer.status).toBe(200);
});

it('keeps a meta that fills the largest body, byte for byte', async () => {
  await givenStreams();
  // Random digits: they do not fit one row even compressed.
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(65_536))).toString('hex');
  const shuffled = Array.from(
    { length: 7 },
    (_, index) => random.slice(index * 1_000) + random.slice(0, index * 1_000),
  );
  const list = { id: 'large', ...IPS, meta: { shuffled, filler: '' } };
  list.meta.filler = '7'.repeat(1_048_576 - JSON.stringify(list).length);
  expect(JSON.stringify(list)).toHaveLength(1_048_576);
  expect((await create(list)).status).toBe(200);
  expect((await call('GET /api/lists?id=large')).body.meta).toEqual(list.meta);
  const found = await call(`GET /api/lists/_find?${query({ filter: 'name:"Simple list with ips"' })}`);
  expect(found.status).toBe(200);
});

it('never fails, whatever it is sent', async () => {
  await givenStreams();
  const anything = fc.jsonValue({ maxDepth: 3 });
  const nearly = fc.record(
    {
      id: fc.oneof(fc.string({ unit: 'binary' }), anything),
      name: fc.oneof(fc.string({ unit: 'binary' }), anything),
      description: fc.oneof(fc.string({ unit: 'binary' }), anything),
      type: fc.oneof(fc.constantFrom(...listTypeNames), anything),
      serializer: fc.oneof(fc.string(), anything),
      meta: fc.oneof(fc.dictionary(fc.string(), anything), anything),
      version: fc.oneof(fc.nat(), fc.double(), anything),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(nearly, async (body) => {
      expect([200, 400, 409]).toContain((await create(body)).status);
    }),
    { numRuns: 100 },
  );
});
