import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ListType, listTypeNames } from '../../../lib/lists/list-types.ts';
import { endsSoon } from '../../support/soon.ts';
import { badRequest, checksCallers, core, generated, query, shown, siem, upload, valueLists } from './value-lists.ts';

const api = valueLists();
const { call, givenStreams, givenList, importFile, exported } = api;

/** What a list holds after an import of these lines, sorted. */
async function imported(list: Record<string, unknown>, content: string | Buffer): Promise<string[]> {
  const { id: list_id } = await givenList(list);
  expect((await importFile({ list_id }, content)).status).toBe(200);
  return (await exported(list_id)).sort();
}

describe('without data streams', () => {
  // First in this file, which has tables of its own: nothing has made the default space's streams yet.
  const missing = (space: string) =>
    siem(400, `To import a list item, the data steam must exist first. Data stream ".lists-${space}" does not exist`);

  it.each([{ type: 'ip' }, { list_id: 'none' }, {}])('refuses %j', async (parameters) => {
    expect(shown(await importFile(parameters, '10.0.0.1'))).toEqual(missing('default'));
  });

  it('looks at the file name first', async () => {
    expect((await importFile({ type: 'ip' }, '10.0.0.1', { filename: 'ips.exe' })).status).toBe(415);
  });
});

checksCallers(api, 'POST /api/lists/items/_import?list_id=none', {
  privilege: 'lists-all',
  xsrf: 'required',
  request: upload('10.0.0.1'),
});

beforeAll(() => givenStreams('other'));

it.each([
  [
    { type: 'foo' },
    /^\[request query\]: type: Invalid enum value\. Expected 'binary' \| .* \| 'text', received 'foo'$/,
  ],
  [
    { list_id: '' },
    /^\[request query\]: list_id: String must contain at least 1 character\(s\), list_id: No empty strings allowed$/,
  ],
  [
    { list_id: 'x', refresh: 'no' },
    /^\[request query\]: refresh: Invalid enum value\. Expected 'true' \| 'false' \| 'wait_for', received 'no'$/,
  ],
])('refuses the query %j', async (parameters, message) => {
  expect(shown(await importFile(parameters, ''))).toEqual(badRequest(expect.stringMatching(message)));
});

describe('a request', () => {
  beforeAll(() => givenStreams());

  it.each([
    ['of JSON', { body: { a: 1 } }],
    ['of text', { body: '10.0.0.1', headers: { 'content-type': 'text/plain' } }],
    ['without a body', {}],
  ])('%s is of the wrong type', async (_name, request) => {
    expect(shown(await call('POST /api/lists/items/_import?type=ip', request))).toEqual(
      core(415, 'Unsupported Media Type', 'Unsupported Media Type'),
    );
  });

  it.each([
    ['without a boundary', 'multipart/form-data', upload('10.0.0.1').body],
    ['with another boundary', 'multipart/form-data; boundary=other', upload('10.0.0.1').body],
    ['that is cut off', upload('').headers['content-type'], upload('10.0.0.1').body.subarray(0, 60)],
  ])('of multipart %s is malformed', async (_name, type, body) => {
    const { status } = await call('POST /api/lists/items/_import?type=ip', { body, headers: { 'content-type': type } });
    expect(status).toBe(400);
  });

  const NAMELESS = siem(400, 'To import a list item, the file name must be specified');
  const WRONG_TYPE = siem(415, 'Unsupported media type. File must be one of the following types: [.csv, .txt]');
  it.each([
    [null, NAMELESS],
    ['', NAMELESS],
    ['ips.json', WRONG_TYPE],
    ['ips', WRONG_TYPE],
    ['.txt', WRONG_TYPE],
    ['ips.txt.gz', WRONG_TYPE],
    ['txt', WRONG_TYPE],
  ])('with the file name %j is refused', async (filename, answer) => {
    expect(shown(await importFile({ type: 'ip' }, '10.0.0.1', { filename }))).toEqual(answer);
  });

  it.each([
    [{}, 400, 'Either type or list_id need to be defined in the query'],
    [{ serializer: 'x' }, 400, 'Either type or list_id need to be defined in the query'],
    [{ list_id: 'unknown' }, 409, 'list id: "unknown" does not exist'],
    [{ list_id: 'unknown', type: 'ip' }, 409, 'list id: "unknown" does not exist'],
  ])('with the query %j is answered with %d', async (parameters, status, message) => {
    expect(shown(await importFile(parameters, '10.0.0.1'))).toEqual(siem(status, message));
  });

  const tooLarge = core(
    413,
    'Request Entity Too Large',
    'Payload content length greater than maximum allowed: 4500000',
  );
  it.each([
    ['4.5 MB', 4_500_000 - upload('').body.length, 409],
    ['one byte more', 4_500_001 - upload('').body.length, 413],
    ["Kibana's 9 MB", 9_000_000, 413],
    ['over 9 MB', 9_000_001, 413],
  ])('of %s', async (_name, size, status) => {
    const answer = await importFile({ list_id: 'unknown' }, Buffer.alloc(size, '1'));
    expect(answer.status).toBe(status);
    if (status === 413) expect(shown(answer)).toEqual(tooLarge);
  });

  it('that is small only because it is compressed', async () => {
    const { body, headers } = upload(Buffer.alloc(9_000_000, '1'));
    const request = { body: gzipSync(body), headers: { ...headers, 'content-encoding': 'gzip' } };
    expect(shown(await call('POST /api/lists/items/_import?list_id=unknown', request))).toEqual(tooLarge);
  });
});

