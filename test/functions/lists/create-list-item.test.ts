import { beforeAll, describe, expect, it } from 'vitest';
import { type ListType, listTypeNames } from '../../../lib/lists/list-types.ts';
import fc from '../../support/fast-check.ts';
import { endsSoon } from '../../support/soon.ts';
import { badRequest, checksCallers, generated, query, shown, siem, UUID_V4, valueLists } from './value-lists.ts';

const api = valueLists();
const { call, givenList } = api;
const create = (body: unknown) => call('POST /api/lists/items', { body });
const read = (id: string) => call(`GET /api/lists/items?${query({ id })}`);
const ITEM = { list_id: 'none', value: '127.0.0.1' };

checksCallers(api, 'POST /api/lists/items', { privilege: 'lists-all', xsrf: 'required', request: { body: ITEM } });

const EMPTY = (field: string) =>
  `${field}: String must contain at least 1 character(s), ${field}: No empty strings allowed`;

it.each([
  [{}, 'list_id: Required, value: Required'],
  [undefined, 'Expected object, received null'],
  [{ ...ITEM, value: '' }, EMPTY('value')],
  [{ ...ITEM, value: '  ' }, 'value: No empty strings allowed'],
  [{ ...ITEM, value: 1 }, 'value: Expected string, received number'],
  [{ ...ITEM, list_id: '' }, EMPTY('list_id')],
  [{ ...ITEM, id: ' ' }, 'id: No empty strings allowed'],
  [{ ...ITEM, meta: 'x' }, 'meta: Expected object, received string'],
  [{ ...ITEM, refresh: true }, "refresh: Expected 'true' | 'false' | 'wait_for', received boolean"],
  [{ ...ITEM, refresh: 'no' }, "refresh: Invalid enum value. Expected 'true' | 'false' | 'wait_for', received 'no'"],
])('refuses %j', async (body, message) => {
  expect(shown(await create(body))).toEqual(badRequest(`[request body]: ${message}`));
});

it.each(['none', 'x'.repeat(2_000), 'a#b'])('does not find the list %j', async (list_id) => {
  expect(shown(await create({ ...ITEM, list_id }))).toEqual(siem(404, `list id: "${list_id}" does not exist`));
});

it('answers the item, which has the value as it was sent', async () => {
  await givenList({ id: 'ips' });
  const { status, text, body } = await create({ list_id: 'ips', value: ' 127.0.0.1 ', x: 1 });
  expect(status).toBe(200);
  expect(text).toBe(
    JSON.stringify({
      _version: body._version,
      id: body.id,
      type: 'ip',
      value: ' 127.0.0.1 ',
      list_id: 'ips',
      '@timestamp': body['@timestamp'],
      created_at: body.created_at,
      created_by: 'elastic',
      tie_breaker_id: body.tie_breaker_id,
      updated_at: body.updated_at,
      updated_by: 'elastic',
    }),
  );
  expect(body).toMatchObject({ ...generated, id: expect.stringMatching(UUID_V4) });
  expect((await read(body.id)).body).toEqual({ ...body, value: '127.0.0.1' });
});

it('copies serializer and deserializer of the list, and keeps meta', async () => {
  await givenList({ id: 'custom', type: 'keyword', serializer: '(?<value>\\d+)', deserializer: 'no. {{value}}' });
  const meta = { deep: [{ a: null }], big: 'x'.repeat(50_000) };
  const { body } = await create({ list_id: 'custom', id: 'mine', value: 'item 42 of 50', meta, refresh: 'wait_for' });
  expect(body).toMatchObject({ id: 'mine', serializer: '(?<value>\\d+)', deserializer: 'no. {{value}}', meta });
  expect(body.value).toBe('item 42 of 50');
  expect((await read('mine')).body).toEqual({ ...body, value: 'no. 42' });
});

it('keeps a meta that fills the largest body', async () => {
  await givenList({ id: 'largest' });
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(49_152))).toString('base64');
  const item = { list_id: 'largest', id: 'large item', value: '10.0.0.1', meta: { parts: [''] } };
  item.meta.parts = Array.from({ length: 15 }, (_, turn) => random.slice(turn * 4_000) + random.slice(0, turn * 4_000));
  item.meta.parts.push('7'.repeat(1_048_576 - JSON.stringify(item).length - 3));
  expect(JSON.stringify(item)).toHaveLength(1_048_576);
  expect((await create(item)).status).toBe(200);
  expect((await read('large item')).body.meta).toEqual(item.meta);
});

