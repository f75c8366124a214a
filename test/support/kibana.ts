import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { Endpoint, RouteContract } from '../../lib/http/endpoint.ts';
import { changePassword } from '../../lib/security/users.ts';
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
    checkDocumented(handler, matched?.route.key, status, body);
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

async function prepare(): Promise<void> {
  await createOwnTables();
  await changePassword('elastic', PASSWORD_HASH);
}

/** Every answer that any test sees must be one that the endpoint's contract documents. */
function checkDocumented(handler: Handler, routeKey: string | undefined, status: number, body: unknown): void {
  // The pipeline's own refusals are the same everywhere and are not repeated in each contract.
  if (routeKey === undefined || [400, 401, 403, 404, 405, 406, 413, 415, 500].includes(status)) return;
  const route = routeKey.replace(' /s/{space_id}/', ' /');
  const contract = handler.definition.routes.find(({ route: known }) => [known].flat().includes(route));
  expect(contract, `${route} is not in the contract of its function`).toBeDefined();
  expect(Object.keys(contract?.responses ?? {}), `${route} answered an undocumented status`).toContain(String(status));
  const schema = contract?.responses[status];
  const problems = schema?.safeParse(body).error?.issues ?? [];
  expect(problems, `${route} ${status} does not fit its schema`).toEqual([]);
}
