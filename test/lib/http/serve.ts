import { gunzipSync } from 'node:zlib';
import type { Endpoint, RouteContract } from '../../../lib/http/endpoint.ts';
import type { Answer } from '../../../lib/http/exchange.ts';
import { basic, storeIsReady } from '../../support/callers.ts';
import { type ClientRequest, eventOf, lambdaContext, match, routesOf } from '../../support/gateway.ts';

export type CallOptions = {
  /** User name, or `null` for a call without credentials. */
  as?: string | null;
  /** Sent besides `authorization`, `kbn-xsrf` and the JSON content type; `undefined` leaves one of these out. */
  headers?: Record<string, string | undefined>;
  /** An object is sent as JSON; text and bytes as they are. */
  body?: unknown;
};

export type Answered = {
  status: number;
  headers: Record<string, string>;
  /** The body as the client reads it, decompressed. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json: any;
  /** What Lambda hands to the gateway. */
  answer: Answer;
};

/** Puts an endpoint that no client of the real API has behind the same events as on AWS, its `/s/{space_id}` twin too. */
export function serve(handler: Endpoint<{ routes: readonly RouteContract[] }>) {
  const declared = handler.definition.routes.flatMap(({ route }) => [route].flat());
  const twins = declared
    .filter((route) => route.includes(' /api/'))
    .map((route) => route.replace(' /', ' /s/{space_id}/'));
  const routes = routesOf([
    { key: 'endpoint', routes: [...declared, ...twins].filter((route) => route !== '$default') },
  ]);

  async function send(request: ClientRequest): Promise<Answered> {
    await storeIsReady();
    const answer = await handler(eventOf(request, match(routes, request)), lambdaContext('endpoint'));
    const bytes = Buffer.from(String(answer.body ?? ''), answer.isBase64Encoded ? 'base64' : 'utf8');
    const text = (answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
    const { statusCode: status, headers } = answer;
    return {
      status,
      headers,
      text,
      get json() {
        return JSON.parse(text);
      },
      answer,
    };
  }

  function call(line: string, { as = 'elastic', headers = {}, body }: CallOptions = {}): Promise<Answered> {
    const [method = '', url = ''] = line.split(/ (.*)/s);
    const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
    const all = {
      ...(as !== null && { authorization: basic(as) }),
      ...(method !== 'GET' && { 'kbn-xsrf': 'true' }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    };
    const sent = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
    return send({
      method,
      url,
      headers: Object.fromEntries(sent),
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as string | Buffer) }),
    });
  }

  return { call, send };
}

/** Kibana's core error body as JSON text: the order of its keys is part of it. */
export function coreText(statusCode: number, error: string, message: string, attributes?: unknown): string {
  return JSON.stringify({ statusCode, error, message, attributes });
}

/** How Kibana quotes an error of Elasticsearch. */
export function quoted(type: string, reason: string): string {
  return `[${type}\n\tRoot causes:\n\t\t${type}: ${reason}]: ${reason}`;
}
