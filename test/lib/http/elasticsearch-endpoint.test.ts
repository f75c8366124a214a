import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { validationFailed } from '../../../lib/errors/errors.ts';
import { elasticsearchEndpoint } from '../../../lib/http/elasticsearch-endpoint.ts';
import { ok } from '../../../lib/http/response.ts';
import { readFields, text } from '../../../lib/validation/elasticsearch-fields.ts';
import { basic, givenUser } from '../../support/callers.ts';
import { type CallOptions, serve } from './serve.ts';

const { call } = serve(
  elasticsearchEndpoint(
    {
      route: ['GET /_security/things/{name}', 'PUT /_security/things/{name}'],
      summary: 'Things',
      request: { body: z.object({ a: z.string().optional() }) },
      responses: { 200: z.unknown() },
      parameters: ['refresh'],
      parse: ({ path, query, body }) => ({
        path,
        query,
        ...(body !== undefined && { body: readFields(body, 'thing', { a: text }) }),
      }),
      validate: ({ body }) => {
        if (body?.a === 'bad') throw validationFailed('action_request_validation_exception', ['a is bad']);
      },
      action: 'cluster:admin/xpack/security/user/put',
    },
    ({ parsed, principal, method, uri }) => ok({ parsed, caller: principal.username, method, uri }),
  ),
);

beforeAll(async () => {
  await Promise.all([
    givenUser('viewer', ['viewer']),
    givenUser('ghost', ['no-such-role', 'a-missing-role', 'viewer']),
    givenUser('security', { cluster: ['manage_security'] }),
    givenUser('pattern', { cluster: ['cluster:admin/xpack/security/*'] }),
    givenUser('monitor', { cluster: ['monitor', 'read_security', 'cluster:admin/xpack/other/*'] }),
  ]);
});

const failure = (status: number, type: string, reason: string) => ({
  status,
  json: { error: { root_cause: [{ type, reason }], type, reason }, status },
});
const put = async (query = '', options: CallOptions = {}) => {
  const { status, json } = await call(`PUT /_security/things/x${query}`, options);
  return { status, json };
};

describe('a request that is right', () => {
  it.each<[string, string, CallOptions]>([
    ['JSON', '', { body: { a: 'ä' } }],
    [
      "the official client's JSON, base64",
      '',
      { body: { a: 'ä' }, headers: { 'content-type': 'application/vnd.elasticsearch+json; compatible-with=9' } },
    ],
    ['JSON with a charset', '', { body: { a: 'ä' }, headers: { 'content-type': 'application/json; charset=UTF-8' } }],
    ['without kbn-xsrf', '', { body: { a: 'ä' }, headers: { 'kbn-xsrf': undefined, origin: 'https://evil.example' } }],
  ])('%s', async (_name, query, options) => {
    const { status, json } = await put(query, options);
    expect({ status, body: json.parsed.body }).toEqual({ status: 200, body: { a: 'ä' } });
  });

  it('hands on path, query, method and URI', async () => {
    const { json } = await call(
      'PUT /_security/things/x%20y?refresh=true&pretty&human&error_trace&filter_path=a&format=json',
    );
    expect(json).toMatchObject({
      parsed: { path: { name: 'x y' }, query: { refresh: 'true', pretty: '' } },
      caller: 'elastic',
      method: 'PUT',
      uri: '/_security/things/x%20y?refresh=true&pretty&human&error_trace&filter_path=a&format=json',
    });
  });

  it('may be GET without a body', async () => {
    expect((await call('GET /_security/things/x')).status).toBe(200);
  });
});

describe('a body that is not JSON', () => {
  it.each([
    ['text/plain', 'text/plain'],
    ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x', 'multipart/form-data; boundary=x'],
    ['', ''],
  ])('of type %s is refused: no foreign page can send one that is', async (type, printed) => {
    expect(await put('', { body: '{"a":"b"}', headers: { 'content-type': type } })).toEqual({
      status: 406,
      json: { error: `Content-Type header [${printed}] is not supported`, status: 406 },
    });
  });

  it('of no type is refused', async () => {
    expect(await put('', { body: '{"a":"b"}', headers: { 'content-type': undefined } })).toEqual({
      status: 406,
      json: { error: 'Content-Type header is missing', status: 406 },
    });
  });

  it.each(['{', '{"a":"b"', 'a', `${'['.repeat(501)}${']'.repeat(501)}`, '{"__proto__":1}'])(
    'by its syntax is refused in the shape of Elasticsearch',
    async (body) => {
      const { status, json } = await put('', { body });
      const type = expect.stringMatching(/^(x_content_)?parse_exception$/);
      expect({ status, json }).toMatchObject({
        status: 400,
        json: { error: { type, root_cause: [{ type }] }, status: 400 },
      });
    },
  );

  it('by its size is a 413', async () => {
    expect((await put('', { body: `"${'x'.repeat(1_048_576)}"` })).status).toBe(413);
  });
});

const unknownParameter = (names: string) =>
  failure(400, 'illegal_argument_exception', `request [/_security/things/x] contains unrecognized ${names}`);
