import { describe, expect, it } from 'vitest';
import { asGatewaySends } from '../../../lib/local/gateway-event.ts';

function event({ path = '/', routeKey = 'GET /', headers = {} as Record<string, string> }) {
  return {
    headers,
    pathParameters: { default: 'x' },
    rawPath: path,
    rawQueryString: '',
    requestContext: { http: { method: 'POST', path, sourceIp: '' }, routeKey },
  };
}

it('has the query as the client sent it', () => {
  const headers = { 'x-front-query': 'a&b=%20(c)&b=%2f' };
  expect(asGatewaySends(event({ headers })).rawQueryString).toBe('a&b=%20(c)&b=%2f');
  expect(asGatewaySends(event({})).rawQueryString).toBe('');
});

it('has the method that the client sent, not the one the server was given', () => {
  const methodOf = (headers: Record<string, string>) => asGatewaySends(event({ headers })).requestContext.http.method;
  expect([methodOf({ 'x-front-method': 'OPTIONS' }), methodOf({})]).toEqual(['OPTIONS', 'POST']);
});

describe('the path', () => {
  it.each([
    ['/api/a%20b', '/api/a b'],
    ['/api/a%2Fb', '/api/a/b'],
    ['/api/a%3Fb', '/api/a'],
    ['/api/%C3%BC', '/api/ü'],
    ['/api/%zz', '/api/%zz'],
  ])('%s arrives as %s', (path, expected) => {
    const { rawPath, requestContext } = asGatewaySends(event({ path }));
    expect([rawPath, requestContext.http.path]).toEqual([expected, expected]);
  });

  it('is what the client sent, not what the server was given', () => {
    expect(asGatewaySends(event({ path: '/$default', headers: { 'x-front-path': '/x/' } })).rawPath).toBe('/x/');
  });
});

it('has no parameters under $default', () => {
  expect(asGatewaySends(event({ routeKey: '$default' })).pathParameters).toBeNull();
  expect(asGatewaySends(event({})).pathParameters).toEqual({ default: 'x' });
});

it('carries the headers of the client and its address', () => {
  const headers = {
    'content-type': 'application/octet-stream',
    'x-front-content-type': 'application/zip',
    'x-front-client-address': '192.0.2.1',
    connection: 'close',
    accept: '*/*',
  };
  const mended = asGatewaySends(event({ headers }));
  expect(mended.headers).toEqual({ 'content-type': 'application/zip', accept: '*/*' });
  expect(mended.requestContext.http.sourceIp).toBe('192.0.2.1');
});

it('has no content type where the client sent none', () => {
  const headers = { 'content-type': 'application/octet-stream', 'x-front-content-type': '' };
  expect(asGatewaySends(event({ headers })).headers).toEqual({});
});
