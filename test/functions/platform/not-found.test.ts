import { describe, expect, it } from 'vitest';
import { elasticsearchPaths } from '../../../lib/http/elasticsearch-paths.ts';
import { coreText } from '../../lib/http/serve.ts';
import { kibana } from '../../support/kibana.ts';

const { call } = kibana();
type CallOptions = Parameters<typeof call>[1];

async function answerTo(line: string, options: CallOptions = {}) {
  const { status, text } = await call(line, options);
  return { status, text };
}
const notFound = { status: 404, text: coreText(404, 'Not Found', 'Not Found') };
const unauthorized = { status: 401, text: coreText(401, 'Unauthorized', 'Unauthorized') };

describe('a path that Kibana does not know', () => {
  const unknown = [
    '/api/no-such-thing',
    '/s/red/api/no-such-thing',
    '/s/FOO/api/status',
    '/no',
    '/s/red',
    '/api/security/role/a%2Fb',
  ];

  it.each(unknown)('GET %s: 401, then 404', async (path) => {
    expect(await answerTo(`GET ${path}`, { as: null })).toEqual(unauthorized);
    expect(await answerTo(`GET ${path}`)).toEqual(notFound);
    expect((await answerTo(`HEAD ${path}`, { as: null })).status).toBe(401);
    expect((await answerTo(`HEAD ${path}`)).status).toBe(404);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s: 404 at once', async (method) => {
    for (const path of unknown) {
      expect(await answerTo(`${method} ${path}`)).toEqual(notFound);
      expect(await answerTo(`${method} ${path}`, { as: null, body: '{' })).toEqual(notFound);
    }
  });

  it.each(unknown)('GET %s from another version of Kibana: 401, then 400', async (path) => {
    const headers = { 'kbn-version': '1.0.0' };
    expect(await answerTo(`GET ${path}`, { as: null, headers })).toEqual(unauthorized);
    expect((await answerTo(`GET ${path}`, { headers })).text).toContain('Browser client is out of date');
    expect(await answerTo(`POST ${path}`, { headers })).toEqual(notFound);
  });

  it('has the headers of every answer, but no API version', async () => {
    const { headers } = await call('POST /api/no-such-thing');
    expect(headers).toMatchObject({ 'kbn-name': 'kibana', 'content-type': 'application/json; charset=utf-8' });
    expect(headers).not.toHaveProperty('elastic-api-version');
  });

  it('answers no preflight', async () => {
    const origin = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const { status, headers } = await call('OPTIONS /api/security/roles', { as: null, headers: origin });
    expect(status).toBe(404);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('a path that Kibana knows, with another method', () => {
  it.each(['PATCH /api/security/roles', 'PUT /api/security/roles', 'POST /api/status', 'OPTIONS /api/status'])(
    '%s is no such route',
    async (line) => {
      expect(await answerTo(line, { as: null, headers: {} })).toEqual(notFound);
    },
  );

  it.each(['GET /api/security/roles', 'HEAD /api/status'])('%s asks who calls first', async (line) => {
    expect((await answerTo(line, { as: null })).status).toBe(401);
    expect((await answerTo(line)).status).toBe(404);
  });
});

describe('a slash too many', () => {
  it.each([
    ['/api/status/', '/api/status'],
    ['/api/no-such-thing/', '/api/no-such-thing'],
    ['/s/red/api/status/', '/s/red/api/status'],
    ['/api/status/?a=b%20c&d', '/api/status?a=b%20c&d'],
    ['/api/a%20b%C3%BC/', '/api/a%20b%C3%BC'],
    ['/api/a%23b%25c/', '/api/a%23b%25c'],
    ['/api/a%0D%0Aset-cookie:x=1/', '/api/a%0D%0Aset-cookie:x=1'],
  ])('%s leads to %s', async (path, location) => {
    expect(await answerTo(`GET ${path}`, { as: null })).toEqual(unauthorized);
    const { status, headers, text } = await call(`GET ${path}`);
    expect({ status, location: headers.location, text }).toEqual({ status: 302, location, text: '' });
  });

  it.each(['POST', 'DELETE'])('is no such route for %s', async (method) => {
    expect(await answerTo(`${method} /api/status/`)).toEqual(notFound);
  });

  it.each(['//evil.example/', '//evil.example/%2e%2e/', '/%2Fevil.example/', '/\\evil.example/'])(
    '%s never leads to another host',
    async (path) => {
      const { status, headers } = await call(`GET ${path}`);
      const { host } = new URL(headers.location ?? '/', 'https://kibana.example');
      expect({ host, isServed: status < 400 && headers.location === undefined }).toEqual({
        host: 'kibana.example',
        isServed: false,
      });
    },
  );

  it('/ alone does not lead to itself', async () => {
    const { headers } = await call('GET /');
    expect(headers.location).not.toBe('/');
  });
});

describe('a path that Elasticsearch does not know', () => {
  const none = (uri: string, method: string) => ({
    status: 400,
    text: JSON.stringify({ error: `no handler found for uri [${uri}] and method [${method}]` }),
  });

  it.each([
    ['PUT', '/_security/foo'],
    ['GET', '/_cluster/health'],
    ['GET', '/_security/foo?a=b'],
    ['POST', '/_security/role/x'],
    ['GET', '/_security/user/a/b'],
    ['GET', '/_security/user/a%20b@c/d%C3%BC?a=b%20c'],
    ['GET', '/_'],
  ])('%s %s', async (method, uri) => {
    expect(await answerTo(`${method} ${uri}`)).toEqual(none(uri, method));
  });

  it.each([
    ['a media type', { body: 'x', headers: { 'content-type': 'text/plain' } }],
    ['malformed JSON', { body: '{' }],
  ])('comes before %s', async (_name, options) => {
    expect(await answerTo('PUT /_security/foo', options)).toEqual(none('/_security/foo', 'PUT'));
  });

  it('comes after who calls', async () => {
    const { status, body, headers } = await call('PUT /_security/foo%20bar', { as: null });
    expect({ status, reason: body.error.reason }).toEqual({
      status: 401,
      reason: 'missing authentication credentials for REST request [/_security/foo%20bar]',
    });
    expect(headers['x-elastic-product']).toBe('Elasticsearch');
  });

  it('is not under a space', async () => {
    expect(await answerTo('GET /s/red/_security/user')).toEqual(notFound);
  });
});

describe('a path that Elasticsearch knows, with another method', () => {
  // `_password` could be a user's name, too: Elasticsearch then lists the methods of both.
  const paths = elasticsearchPaths.filter(({ path }) => path !== '/_security/user/_password');

  it.each(paths.map(({ path, methods }) => [path.replace('{username}', 'jane'), methods.join(', ')]))(
    '%s is for %s',
    async (path, methods) => {
      const { status, text, headers } = await call(`PATCH ${path}`);
      const error = `Incorrect HTTP method for uri [${path}] and method [PATCH], allowed: [${methods}]`;
      expect({ status, text }).toEqual({ status: 405, text: JSON.stringify({ error, status: 405 }) });
      expect(headers.allow).toBe(methods.replaceAll(' ', ''));
    },
  );

  it.each(['DELETE /_security/user', 'PUT /_security/_authenticate', 'HEAD /_security/user', 'GET /_security/api_key'])(
    '%s is refused, too',
    async (line) => {
      expect((await answerTo(line)).status).toBe(405);
    },
  );

  it('quotes the path as it was sent', async () => {
    expect((await answerTo('PATCH /_security/user/jane%20doe@x?a=b')).text).toContain(
      'for uri [/_security/user/jane%20doe@x?a=b] and',
    );
  });

  it('comes before the body', async () => {
    expect((await answerTo('PATCH /_security/user/jane', { body: '{' })).status).toBe(405);
  });
});
