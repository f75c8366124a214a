import { gunzipSync } from 'node:zlib';
import type { Endpoint, RouteContract } from '../../lib/http/endpoint.ts';
import { changePassword } from '../../lib/security/users.ts';
import type { Exchange } from '../../lib/tooling/openapi-examples.ts';
import { expectDocumented, writeDown } from './documented.ts';
import { type ClientRequest, eventOf, lambdaContext, match, routesOf } from './gateway.ts';
import { PASSWORD, PASSWORD_HASH } from './password.ts';
import { createOwnTables, functions } from './stack.ts';

export type Options = {
  /** User name, or nothing for a call without credentials. */
  as?: string | null;
  password?: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON; text and bytes as they are. */
  body?: unknown;
};

export type CallResult = {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
  headers: Record<string, string>;
  text: string;
};

type Handler = Endpoint<{ routes: readonly RouteContract[] }>;

/** Everything serverless.yml declares, behind the same events as on AWS, on this file's own tables. */
export function kibana() {
  const routes = routesOf(functions);
  const handlers = new Map<string, Promise<Handler>>();
  const handlerOf = (functionKey: string): Promise<Handler> => {
    const known = handlers.get(functionKey) ?? load(functionKey);
    handlers.set(functionKey, known);
    return known;
  };
  const load = async (functionKey: string): Promise<Handler> => {
    const declared = functions.find(({ key }) => key === functionKey);
    const file = declared?.handler.replace(/\.handler$/, '.ts');
    const { handler } = await import(/* @vite-ignore */ new URL(`../../${file}`, import.meta.url).pathname);
    return handler;
  };
  let ready: Promise<void> | undefined;

  /** Sends a request through the gateway and gives the answer as a client reads it. */
  async function send(request: ClientRequest): Promise<CallResult> {
    ready ??= prepare();
    await ready;
    const matched = match(routes, request);
    const functionKey = matched?.route.functionKey ?? 'notFound';
    const handler = await handlerOf(functionKey);
    const answer = await handler(eventOf(request, matched), lambdaContext(functionKey));
    if (typeof answer.body === 'object') throw new Error('a body left the pipeline as a stream');
    const bytes = Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8');
    const text = (answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
    const isJson =
      /json(;|$)/.test(answer.headers['content-type'] ?? '') && !/ndjson/.test(answer.headers['content-type'] ?? '');
    const body = isJson && text !== '' ? JSON.parse(text) : text;
    const status = answer.statusCode;
    if (matched !== undefined) {
      const mediaType = mediaTypeOf(answer.headers['content-type']);
      const exchange = {
        route: matched.route.key,
        request: parts(request, matched.parameters),
        status,
        mediaType,
        body,
      };
      expectDocumented(exchange);
      writeDown(exchange);
    }
    return { status, body, headers: answer.headers, text };
  }

  /** `call('GET /api/lists?id=foo')` as the superuser, with `kbn-xsrf` and JSON unless told otherwise. */
  function call(line: string, { as = 'elastic', password = PASSWORD, headers = {}, body }: Options = {}) {
    const [method = '', url = ''] = line.split(/ (.*)/s);
    const raw = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
    return send({
      method,
      url,
      headers: {
        ...(as !== null && { authorization: `Basic ${Buffer.from(`${as}:${password}`).toString('base64')}` }),
        ...(method !== 'GET' && { 'kbn-xsrf': 'true' }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
    });
  }

  return { call, send, handlerOf, routes };
}

/** The media type alone; Elasticsearch's own name for JSON is JSON. */
function mediaTypeOf(contentType = ''): string {
  const mediaType = contentType.split(';', 1)[0]?.trim() ?? '';
  return mediaType === 'application/vnd.elasticsearch+json' ? 'application/json' : mediaType;
}

/** What a request says, apart. */
function parts({ url, headers = {}, body }: ClientRequest, path: Record<string, string>): Exchange['request'] {
  const query: Exchange['request']['query'] = {};
  const { searchParams } = new URL(url, 'http://localhost');
  for (const name of searchParams.keys()) {
    const [first = '', ...others] = searchParams.getAll(name);
    query[name] = others.length === 0 ? first : [first, ...others];
  }
  const isJson = body !== undefined && /json/.test(headers['content-type'] ?? '');
  return { path, query, ...(isJson && { body: tryJson(String(body)) }) };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function prepare(): Promise<void> {
  await createOwnTables();
  await changePassword('elastic', PASSWORD_HASH);
}
