import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import type { HttpEvent } from '../../lib/http/exchange.ts';

/** A request as a client sends it. */
export type ClientRequest = {
  method: string;
  /** Path and query, encoded. */
  url: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
};

export type Route = { key: string; method: string; segments: string[]; functionKey: string };

/** Media types whose bodies API Gateway hands on as text; every other arrives as base64, and one without a type, too. */
const TEXT = /^(text\/|application\/(json|xml|javascript)\s*(;|$))/i;

/** The routes of a function, as API Gateway sorts them: literal segments before parameters. */
export function routesOf(functions: { key: string; routes: string[] }[]): Route[] {
  return functions
    .flatMap(({ key: functionKey, routes }) =>
      routes
        .filter((route) => route !== '*')
        .map((key) => {
          const [method = '', path = ''] = key.split(' ');
          return { key, method, segments: path.split('/'), functionKey };
        }),
    )
    .sort((one, other) => parametersIn(one) - parametersIn(other));
}

function parametersIn({ segments }: Route): number {
  return segments.filter((segment) => segment.startsWith('{')).length;
}

/** The route that a request matches, with its decoded parameters; undefined when only `$default` is left. */
export function match(routes: Route[], { method, url }: ClientRequest) {
  // The gateway decodes the path first, so an encoded slash separates segments.
  const path = decodeURIComponent(url.split('?')[0] ?? '');
  const segments = path.split('/');
  for (const route of routes) {
    if (route.method !== method || route.segments.length !== segments.length) continue;
    const parameters: Record<string, string> = {};
    const fits = route.segments.every((segment, index) => {
      const value = segments[index] ?? '';
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      if (name === undefined) return segment === value;
      parameters[name] = value;
      return value !== '';
    });
    if (fits) return { route, parameters };
  }
  return undefined;
}

/** The event that API Gateway's HTTP API makes of a request (payload 2.0), with its habits. */
export function eventOf(request: ClientRequest, matched: ReturnType<typeof match>): HttpEvent {
  const { method, url, body } = request;
  const headers = Object.fromEntries(
    Object.entries({ host: 'localhost:5601', ...request.headers }).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const [path = '', query = ''] = url.split('?');
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    joined[name] = joined[name] === undefined ? value : `${joined[name]},${value}`;
  }
  const binary = body !== undefined && !TEXT.test(headers['content-type'] ?? '');
  const routeKey = matched?.route.key ?? '$default';
  const rawPath = decodeURIComponent(path);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: query,
    headers,
    ...(query !== '' && { queryStringParameters: joined }),
    ...(matched && Object.keys(matched.parameters).length > 0 && { pathParameters: matched.parameters }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: '',
      timeEpoch: Date.now(),
    },
    ...(body !== undefined && { body: Buffer.from(body).toString(binary ? 'base64' : 'utf8') }),
    isBase64Encoded: binary,
  };
}

/** The context that Lambda gives a function. */
export function lambdaContext(functionKey: string): Context {
  // More than any request needs on a busy machine. What happens at the end of the time is tested with a stopped clock.
  const end = Date.now() + 600_000;
  return {
    awsRequestId: randomUUID(),
    callbackWaitsForEmptyEventLoop: true,
    functionName: functionKey,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${functionKey}`,
    logGroupName: 'test',
    logStreamName: 'test',
    memoryLimitInMB: '1024',
    getRemainingTimeInMillis: () => end - Date.now(),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