describe('ids', () => {
  it.each([
    'a#b',
    'a/b c?d=e&f',
    'äöü 漢字 🙂',
    '..',
    'constructor',
    '00000000-0000-4000-8000-000000000000',
    'x'.repeat(512),
  ])('can be %j', async (id) => {
    await givenList({ id: `list of ${id}`.slice(0, 400) });
    const { body } = await create({ list_id: `list of ${id}`.slice(0, 400), id, value: '10.0.0.1' });
    expect(body.id).toBe(id);
    expect((await read(id)).body).toEqual(body);
  });

  it.each([
    [
      'x'.repeat(513),
      `action_request_validation_exception: Validation Failed: 1: id [${'x'.repeat(513)}] is too long, must be no longer than 512 bytes but was: 513;`,
    ],
    ['\ud83d', 'an id must be well-formed Unicode'],
  ])('cannot be %j', async (id, message) => {
    await givenList();
    const { id: list_id } = await givenList();
    expect(shown(await create({ list_id, id, value: '10.0.0.1' }))).toEqual(siem(400, message));
  });

  it('are unique over the lists of a space', async () => {
    await givenList({ id: 'one' });
    await givenList({ id: 'two' });
    await givenList({ id: 'one', space: 'other' });
    const first = await create({ list_id: 'one', id: 'unique', value: '10.0.0.1' });
    const taken = siem(409, 'list item id: "unique" already exists');
    expect(shown(await create({ list_id: 'one', id: 'unique', value: '10.0.0.2' }))).toEqual(taken);
    expect(shown(await create({ list_id: 'two', id: 'unique', value: '10.0.0.2' }))).toEqual(taken);
    const body = { list_id: 'one', id: 'unique', value: '10.0.0.2' };
    expect((await call('POST /s/other/api/lists/items', { body })).status).toBe(200);
    expect((await read('unique')).body).toEqual(first.body);
  });

  it('that the API made are taken too', async () => {
    await givenList({ id: 'made' });
    const { body } = await create({ list_id: 'made', value: '10.0.0.1' });
    expect(shown(await create({ list_id: 'made', id: body.id, value: '10.0.0.2' }))).toEqual(
      siem(409, `list item id: "${body.id}" already exists`),
    );
  });

  it('go to one of many at once', async () => {
    await givenList({ id: 'race' });
    const values = Array.from({ length: 8 }, (_, index) => `10.0.0.${index}`);
    const answers = await Promise.all(values.map((value) => create({ list_id: 'race', id: 'raced', value })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
    expect((await call(`GET /api/lists/items/_find?list_id=race`)).body.total).toBe(1);
    expect((await read('raced')).body).toEqual(answers.find(({ status }) => status === 200)?.body);
  });
});

it('adds the same value again', async () => {
  await givenList({ id: 'same' });
  const answers = [await create({ ...ITEM, list_id: 'same' }), await create({ ...ITEM, list_id: 'same' })];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(2);
});

const LONG = '9223372036854775807';
/** What is sent, and what later answers print. */
const VALUES: { [type in ListType]: { taken: [string, string?][]; refused: [string, string?][] } } = {
  binary: { taken: [['U29tZQ=='], ['not base64!']], refused: [] },
  boolean: { taken: [['true'], ['false']], refused: [['yes'], ['TRUE'], ['1']] },
  byte: { taken: [['-128'], ['127'], ['1.9'], ['1e2']], refused: [['128'], ['-129'], ['x'], ['0x10']] },
  date: {
    taken: [['2025-01-08T04:47:34.273Z'], ['2025-01-08'], ['2025'], ['1736311654273'], ['2025-01-08T04:47+05:30']],
    refused: [['08.01.2025'], ['2025-13-01'], ['2025-02-30'], ['now'], ['2025-01-08 04:47']],
  },
  date_nanos: { taken: [['2025-01-08T04:47:34.273123456Z']], refused: [['1969-12-31'], ['2263-01-01'], ['soon']] },
  date_range: {
    taken: [['2025-01-01,2025-02-01'], ['2025-01-01 , 2025-02-01', '2025-01-01,2025-02-01'], ['2025', '2025,2025']],
    refused: [['x,2025', 'x'], ['2025,y', 'y'], ['2025-02-01,2025-01-01', 'null'], ['2025-01-01-2025-02-01']],
  },
  double: { taken: [['1.5e10'], ['-0.1'], ['7']], refused: [['1e400'], ['NaN'], ['one'], ['1,5']] },
  double_range: {
    taken: [['1.5-2.5'], ['5', '5-5'], ['-5', '-5--5'], ['1e3 - 1e4', '1e3-1e4']],
    refused: [
      ['2-1', 'null'],
      ['a-b', 'a'],
      ['-5--1', '-5-'],
    ],
  },
  float: { taken: [['1.25'], ['3.4e38']], refused: [['3.5e38'], ['x']] },
  float_range: { taken: [['0.5-1.5']], refused: [['0-1e39', '1e39']] },
  geo_point: {
    taken: [['41.12,-71.34'], [' 41.12 , -71.34 ', '41.12,-71.34'], ['POINT (-71.34 41.12)'], ['drm3btev3e86']],
    refused: [['91,0'], ['0,181'], ['a,b'], ['LINESTRING (1 2, 3 4)'], ['POINT (200 0)']],
  },
  geo_shape: {
    taken: [['41.12,-71.34', 'POINT (-71.34 41.12)'], ['POLYGON ((0 0, 1 0, 1 1, 0 0))'], ['POINT (1 2)']],
    refused: [['POLYGON ((0 0, 1 0))'], ['somewhere'], ['a,b']],
  },
  half_float: { taken: [['1.5'], ['65504']], refused: [['65520'], ['x']] },
  integer: { taken: [['42'], ['-2147483648'], ['2147483647']], refused: [['2147483648'], ['x']] },
  integer_range: {
    taken: [['1-5'], ['1 - 5', '1-5'], ['5', '5-5']],
    refused: [
      ['5-1', 'null'],
      ['1-x', 'x'],
      ['0-2147483648', '2147483648'],
    ],
  },
  ip: {
    taken: [['127.0.0.1'], ['2001:db8::1'], ['::ffff:1.2.3.4']],
    refused: [['10.0.0.256'], ['10.0.0.0/8'], ['host']],
  },
  ip_range: {
    taken: [
      ['10.0.0.0/8'],
      ['2001:db8::/32'],
      ['10.0.0.1-10.0.0.9'],
      ['10.0.0.1 - 10.0.0.9', '10.0.0.1-10.0.0.9'],
      ['10.0.0.1', '10.0.0.1-10.0.0.1'],
    ],
    refused: [['10.0.0.0/33'], ['10.0.0.9-10.0.0.1', 'null'], ['a-b', 'a'], ['10.0.0.1-b', 'b']],
  },
  keyword: {
    taken: [[' host-1.example.com ', 'host-1.example.com'], ['<b>&"\''], ['漢字 🙂'], ['first\nsecond', 'first']],
    refused: [['x'.repeat(32_767)], ['ä'.repeat(16_384)]],
  },
  long: { taken: [[LONG], [`-${LONG}`], ['1.5']], refused: [['9223372036854775808'], ['x']] },
  long_range: {
    taken: [[`1-${LONG}`]],
    refused: [
      [`${LONG}-1`, 'null'],
      [`0-${LONG}0`, `${LONG}0`],
    ],
  },
  shape: { taken: [['1,2', 'POINT (2 1)'], ['BBOX (0, 10, 10, 0)']], refused: [['nothing'], ['POINT (1)']] },
  short: { taken: [['32767'], ['-32768']], refused: [['32768'], ['x']] },
  text: { taken: [['some words'], ['x'.repeat(100_000)]], refused: [] },
};

describe.each(listTypeNames)('a list of type %s', (type) => {
  const { taken, refused } = VALUES[type];
  const list_id = `list of ${type}`;
  beforeAll(() => givenList({ id: list_id, type }));

  it.each(taken)('takes %j', async (value, printed = value) => {
    const { status, body } = await create({ list_id, value });
    expect({ status, value: body.value, type: body.type }).toEqual({ status: 200, value, type });
    expect((await read(body.id)).body.value).toBe(printed);
  });

  const isGeometry = ['geo_point', 'geo_shape', 'shape'].includes(type);
  for (const [value, preview = value] of refused) {
    it(`refuses ${JSON.stringify(value.slice(0, 50))}`, async () => {
      const place = ` in document with id 'refused'. Preview of field's value: '${preview}'`;
      expect(shown(await create({ list_id, id: 'refused', value }))).toEqual(
        siem(
          400,
          `document_parsing_exception: failed to parse field [${type}] of type [${type}]${isGeometry ? '' : place}`,
        ),
      );
      expect((await read('refused')).status).toBe(404);
    });
  }
});

describe('a serializer', () => {
  it.each([
    ['keyword', '(?<value>\\d+)', 'a 42 b', '42'],
    ['keyword', '(?<value>\\d+)', ' none ', ' none '],
    ['keyword', 'no group', ' raw ', ' raw '],
    ['ip', '(?<value>[\\d.]+)$', 'host 10.0.0.1', '10.0.0.1'],
    ['ip_range', '(?<gte>\\S+) to (?<lte>\\S+)', '10.0.0.1 to 10.0.0.2', '10.0.0.1-10.0.0.2'],
    ['integer_range', '\\[(?<gte>.+);(?<lte>.+)\\]', '[-5;-1]', '-5--1'],
    ['geo_point', '(?<lon>.+) (?<lat>.+)', '2 1', '1,2'],
    ['geo_shape', '(?<lon>.+) (?<lat>.+)', '2 1', 'POINT (2 1)'],
  ])('of a list of %s, %j, makes of %j the item %j', async (type, serializer, value, printed) => {
    const { id: list_id } = await givenList({ type, serializer });
    const { body } = await create({ list_id, value });
    expect((await read(body.id)).body.value).toBe(printed);
  });

  it.each([
    ['that finds no range', 'ip_range', 'x', 'list item invalid'],
    ['that finds half a range', 'integer_range', '(?<gte>\\d+)', 'list item invalid'],
    ['that is no expression', 'keyword', '(?<value>', expect.stringMatching(/^Invalid serializer: /)],
    ['that is too long', 'keyword', 'x'.repeat(5_000), 'Invalid serializer: it is longer than 4096 characters'],
  ])('%s makes it a 400', async (_name, type, serializer, message) => {
    const { id: list_id } = await givenList({ type, serializer });
    expect(shown(await create({ list_id, value: '10.0.0.1' }))).toEqual(siem(400, message));
  });

  it.each(['^(a+)+$', '(a|aa)+$', '(.*a){25}$', '(?:a?){40}a{40}b', '(?=(a+))*(a+)*b'])(
    '%j hangs nobody',
    async (serializer) => {
      const { id: list_id } = await givenList({ type: 'keyword', serializer });
      const answer = await endsSoon(() => create({ list_id, value: `${'a'.repeat(50)}!` }));
      expect(shown(answer)).toEqual(siem(400, `The serializer [${serializer}] takes too long to match a value`));
    },
  );
});

it.each([
  ['keyword', '<{{value}}>', 'a/b', '<a&#x2F;b>'],
  ['keyword', '<{{{value}}}>', 'a/b', '<a/b>'],
  ['keyword', 'no name', 'a/b', 'a/b'],
  ['ip_range', '{{gte}}..{{lte}}', '10.0.0.1-10.0.0.2', '10.0.0.1..10.0.0.2'],
  ['ip_range', 'gte only lte', '10.0.0.1-10.0.0.2', 'gte only lte'],
  ['ip_range', '{{value}}', '10.0.0.0/8', '10.0.0.0&#x2F;8'],
  ['geo_point', '{{lon}} {{lat}}', '1,2', '2 1'],
])('a deserializer of a list of %s, %j, prints %j as %j', async (type, deserializer, value, printed) => {
  const { id: list_id } = await givenList({ type, deserializer });
  const { body } = await create({ list_id, value });
  expect((await read(body.id)).body.value).toBe(printed);
});

it('a deserializer that is no template makes reading a 400', async () => {
  const { id: list_id } = await givenList({ type: 'keyword', deserializer: '{{value' });
  const { body } = await create({ list_id, value: 'x' });
  expect(shown(await read(body.id))).toEqual(siem(400, expect.stringMatching(/^Invalid deserializer: /)));
});

it('never fails, whatever the value', async () => {
  const lists = await Promise.all(listTypeNames.map((type) => givenList({ type })));
  const piece = fc.constantFrom(
    '1',
    '-',
    ',',
    '.',
    '/',
    ':',
    ' ',
    'e9',
    'a',
    'POINT',
    '(',
    ')',
    '٣',
    '\u0000',
    '\ud800',
  );
  const value = fc.oneof(
    fc.array(piece).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary' }),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...lists), value, async (list, text) => {
      expect([200, 400]).toContain((await create({ list_id: list.id, value: text })).status);
    }),
    { numRuns: 200 },
  );
});
