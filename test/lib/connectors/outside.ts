import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { useConfig } from '../../../lib/config.ts';
import type { ConnectorType, ExecutorContext, ExecutorResult } from '../../../lib/connectors/connector-type.ts';
import { principalWith } from '../../support/identities.ts';

/** A request as the outside world saw it. */
export type Seen = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: unknown;
};

/** An answer of the outside world: a body (an object is sent as JSON), or what is done to the response. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; body?: unknown }
  | ((response: ServerResponse, seen: Seen) => void);

export const nothing: Reply = () => undefined;
export const garbage: Reply = (response) => void response.socket?.end('this is no HTTP\r\n\r\n');
export const page: Reply = { headers: { 'content-type': 'text/html' }, body: '<html>' };
export const tooLarge: Reply = { body: 'x'.repeat(3_000) };

/** A busy machine may be slow to answer. */
const PATIENT_MS = 60_000;
let timeoutMs = PATIENT_MS;

/** Lets an executor give up soon, in a test of one that waits for nothing. The answer then is `timeout of 250ms exceeded`. */
export function beImpatient(): void {
  timeoutMs = 250;
}

/** A server on this machine that stands for the outside world, and that connectors may reach by the name 127.0.0.1. */
export function outside() {
  const seen: Seen[] = [];
  let replies: Reply[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://outside');
    const each: Seen = {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body: parsed(text),
    };
    seen.push(each);
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    if (typeof reply === 'function') return reply(response, each);
    const { status = 200, headers = {}, body } = reply ?? {};
    const json = typeof body === 'object';
    response.writeHead(status, { ...(json && { 'content-type': 'application/json' }), ...headers });
    response.end(json ? JSON.stringify(body) : body);
  });
  const world = {
    /** Without a slash at the end. */
    url: '',
    port: 0,
    seen,
    /** What is answered next, and so on; the last one stands for all that follow. */
    replies: (...next: Reply[]) => {
      replies = next;
      if (next.includes(nothing)) beImpatient();
    },
  };
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    world.port = (server.address() as AddressInfo).port;
    world.url = `http://127.0.0.1:${world.port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    useConfig({ CONNECTORS_ALLOWED_HOSTS: '*,127.0.0.1' });
    seen.length = 0;
    replies = [];
    timeoutMs = PATIENT_MS;
  });
  return world;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const NOW = new Date('2025-05-06T07:08:09.123Z');

/** What an executor is given, with little room. */
export function contextWith(change: Partial<ExecutorContext> = {}): ExecutorContext {
  return {
    connectorId: 'my-id',
    principal: principalWith([{ indices: [{ names: ['*'], privileges: ['all'], allow_restricted_indices: false }] }]),
    now: NOW,
    outbound: { timeoutMs, maxBytes: 2_000 },
    log: () => undefined,
    ...change,
  };
}

export type Input = { params: unknown; config?: unknown; secrets?: unknown };

/** Runs an executor; what it throws is given as `thrown`. */
export async function runOf(
  type: ConnectorType,
  { params, config = {}, secrets = {} }: Input,
  context = contextWith(),
): Promise<ExecutorResult | { thrown: string; errorSource?: string }> {
  const run = type.prepare({ params, config, secrets });
  try {
    return await run(context);
  } catch (error) {
    const { message, errorSource } = error as Error & { errorSource?: string };
    return { thrown: message, ...(errorSource && { errorSource }) };
  }
}

/** The text of the refusal of bad params, config or secrets. */
export function refusalOf(type: ConnectorType, { params, config = {}, secrets = {} }: Input): string {
  try {
    type.prepare({ params, config, secrets });
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

/** A port of this machine where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
