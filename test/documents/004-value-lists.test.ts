import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { valueLists } from '../functions/lists/value-lists.ts';
import { intercept } from '../lib/stores/store.ts';
import { basic, givenUser } from '../support/callers.ts';

// «Get value list details», «Create a value list», «Export value list items»
const { call, send, givenStreams, givenItems } = valueLists();

/** The document prints the members of its examples without the braces around them. */
const example = (members: string) => JSON.parse(`{${members}}`);

/** Runs a curl sample: host and credentials are the reader's own. */
function run(curl: string, authorization = basic('elastic')) {
  const words = [...curl.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
  const after = (option: string) => words.flatMap((word, at) => (word === option ? [words[at + 1] ?? ''] : []));
  const { pathname, search } = new URL(words.find((word) => word.startsWith('https://')) ?? '');
  const headers = Object.fromEntries(after('--header').map((line) => line.split(': ')));
  const [body] = after('--data');
  const [method = 'GET'] = after('--request');
  return send({
    method,
    url: `${pathname}${search}`,
    headers: { ...headers, authorization },
    ...(body !== undefined && { body }),
  });
}

/** An example as it can come true: ids of the example, times, versions and tie breakers of now. */
const withNow = (printed: Record<string, unknown>, real: Record<string, unknown>) => {
  const generated = ['@timestamp', 'created_at', 'updated_at', '_version', 'tie_breaker_id'];
  const now = generated.map((name) => {
    expect(typeof real[name], name).toBe(typeof printed[name]);
    return [name, real[name]];
  });
  expect(real['@timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(real._version).toMatch(/^W[\w+/]+=*$/);
  return { ...printed, ...Object.fromEntries(now) };
};

const UNAUTHORIZED = example(String.raw`
  "error": "Unauthorized",
  "message": "[security_exception\n\tRoot causes:\n\t\tsecurity_exception: unable to authenticate user [elastic] for REST request [/_security/_authenticate]]: unable to authenticate user [elastic] for REST request [/_security/_authenticate]",
  "statusCode": 401`);
const INTERNAL = example('"message": "Internal Server Error", "status_code": 500');

const GET_CURL = 'curl --request GET https://localhost:5601/api/lists?id=21b01cfb-058d-44b9-838c-282be16c91cd';
const CREATE_CURL = `curl --request POST https://localhost:5601/api/lists --header "Content-Type: application/json" --data '{"id":"ip_list","name":"Simple list with ips","type":"ip","description":"This list describes bad internet ips"}'`;
const EXPORT_CURL =
  'curl --request POST https://localhost:5601/api/lists/items/_export?list_id=21b01cfb-058d-44b9-838c-282be16c91cd';
const ID = '21b01cfb-058d-44b9-838c-282be16c91cd';

beforeAll(async () => {
  await givenUser('nobody', { kibana: [] });
});

describe('before the data streams exist', () => {
  it('answers the create sample with the documented 400', async () => {
    const { status, body } = await run(CREATE_CURL);
    // The document escapes the quotes of this text twice.
    const printed = example(
      String.raw`"message": "To create a list, the data stream must exist first. Data stream \".lists-default\" does not exist", "status_code": 400`,
    );
    expect({ status, body }).toEqual({ status: 400, body: printed });
  });
});

describe('every operation', () => {
  it.each([
    ['get', GET_CURL],
    ['create', CREATE_CURL],
    ['export', EXPORT_CURL],
  ])('%s: 401 and 500 as printed', async (_name, curl) => {
    const refused = await run(curl, basic('elastic', 'wrong'));
    expect({ status: refused.status, body: refused.body }).toEqual({ status: 401, body: UNAUTHORIZED });

    intercept(async ({ input }, next) => {
      if (/ValueLists$/.test(input.TableName ?? '')) throw new Error('The disk is full');
      return next();
    });
    const failed = await run(curl);
    expect({ status: failed.status, body: failed.body }).toEqual({ status: 500, body: INTERNAL });
  });

  it.each([
    [
      'GET /api/lists?id=ip_list',
      '"error": "Forbidden", "message": "API [GET /api/lists?id=ip_list] is unauthorized for user, this action is granted by the Kibana privileges [lists-read]", "statusCode": 403',
    ],
    [
      'POST /api/lists',
      '"error": "Forbidden", "message": "API [POST /api/lists] is unauthorized for user, this action is granted by the Kibana privileges [lists-all]", "statusCode": 403',
    ],
    [
      'POST /api/lists/items/_export?list_id=ips.txt',
      '"error": "Forbidden", "message": "API [POST /api/lists/items/_export?list_id=ips.txt] is unauthorized for user, this action is granted by the Kibana privileges [lists-read]", "statusCode": 403',
    ],
  ])('%s: 403 as printed', async (line, members) => {
    const { status, body } = await call(line, { as: 'nobody' });
    expect({ status, body }).toEqual({ status: 403, body: example(members) });
  });
});

describe('Create a value list', () => {
  beforeAll(() => givenStreams());
  beforeEach(async () => {
    for (const id of ['ip_list', 'ip_range_list', 'keyword_list', 'keyword_custom_format_list']) {
      await call(`DELETE /api/lists?id=${id}`);
    }
  });

  const EXAMPLES = [
    [
      `"id": "ip_list", "name": "Simple list with ips", "type": "ip", "description": "This list describes bad internet ips"`,
      `"id": "ip_list", "name": "Simple list with ips", "type": "ip", "version": 1, "_version": "WzAsMV0=", "immutable": false,
       "@timestamp": "2025-01-08T04:47:34.273Z", "created_at": "2025-01-08T04:47:34.273Z", "created_by": "elastic",
       "updated_at": "2025-01-08T04:47:34.273Z", "updated_by": "elastic", "description": "This list describes bad internet ips",
       "tie_breaker_id": "f5508188-b1e9-4e6e-9662-d039a7d89899"`,
    ],
    [
      `"id": "ip_range_list", "name": "Simple list with ip ranges", "type": "ip_range", "description": "This list has ip ranges"`,
      `"id": "ip_range_list", "name": "Simple list with ip ranges", "type": "ip_range", "version": 1, "_version": "WzAsMV0=",
       "immutable": false, "@timestamp": "2025-01-09T18:23:52.241Z", "created_at": "2025-01-09T18:23:52.241Z",
       "created_by": "elastic", "updated_at": "2025-01-09T18:23:52.241Z", "updated_by": "elastic",
       "description": "This list has ip ranges", "tie_breaker_id": "74aebdaf-601f-4940-b351-155728ff7003"`,
    ],
    [
      `"id": "keyword_list", "name": "Simple list with a keyword", "type": "keyword", "description": "This list describes bad host names"`,
      `"id": "keyword_list", "name": "Simple list with a keyword", "type": "keyword", "version": 1, "_version": "WzEsMV0=",
       "immutable": false, "@timestamp": "2025-01-09T18:24:55.786Z", "created_at": "2025-01-09T18:24:55.786Z",
       "created_by": "elastic", "updated_at": "2025-01-09T18:24:55.786Z", "updated_by": "elastic",
       "description": "This list describes bad host names", "tie_breaker_id": "f7e7dbaa-daf7-4c9a-a3dc-56643923ef68"`,
    ],
    [
      `"id": "keyword_custom_format_list", "name": "Simple list with a keyword using a custom format", "type": "keyword",
       "serializer": "(?<value>((25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?).){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?))",
       "description": "This parses the first found ipv4 only", "deserializer": "{{value}}"`,
      `"id": "keyword_custom_format_list", "name": "Simple list with a keyword using a custom format", "type": "keyword",
       "version": 1, "_version": "WzIsMV0=", "immutable": false, "@timestamp": "2025-01-09T18:25:39.604Z",
       "created_at": "2025-01-09T18:25:39.604Z", "created_by": "elastic",
       "serializer": "(?<value>((25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?).){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?))",
       "updated_at": "2025-01-09T18:25:39.604Z", "updated_by": "elastic",
       "description": "This parses the first found ipv4 only", "deserializer": "{{value}}",
       "tie_breaker_id": "8247ae63-b780-47b8-9a89-948b643e9ec2"`,
    ],
  ].map(([request = '', response = '']) => [example(request), example(response)]);

  it('answers the curl sample', async () => {
    const { status, body } = await run(CREATE_CURL);
    expect({ status, body }).toEqual({ status: 200, body: withNow(EXAMPLES[0]?.[1], body) });
  });

  it.each(EXAMPLES)('answers the request example $id', async (request, printed) => {
    const { status, body } = await call('POST /api/lists', { body: request });
    expect({ status, body }).toEqual({ status: 200, body: withNow(printed, body) });
  });

  it('the last example finds what its description says', async () => {
    await call('POST /api/lists', { body: EXAMPLES[3]?.[0] });
    const [item] = await givenItems('keyword_custom_format_list', ['from 10.0.0.12 to 192.168.0.1']);
    expect((await call(`GET /api/lists/items?id=${item.id}`)).body.value).toBe('10.0.0.12');
  });

  it('answers the documented 409', async () => {
    const [request] = EXAMPLES[3] ?? [];
    await call('POST /api/lists', { body: request });
    const { status, body } = await call('POST /api/lists', { body: request });
    const printed = example(
      String.raw`"message": "list id: \"keyword_custom_format_list\" already exists", "status_code": 409`,
    );
    expect({ status, body }).toEqual({ status: 409, body: printed });
  });
});

describe('Get value list details', () => {
  beforeAll(() => givenStreams());

  it('answers the curl sample', async () => {
    expect((await run(GET_CURL)).status).toBe(404);
    const list = { id: ID, name: 'Any', description: 'Any', type: 'ip' };
    const { body } = await call('POST /api/lists', { body: list });
    const answer = await run(GET_CURL);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body });
  });

  it('answers the response example', async () => {
    const printed = example(
      `"id": "ip_list", "name": "My bad ips", "type": "ip", "version": 1, "_version": "WzEsMV0=", "immutable": false,
       "@timestamp": "2025-01-08T04:47:34.273Z", "created_at": "2025-01-08T04:47:34.273Z", "created_by": "elastic",
       "updated_at": "2025-01-08T05:21:53.843Z", "updated_by": "elastic", "description": "This list describes bad internet ip",
       "tie_breaker_id": "f5508188-b1e9-4e6e-9662-d039a7d89899"`,
    );
    await run(CREATE_CURL);
    const change = { id: 'ip_list', name: printed.name, description: printed.description, version: 1 };
    await call('PATCH /api/lists', { body: change });
    const { status, body } = await call('GET /api/lists?id=ip_list');
    expect({ status, body }).toEqual({ status: 200, body: withNow(printed, body) });
    expect(body.updated_at > body.created_at).toBe(true);
  });

  it.each([
    ['', '"error": "Bad Request", "message": "[request query]: id: Required", "statusCode": 400'],
    // The document escapes the quotes of this text twice.
    ['?id=foo', String.raw`"message": "list id: \"foo\" not found", "status_code": 404`],
  ])('answers the documented refusal of the query %j', async (query, members) => {
    const { status, body } = await call(`GET /api/lists${query}`);
    expect(body).toEqual(example(members));
    expect(status).toBe(body.statusCode ?? body.status_code);
  });
});

describe('Export value list items', () => {
  beforeAll(() => givenStreams());

  it('answers the curl sample', async () => {
    await call(`DELETE /api/lists?id=${ID}`);
    // The document's 404 shows placeholders only.
    const missing = await run(EXPORT_CURL);
    expect(missing.status).toBe(404);
    expect(missing.body).toEqual({ message: expect.any(String), status_code: 404 });

    await call('POST /api/lists', { body: { id: ID, name: 'Any', description: 'Any', type: 'ip' } });
    await givenItems(ID, ['127.0.0.1']);
    const { status, text, headers } = await run(EXPORT_CURL);
    expect({ status, text }).toEqual({ status: 200, text: '127.0.0.1\n' });
    expect(headers['content-type']).toBe('application/ndjson');
  });

  it('answers the documented 400', async () => {
    const { status, body } = await call('POST /api/lists/items/_export');
    // In the document the value of `error` has swallowed the message.
    const printed = example('"error": "Bad Request","message":"[request query]: list_id: Required", "statusCode": 400');
    expect({ status, body }).toEqual({ status: 400, body: printed });
  });
});