describe('into a list that exists', () => {
  it('answers the list and adds the lines', async () => {
    const list = await givenList({ id: 'here' });
    const { status, body } = await importFile({ list_id: 'here', refresh: 'wait_for' }, '10.0.0.1\n10.0.0.2');
    expect({ status, body }).toEqual({ status: 200, body: list });
    expect((await exported('here')).sort()).toEqual(['10.0.0.1', '10.0.0.2']);
    const { data } = (await call('GET /api/lists/items/_find?list_id=here')).body;
    expect(data[0]).toMatchObject({ ...generated, list_id: 'here', type: 'ip' });
    expect((await call(`GET /api/lists/items?id=${data[0].id}`)).body).toEqual(data[0]);
    expect((await call(`GET /api/lists/items?list_id=here&value=${data[1].value}`)).body).toEqual([data[1]]);
  });

  it('takes type, serializer and deserializer from the list', async () => {
    await givenList({ id: 'own', type: 'keyword', serializer: '<(?<value>.+)>', deserializer: '[{{value}}]' });
    await importFile({ list_id: 'own', type: 'ip', serializer: 'x', deserializer: 'value' }, 'a <b> c\n<d>');
    expect((await exported('own')).sort()).toEqual(['[b]', '[d]']);
  });

  it.each([
    ['LF', 'a\nb\n', ['a', 'b']],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['CR', 'a\rb', ['a', 'b']],
    ['no end of line', 'a', ['a']],
    ['blank lines', '\n\n a \n\t\n\r\nb\n\n', ['a', 'b']],
    ['nothing', '', []],
    ['blanks only', ' \n \n', []],
    ['repetitions', 'a\nb\na\na\n', ['a', 'b']],
    ['a byte order mark', '\ufeffa\nb', ['a', 'b']],
    ['other scripts', 'häuser\n漢字\n🙂\n', ['häuser', '漢字', '🙂']],
    ['commas and quotes', 'a,b\n"c"\n', ['"c"', 'a,b']],
  ])('reads %s', async (_name, content, lines) => {
    expect(await imported({ type: 'keyword' }, content)).toEqual([...lines].sort());
  });

  it('reads bytes that are no UTF-8 all the same', async () => {
    expect(await imported({ type: 'keyword' }, Buffer.from([0x61, 0xff, 0x0a, 0x62]))).toEqual(['a\ufffd', 'b']);
  });

  it('drops repetitions among 1,000 different lines, not beyond', async () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => `line ${index}`);
    const repeated = ['line 0', ...lines.slice(0, 999), 'line 0', lines[999], 'line 0', 'line 0'];
    const found = await imported({ type: 'keyword' }, repeated.join('\n'));
    expect(found).toEqual([...lines, 'line 0'].sort());
  });

  it('adds the same file again', async () => {
    const { id: list_id } = await givenList();
    await importFile({ list_id }, '10.0.0.1\n10.0.0.2');
    await importFile({ list_id }, '10.0.0.1\n10.0.0.2');
    expect((await exported(list_id)).sort()).toEqual(['10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.2']);
  });

  it('takes lines of any length that a request can hold', async () => {
    const random = Buffer.from(crypto.getRandomValues(new Uint8Array(49_152))).toString('base64');
    const turned = (turn: number) => random.slice(turn) + random.slice(0, turn);
    const long = [1, 7, 30].map((count) =>
      Array.from({ length: count }, (_, index) => turned(count * 999 + index)).join(''),
    );
    expect(long.map((line) => line.length)).toEqual([65_536, 458_752, 1_966_080]);
    expect(await imported({ type: 'text' }, ['short', ...long].join('\n'))).toEqual([...long, 'short'].sort());
  });

  it('knows the list of its own space only', async () => {
    await givenList({ id: 'there', space: 'other' });
    expect((await importFile({ list_id: 'there' }, '10.0.0.1')).status).toBe(409);
    const answer = await call('POST /s/other/api/lists/items/_import?list_id=there', upload('10.0.0.1'));
    expect(answer.status).toBe(200);
    expect(await exported('there', 'other')).toEqual(['10.0.0.1']);
  });
});

