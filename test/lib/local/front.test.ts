import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Front, startFront } from '../../../lib/local/front.ts';
import { mendServerlessOffline } from '../../../lib/local/gateway-event.ts';

/** Answers with the event it got. */
const HANDLER = `export const handler = async (event) => event.headers['x-empty']
  ? { statusCode: 204 }
  : {
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'x-route': event.routeKey },
      body: JSON.stringify(event),
    };`;

const routes = ['GET /api/things/{id}', 'POST /api/things', 'DELETE /api/things/{id}', 'DELETE /api/slashed/{id}', '*'];

let folder: string;
let front: Front;
let offline: { start(): Promise<void>; end(skipExit: boolean): Promise<void> };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'front-test-'));
  await writeFile(join(folder, 'echo.mjs'), HANDLER);
  const upstream = join(folder, 'api.sock');
  await mendServerlessOffline();
  // It prints its routes.
  vi.spyOn(console, 'log').mockImplementation(() => {});
  // The package has no types; a name in a variable keeps the compiler from looking for them.
  const offlinePackage = 'serverless-offline';
  const { default: ServerlessOffline } = await import(offlinePackage);
  offline = new ServerlessOffline(
    serviceWith(routes),
    {
      host: 'localhost',
      httpPort: upstream,
      lambdaPort: join(folder, 'lambda.sock'),
      useInProcess: true,
      noSponsor: true,
      disableCookieValidation: true,
    },
    {},
  );
  await offline.start();
  front = await startFront({
    host: '127.0.0.2',
    port: 0,
    upstream,
    trailingSlashRoutes: ['DELETE /api/slashed/{id}/'],
  });
});
afterAll(async () => {
  await front.stop();
  await offline.end(true);
  await rm(folder, { recursive: true });
});

/** As much of the framework's service as serverless-offline looks at. */
function serviceWith(httpApi: readonly string[]) {
  const echo = { handler: 'echo.handler', name: 'echo', events: httpApi.map((route) => ({ httpApi: route })) };
  return {
    config: { servicePath: folder, serverlessPath: folder },
    service: {
      service: 'front-test',
      custom: {},
      provider: { name: 'aws', stage: 'dev', region: 'eu-central-1', runtime: 'nodejs24.x', timeout: 5 },
      functions: { echo },
      getAllFunctions: () => ['echo'],
      getFunction: () => echo,
      getAllEventsInFunction: () => echo.events,
    },
  };
}

type Sent = { method?: string; headers?: Record<string, string | string[]>; body?: string | Buffer };
type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

async function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
  const outgoing = request({
    host: '127.0.0.2',
    port: front.port,
    path,
    method,
    headers: { host: 'localhost', ...headers },
  });
  outgoing.end(body);
  const [response] = await once(outgoing, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** The event that the function got. */
async function eventOf(path: string, sent?: Sent) {
  return JSON.parse((await send(path, sent)).body);
}

describe('a Host that is not this machine', () => {
  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '127.0.0.3', 'localhost@evil.example'])(
    'refuses %j',
    async (host) => {
      const answer = await send('/api/things/1', { headers: { host } });
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.body)).toEqual({
        statusCode: 403,
        error: 'Forbidden',
        message: `Host ${JSON.stringify(host)} is not allowed`,
      });
    },
  );

  it.each(['localhost', 'LOCALHOST:5601', '127.0.0.1:1', '[::1]:5601', '127.0.0.2'])('accepts %s', async (host) => {
    expect((await send('/api/things/1', { headers: { host } })).status).toBe(200);
  });
});

