import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

/**
 * Headers by which the front tells the rest of the local run what the client sent, where it had to send something else
 * to serverless-offline. The front drops them from requests; no function sees them. The one for the content type also
 * tells the front what the function answered; no client sees it.
 */
export const ORIGINAL_METHOD = 'x-front-method';
export const ORIGINAL_PATH = 'x-front-path';
export const ORIGINAL_QUERY = 'x-front-query';
/** Empty when the client sent no content type. */
export const ORIGINAL_CONTENT_TYPE = 'x-front-content-type';
export const CLIENT_ADDRESS = 'x-front-client-address';

/** What is mended of serverless-offline's events. */
export type LocalEvent = {
  headers: Record<string, string>;
  pathParameters: Record<string, string> | null;
  rawPath: string;
  rawQueryString: string;
  requestContext: { http: { method: string; path: string; sourceIp: string }; routeKey: string };
};

/** Turns an event of serverless-offline into the one API Gateway would send. Changes and returns `event`. */
export function asGatewaySends<Event extends LocalEvent>(event: Event): Event {
  const {
    [ORIGINAL_METHOD]: method = event.requestContext.http.method,
    [ORIGINAL_PATH]: path = event.rawPath,
    [ORIGINAL_QUERY]: query = '',
    [ORIGINAL_CONTENT_TYPE]: contentType,
    [CLIENT_ADDRESS]: address = '',
    connection: _,
    ...headers
  } = event.headers;
  event.rawPath = decodedPath(path);
  event.rawQueryString = query;
  event.requestContext.http.method = method;
  event.requestContext.http.path = event.rawPath;
  event.requestContext.http.sourceIp = address;
  if (event.requestContext.routeKey === '$default') event.pathParameters = null;
  if (contentType === '') delete headers['content-type'];
  else if (contentType !== undefined) headers['content-type'] = contentType;
  event.headers = headers;
  return event;
}

/** API Gateway decodes the path and takes what follows a decoded `?` for the query. */
function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path).replace(/\?.*$/s, '');
  } catch {
    return path;
  }
}

type EventClass = { prototype: { create(): LocalEvent } };
type Runner = { prototype: { run(event: unknown, context: unknown): Promise<unknown> } };

/**
 * Makes serverless-offline, loaded in this process, hand such events to the functions, and tell the front the content type
 * of their answers: its server adds a charset.
 */
export async function mendServerlessOffline(): Promise<void> {
  const events = await partOf<EventClass>('events/http/lambda-events/LambdaProxyIntegrationEventV2.js');
  const create = events.prototype.create;
  events.prototype.create = function () {
    return asGatewaySends(create.call(this));
  };
  const runner = await partOf<Runner>('lambda/handler-runner/in-process-runner/InProcessRunner.js');
  const run = runner.prototype.run;
  runner.prototype.run = async function (event, context) {
    return withOriginalType(await run.call(this, event, context));
  };
}

async function partOf<Part>(path: string): Promise<Part> {
  const main = createRequire(import.meta.url).resolve('serverless-offline');
  const { default: part }: { default: Part } = await import(pathToFileURL(join(main, '..', path)).href);
  return part;
}

const answerWithType = z.looseObject({ headers: z.looseObject({ 'content-type': z.string() }) });

function withOriginalType(answer: unknown): unknown {
  const { success, data } = answerWithType.safeParse(answer);
  if (!success) return answer;
  return { ...data, headers: { ...data.headers, [ORIGINAL_CONTENT_TYPE]: data.headers['content-type'] } };
}