describe('by type', () => {
  beforeAll(() => givenStreams());

  it('creates a list named like the file', async () => {
    const { status, body } = await importFile({ type: 'ip' }, '10.0.0.1', { filename: 'bad ips.txt' });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        id: 'bad ips.txt',
        type: 'ip',
        name: 'bad ips.txt',
        description: 'File uploaded from file system of bad ips.txt',
        immutable: false,
        version: 1,
        ...generated,
      },
    });
    expect((await call(`GET /api/lists?${query({ id: 'bad ips.txt' })}`)).body).toEqual(body);
    expect(await exported('bad ips.txt')).toEqual(['10.0.0.1']);
  });

  it('adds to the list that has the name', async () => {
    await importFile({ type: 'keyword' }, 'a', { filename: 'twice.csv' });
    const { body } = await importFile({ type: 'ip', serializer: 'x' }, 'b', { filename: 'twice.csv' });
    expect(body).toMatchObject({ id: 'twice.csv', type: 'keyword' });
    expect(body).not.toHaveProperty('serializer');
    expect((await exported('twice.csv')).sort()).toEqual(['a', 'b']);
  });

  it('gives the new list the serializer and the deserializer of the query', async () => {
    const custom = { serializer: '(?<gte>\\S+) to (?<lte>\\S+)', deserializer: '{{{gte}}} … {{{lte}}}' };
    const { body } = await importFile({ type: 'integer_range', ...custom }, '1 to 5\n-9 to -7\nnone', {
      filename: 'custom.txt',
    });
    expect(body).toMatchObject(custom);
    expect((await exported('custom.txt')).sort()).toEqual(['-9 … -7', '1 … 5']);
  });

  it.each([
    ['UPPER.TXT', 'UPPER.TXT'],
    ['C:\\\\lists\\\\ips.txt', 'ips.txt'],
    ['../../etc/passwd.csv', 'passwd.csv'],
    ['a#b.txt', 'a#b.txt'],
    ['%E6%BC%A2%20x.txt', '漢 x.txt'],
    ['100%.txt', '100%.txt'],
    ['..txt', '..txt'],
  ])('names the list of %s', async (filename, id) => {
    const { status, body } = await importFile({ type: 'keyword' }, 'x', { filename });
    expect({ status, id: body.id, name: body.name }).toEqual({ status: 200, id, name: id });
  });

  it('takes the first of several files, whatever the field is called', async () => {
    const { body, headers } = upload('first', { filename: 'first.txt', field: 'anything' });
    const second = body.toString().replace('first.txt', 'second.txt').replace('\r\nfirst\r\n', '\r\nsecond\r\n');
    const field = upload('a value', { filename: null, field: 'refresh' }).body.toString();
    const joined = [field, body.toString(), second].join('').replaceAll('--dd6c5f2a--\r\n', '');
    const answer = await call('POST /api/lists/items/_import?type=keyword', {
      body: `${joined}--dd6c5f2a--\r\n`,
      headers,
    });
    expect(answer.body.id).toBe('first.txt');
    expect(await exported('first.txt')).toEqual(['first']);
  });

  it('refuses a file name that cannot be an id', async () => {
    const { status, body } = await importFile({ type: 'ip' }, '10.0.0.1', { filename: `${'x'.repeat(600)}.txt` });
    expect({ status, message: body.message }).toEqual({
      status: 400,
      message: expect.stringMatching(/^action_request_validation_exception: .* is too long/),
    });
  });
});