describe('web pages from elsewhere', () => {
  it('get no access-control headers', async () => {
    const { status, headers } = await send('/api/things/1', { headers: { origin: 'http://evil.example' } });
    expect(status).toBe(200);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('get for a preflight what $default answers', async () => {
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' };
    const answer = await send('/api/things?a=b', { method: 'OPTIONS', headers });
    expect(answer.headers['x-route']).toBe('$default');
    expect(JSON.parse(answer.body)).toMatchObject({
      rawPath: '/api/things',
      rawQueryString: 'a=b',
      requestContext: { http: { method: 'OPTIONS' } },
    });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('request bodies', () => {
  const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, index) => (index * 7) % 256));

  it.each([
    'application/zip',
    'application/gzip',
    'application/x-ndjson',
    'application/octet-stream',
    'application/x-www-form-urlencoded',
    'application/vnd.elasticsearch+json; compatible-with=9',
    'multipart/form-data; boundary=x',
    'no-type-at-all',
  ])('of type %s arrive byte for byte as base64', async (type) => {
    const event = await eventOf('/api/things', { method: 'POST', body: bytes, headers: { 'content-type': type } });
    expect(event).toMatchObject({ isBase64Encoded: true, headers: { 'content-type': type, 'content-length': '1000' } });
    expect(Buffer.from(event.body, 'base64').equals(bytes)).toBe(true);
  });

  it('without a type arrive as base64, without a type', async () => {
    const event = await eventOf('/api/things', { method: 'POST', body: bytes });
    expect(event.isBase64Encoded).toBe(true);
    expect(event.headers).not.toHaveProperty('content-type');
    expect(Buffer.from(event.body, 'base64').equals(bytes)).toBe(true);
  });

  it.each([
    'text/plain',
    'text/csv; charset=utf-8',
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/xml',
    'application/javascript',
  ])('of type %s arrive as text', async (type) => {
    const body = '{"a":"ü€😀"}';
    const event = await eventOf('/api/things', { method: 'POST', body, headers: { 'content-type': type } });
    expect(event).toMatchObject({ body, isBase64Encoded: false, headers: { 'content-type': type } });
  });

  it.each([
    ['gzip', 'application/json', gzipSync],
    ['gzip', 'application/octet-stream', gzipSync],
    ['GZIP', 'text/plain', gzipSync],
    ['deflate', 'application/json', deflateSync],
    ['br', 'application/json', brotliCompressSync],
  ])('compressed by %s arrive byte for byte as base64, also of type %s', async (encoding, type, compress) => {
    const body = compress('{"a":"ü€😀"}');
    const headers = { 'content-type': type, 'content-encoding': encoding };
    const event = await eventOf('/api/things', { method: 'POST', body, headers });
    expect(event).toMatchObject({ isBase64Encoded: true, headers });
    expect(Buffer.from(event.body, 'base64').equals(body)).toBe(true);
  });

  it.each(['"text"', '"{\\"a\\":1}"', '""', 'null', '0', 'false', '[1, 2]', '{', ' '])(
    'of JSON arrive as sent: %s',
    async (body) => {
      const headers = { 'content-type': 'application/json' };
      expect(await eventOf('/api/things', { method: 'POST', body, headers })).toMatchObject({ body, headers });
    },
  );

  it('of a DELETE arrive, chunked too', async () => {
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    expect(await eventOf('/api/things/1', { method: 'DELETE', body: '{}', headers })).toMatchObject({ body: '{}' });
  });
});

it('passes on the refusal of a body over 10 MiB', async () => {
  const body = Buffer.alloc(11 * 1024 * 1024);
  const answer = await send('/api/things', { method: 'POST', body });
  expect(answer.status).toBe(413);
  expect(JSON.parse(answer.body)).toMatchObject({ statusCode: 413, error: 'Request Entity Too Large' });
});

describe('request headers', () => {
  it('join repeated values with a comma', async () => {
    expect((await eventOf('/api/things/1', { headers: { 'x-many': ['a', 'b'] } })).headers['x-many']).toBe('a,b');
  });

  it('cannot speak to the local server', async () => {
    const headers = {
      'sls-offline-authorizer-override': '{"principalId":"root"}',
      'x-front-path': '/somewhere/else',
      'x-front-content-type': 'text/plain',
      'x-front-client-address': '1.2.3.4',
    };
    const event = await eventOf('/api/things/1', { headers });
    expect(event.requestContext).not.toHaveProperty('authorizer');
    expect(event.requestContext.http.sourceIp).toBe('127.0.0.1');
    expect(event.rawPath).toBe('/api/things/1');
    expect(Object.keys(event.headers)).toEqual(['host']);
  });
});

describe('routes', () => {
  it('match with their parameters and query', async () => {
    expect(await eventOf('/api/things/a%20b?x=1&x=2')).toMatchObject({
      routeKey: 'GET /api/things/{id}',
      pathParameters: { id: 'a b' },
      rawPath: '/api/things/a b',
      rawQueryString: 'x=1&x=2',
    });
  });

  it('have the query as it was sent', async () => {
    expect((await eventOf('/api/things/1?a&b=%20(c)&b=%2f&x[]=~')).rawQueryString).toBe('a&b=%20(c)&b=%2f&x[]=~');
    expect((await eventOf('/api/things/1')).rawQueryString).toBe('');
  });

  it.each([
    ['GET', '/api/things/1/'],
    ['DELETE', '/api/slashed/1/2/'],
    ['GET', '/nowhere'],
  ])('leave %s %s to $default, the path as it was', async (method, path) => {
    const event = await eventOf(`${path}?a=b`, { method });
    expect(event).toMatchObject({ routeKey: '$default', rawPath: path, rawQueryString: 'a=b', pathParameters: null });
    expect(event.requestContext.http).toMatchObject({ method, path });
  });

  it('leave HEAD to $default', async () => {
    expect((await send('/api/things/1', { method: 'HEAD' })).headers['x-route']).toBe('$default');
    expect((await send('/api/things/1')).headers['x-route']).toBe('GET /api/things/{id}');
  });

  it('match with a trailing slash where it is declared', async () => {
    expect(await eventOf('/api/slashed/1/', { method: 'DELETE' })).toMatchObject({
      routeKey: 'DELETE /api/slashed/{id}',
      rawPath: '/api/slashed/1/',
      pathParameters: { id: '1' },
    });
  });
});

it('leaves the content type as the function answered it', async () => {
  const { headers } = await send('/api/things/1');
  expect(headers['content-type']).toBe('application/json');
  expect(Object.keys(headers).filter((name) => name.startsWith('x-front'))).toEqual([]);
});

it('gives a 204 no content type', async () => {
  const answer = await send('/api/things/1', { headers: { 'x-empty': '1' } });
  expect(answer.status).toBe(204);
  expect(answer.headers).not.toHaveProperty('content-type');
});

it.each([
  ['no HTTP', 'GARBAGE\r\n\r\n'],
  ['a NUL', 'GET /\0 HTTP/1.1\r\n\r\n'],
  ['no Host', 'GET / HTTP/1.0\r\n\r\n'],
  ['a whole URL', 'GET http://evil.example/ HTTP/1.1\r\nhost: localhost\r\n\r\n'],
  ['malformed escapes', 'GET /api/%zz HTTP/1.1\r\nhost: localhost\r\n\r\n'],
  ['20 KB of path', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`],
  ['half a body', 'POST /api/things HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nshort'],
])('survives %s', async (_what, bytes) => {
  const socket = connect(front.port, '127.0.0.2');
  socket.end(bytes);
  expect(await text(socket)).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
  expect((await send('/api/things/1')).status).toBe(200);
});

it('answers like a starting Kibana while nobody listens behind it', async () => {
  const early = await startFront({ host: '127.0.0.1', port: 0, upstream: join(folder, 'nobody.sock') });
  const response = await fetch(`http://127.0.0.1:${early.port}/api/status`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({
    statusCode: 503,
    error: 'Service Unavailable',
    message: 'Kibana server is not ready yet',
  });
  await early.stop();
});

it('rejects when the port is taken', async () => {
  const again = startFront({ host: '127.0.0.2', port: front.port, upstream: join(folder, 'nobody.sock') });
  await expect(again).rejects.toThrow('EADDRINUSE');
});