const unexpectedField = failure(400, 'parse_exception', 'failed to parse thing request. unexpected field [b]');
const invalid = failure(400, 'action_request_validation_exception', 'Validation Failed: 1: a is bad;');
const PUT_USER = 'cluster:admin/xpack/security/user/put';
const unauthorized = (who: string) =>
  failure(
    403,
    'security_exception',
    `action [${PUT_USER}] is unauthorized for user [${who}], this action is granted by the cluster privileges [manage_security,all]`,
  );

describe('what is refused', () => {
  it.each<[string, string, CallOptions, object]>([
    ['one unknown parameter', '?foo=1', {}, unknownParameter('parameter: [foo]')],
    ['several unknown parameters', '?b=1&refresh=true&a', {}, unknownParameter('parameters: [a], [b]')],
    ['an unknown field', '', { body: { b: 1 } }, unexpectedField],
    ['what the request itself says', '', { body: { a: 'bad' } }, invalid],
    ['no privilege', '', { as: 'viewer' }, unauthorized('viewer] with effective roles [viewer')],
    [
      'no privilege, with roles that do not exist',
      '',
      { as: 'ghost' },
      {
        status: 403,
        json: failure(
          403,
          'security_exception',
          `action [${PUT_USER}] is unauthorized for user [ghost] with effective roles [viewer] (assigned roles [a-missing-role,no-such-role] were not found), this action is granted by the cluster privileges [manage_security,all]`,
        ).json,
      },
    ],
    ['a lesser privilege', '', { as: 'monitor' }, unauthorized('monitor] with effective roles [monitor')],
  ])('%s', async (_name, query, options, expected) => {
    expect(await put(query, options)).toEqual(expected);
  });

  it.each(['security', 'pattern'])('not who may: %s', async (as) => {
    expect((await put('', { as })).status).toBe(200);
  });
});

describe('the earlier check answers', () => {
  const none = { as: null };
  it.each<[string, string, CallOptions, number | object]>([
    ['credentials before the media type', '', { ...none, body: 'x', headers: { 'content-type': 'text/plain' } }, 401],
    ['credentials before syntax', '', { ...none, body: '{' }, 401],
    ['credentials before parameters', '?foo', none, 401],
    ['the media type before parameters', '?foo', { body: 'x', headers: { 'content-type': 'text/plain' } }, 406],
    ['fields before parameters', '?foo', { body: { b: 1 } }, unexpectedField],
    ['fields before privileges', '', { as: 'viewer', body: { b: 1 } }, unexpectedField],
    ['parameters before the request itself', '?foo', { body: { a: 'bad' } }, unknownParameter('parameter: [foo]')],
    ['parameters before privileges', '?foo', { as: 'viewer' }, unknownParameter('parameter: [foo]')],
    ['the request itself before privileges', '', { as: 'viewer', body: { a: 'bad' } }, invalid],
  ])('%s', async (_name, query, options, expected) => {
    const answer = await put(query, options);
    if (typeof expected === 'number') expect(answer.status).toBe(expected);
    else expect(answer).toEqual(expected);
  });
});

describe('an operation without a body', () => {
  const { call: ask } = serve(
    elasticsearchEndpoint(
      {
        route: ['GET /_security/bare/{name}', 'DELETE /_security/bare/{name}'],
        summary: 'Things without a body',
        responses: { 200: z.unknown() },
        parse: () => undefined,
        action: 'cluster:admin/xpack/security/user/put',
      },
      () => ok({}),
    ),
  );
  const unwanted = (method: string) =>
    failure(
      400,
      'illegal_argument_exception',
      `request [${method} /_security/bare/x y] does not support having a body`,
    );

  it.each(['GET', 'DELETE'])('%s refuses one, whatever is in it', async (method) => {
    for (const body of ['{}', '{', 'null']) {
      const { status, json } = await ask(`${method} /_security/bare/x%20y`, { as: 'viewer', body });
      expect({ status, json }).toEqual(unwanted(method));
    }
    expect((await ask(`${method} /_security/bare/x%20y`, { body: '' })).status).toBe(200);
    expect((await ask(`${method} /_security/bare/x%20y`)).status).toBe(200);
  });

  it.each<[string, string, CallOptions, number | string]>([
    ['credentials', '', { as: null }, 401],
    ['its type', '', { headers: { 'content-type': 'text/plain' } }, 406],
    ['parameters', '?foo', {}, 'request [/_security/bare/x y] contains unrecognized parameter: [foo]'],
  ])('refuses it after %s', async (_name, query, options, expected) => {
    const { status, json } = await ask(`DELETE /_security/bare/x%20y${query}`, { body: '{}', ...options });
    expect(typeof expected === 'number' ? status : json.error.reason).toBe(expected);
  });
});

describe('what Kibana has and Elasticsearch has not', () => {
  it('API versions, kbn-version and kbn-xsrf', async () => {
    const headers = {
      authorization: basic('elastic'),
      'elastic-api-version': '1',
      'kbn-version': '1.0.0',
      'sec-fetch-site': 'cross-site',
      'kbn-xsrf': undefined,
    };
    expect((await put('', { headers })).status).toBe(200);
  });
});