describe('drops lines that are none of the type', () => {
  const LINES: { [type in ListType]: [string, string[]] } = {
    binary: ['U29tZQ==\nanything', ['U29tZQ==', 'anything']],
    boolean: ['true\nyes\nfalse', ['false', 'true']],
    byte: ['127\n128\nx', ['127']],
    date: ['2025-01-08\ntomorrow', ['2025-01-08']],
    date_nanos: ['2025-01-08T00:00:00.123456789Z\n1900', ['2025-01-08T00:00:00.123456789Z']],
    date_range: ['2025-01-01,2025-02-01\n2025\n2025-01-01-2025-02-01', ['2025,2025', '2025-01-01,2025-02-01']],
    double: ['1.5\n1e400', ['1.5']],
    double_range: ['1.5-2.5\n2-1', ['1.5-2.5']],
    float: ['1.5\nx', ['1.5']],
    float_range: ['0.5-1.5\n-5--1', ['0.5-1.5']],
    geo_point: ['1,2\n91,0\nPOINT (1 2)', ['1,2', 'POINT (1 2)']],
    geo_shape: ['1,2\nnowhere', ['POINT (2 1)']],
    half_float: ['1.5\n70000', ['1.5']],
    integer: ['42\n2147483648', ['42']],
    integer_range: ['1-5\n7\n5-1', ['1-5', '7-7']],
    ip: ['127.0.0.1\n10.0.0.256\n::1', ['127.0.0.1', '::1']],
    ip_range: [
      '10.0.0.0/8\n10.0.0.1-10.0.0.9\n10.0.0.9-10.0.0.1\n1.2.3.4',
      ['1.2.3.4-1.2.3.4', '10.0.0.0/8', '10.0.0.1-10.0.0.9'],
    ],
    keyword: [`a\n${'x'.repeat(32_767)}`, ['a']],
    long: ['9223372036854775807\n9223372036854775808', ['9223372036854775807']],
    long_range: ['1-2\nx-y', ['1-2']],
    shape: ['1,2\nPOINT (1)', ['POINT (2 1)']],
    short: ['32767\n32768', ['32767']],
    text: ['some words\nmore', ['more', 'some words']],
  };

  it.each(listTypeNames)('%s', async (type) => {
    const [content, values] = LINES[type];
    expect(await imported({ type }, content)).toEqual([...values].sort());
  });
});

describe('a hostile serializer', () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => `${'a'.repeat(40)}${index}!`).join('\n');

  it.each([
    [
      'of the list',
      (serializer: string) => givenList({ type: 'keyword', serializer }).then(({ id }) => ({ list_id: id })),
    ],
    ['of the query', async (serializer: string) => ({ type: 'keyword', serializer })],
  ])('%s ends the import with a 400', async (_name, parametersOf) => {
    const serializer = '^(?<value>(a+)+)$';
    const parameters = await parametersOf(serializer);
    const answer = await endsSoon(() => importFile(parameters, lines, { filename: 'hostile.txt' }));
    expect(shown(answer)).toEqual(siem(400, `The serializer [${serializer}] takes too long to match a value`));
    expect(await exported('list_id' in parameters ? String(parameters.list_id) : 'hostile.txt')).toEqual([]);
  });

  it.each(['(', '(?<value>', 'a'.repeat(4_097), '('.repeat(60) + ')'.repeat(60)])('%j is none', async (serializer) => {
    const { status, body } = await importFile({ type: 'keyword', serializer }, 'x', { filename: 'none.txt' });
    expect(status).toBe(400);
    expect(body.message).toMatch(/^Invalid serializer: /);
  });
});

it('takes 20,000 lines in one request and gives them back', async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
  expect(await imported({ id: 'many' }, lines.join('\n'))).toEqual(lines.sort());
});
