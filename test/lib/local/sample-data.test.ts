import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { loadSampleData } from '../../../lib/local/sample-data.ts';

/** An API that answers everything with `status` and remembers what came. */
let server: Server;
let baseUrl: string;
let status = 200;
let seen: { path: string | undefined; authorization: string | undefined; body: string }[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    seen.push({ path: request.url, authorization: request.headers.authorization, body: await text(request) });
    response.writeHead(status).end('{"message":"no"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
});

const elastic = { username: 'elastic', password: 'changeme' };

it.each([200, 409])('creates index, list and items, in this order, when the API answers %i', async (answer) => {
  status = answer;
  await loadSampleData(baseUrl, elastic);
  expect(seen.map(({ path }) => path)).toEqual([
    '/api/lists/index',
    '/api/lists',
    '/api/lists/items',
    '/api/lists/items',
    '/api/lists/items',
  ]);
  expect(JSON.parse(seen[1]?.body ?? '')).toEqual({
    id: 'ip_list',
    name: 'Simple list with ips',
    description: 'This list describes bad internet ips',
    type: 'ip',
  });
  expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(new Set(['Basic ZWxhc3RpYzpjaGFuZ2VtZQ==']));
});

it('stops at the first refusal and says which', async () => {
  status = 403;
  await expect(loadSampleData(baseUrl, elastic)).rejects.toThrow(
    'POST /api/lists/index answered 403: {"message":"no"}',
  );
  expect(seen).toHaveLength(1);
});
