import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream';
import {
  CLIENT_ADDRESS,
  ORIGINAL_CONTENT_TYPE,
  ORIGINAL_METHOD,
  ORIGINAL_PATH,
  ORIGINAL_QUERY,
} from './gateway-event.ts';
import type { Page } from './reference-page.ts';

export type FrontOptions = {
  /** Address to listen on; also accepted as `Host`. */
  host: string;
  /** 0 for any free one. */
  port: number;
  /** Unix socket of serverless-offline: what listens there must not be reachable by anybody but the front. */
  upstream: string;
  /** Routes with a trailing slash that serverless.yml declares, `DELETE /api/x/{id}/`. */
  trailingSlashRoutes?: readonly string[];
  /** Pages that the front serves itself, by their path. */
  pageAt?: (path: string) => Page | undefined;
};

export type Front = { port: number; stop(): Promise<void> };

const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]'];
/** API Gateway's limit for request line and headers together. */
const MAX_HEADER_BYTES = 10_240;
/** Milliseconds that an idle connection stays: more than a machine sleeps, or a client leaves an answer unread. */
const IDLE_MS = 75_000;
/** API Gateway hands these to a function as text, everything else as base64. */
const TEXT = /^(text\/.*|application\/(json|xml|javascript))$/;
/** No declared route looks like this: it reaches `$default`. */
const DEFAULT_ROUTE = '/$default';

/** About one connection, or understood by the local server only: neither goes on. */
const NOT_FORWARDED = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'upgrade',
  'expect',
  'range',
  'sls-offline-authorizer-override',
  'cognito-authentication-provider',
  'cognito-identity-id',
  ORIGINAL_METHOD,
  ORIGINAL_PATH,
  ORIGINAL_QUERY,
  ORIGINAL_CONTENT_TYPE,
  CLIENT_ADDRESS,
]);
const NOT_RETURNED = /^(access-control-.*|accept-ranges|connection|keep-alive|transfer-encoding)$/;

/**
 * Stands before serverless-offline and makes it behave like API Gateway where it does not, and closes it to web pages:
 * foreign `Host` names are refused, no answer allows another origin to read it. Answers 503 until the upstream listens.
 * Rejects when the port cannot be had.
 */
export async function startFront({
  host,
  port,
  upstream,
  trailingSlashRoutes = [],
  pageAt = () => undefined,
}: FrontOptions): Promise<Front> {
  const names = new Set([...OWN_NAMES, host.toLowerCase()]);
  const declared = trailingSlashRoutes.map(routePattern);

  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: IDLE_MS }, (request, response) => {
    const hostname = request.headers.host?.toLowerCase().replace(/:\d*$/, '') ?? '';
    if (!names.has(hostname))
      return refuse(response, 403, 'Forbidden', `Host ${JSON.stringify(hostname)} is not allowed`);
    if (!request.url?.startsWith('/')) return refuse(response, 400, 'Bad Request', 'Bad Request');
    const page = request.method === 'GET' ? pageAt(split(request.url).path) : undefined;
    if (page) return show(response, page);
    forward(request, response, { upstream, declared });
  });
  await listen(server, host, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { upstream, declared }: { upstream: string; declared: readonly RegExp[] },
): void {
  const { method, path, headers } = asUpstreamNeeds(request, declared);
  const onward = httpRequest({
    socketPath: upstream,
    method,
    path,
    headers,
    agent: false,
    setHost: false,
  });
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, returnedHeaders(answer));
    // Either side may go away in the middle of it: then the other has no more to do.
    pipeline(answer, response, () => {});
  });
  onward.on('error', () => {
    // What Kibana says while it starts; a connection lost in the middle of an answer cannot be told any more.
    if (response.headersSent) response.destroy();
    else refuse(response, 503, 'Service Unavailable', 'Kibana server is not ready yet');
  });
  response.on('close', () => onward.destroy());
  pipeline(request, onward, () => {});
}

function asUpstreamNeeds(
  request: IncomingMessage,
  declared: readonly RegExp[],
): { method: string | undefined; path: string; headers: OutgoingHttpHeaders } {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    if (!NOT_FORWARDED.has(name)) headers[name] = values.join(name === 'cookie' ? '; ' : ',');
  }
  headers[CLIENT_ADDRESS] = request.socket.remoteAddress ?? '';

  // The server hands on bytes of the one type as base64 and leaves text of the other alone; JSON it would parse itself.
  // What is compressed is no text.
  const contentType = request.headersDistinct['content-type']?.join(',') ?? '';
  const isText = TEXT.test(mediaType(contentType)) && !headers['content-encoding'];
  headers[ORIGINAL_CONTENT_TYPE] = contentType;
  headers['content-type'] = isText ? 'text/plain' : 'application/octet-stream';

  // It would write the query anew.
  const { path, query } = split(request.url ?? '/');
  // It would match `/x/` with `/x` and `HEAD` with `GET`; on AWS both go to `$default`, and so does `OPTIONS`.
  const { method } = request;
  const isDefault =
    method === 'HEAD' ||
    method === 'OPTIONS' ||
    (path !== '/' && path.endsWith('/') && !declared.some((route) => route.test(`${method} ${path}`)));
  if (query !== '') headers[ORIGINAL_QUERY] = query.slice(1);
  // It would drop a slash at the end.
  headers[ORIGINAL_PATH] = path;
  if (!isDefault) return { method, path, headers };
  if (method !== 'OPTIONS') return { method, path: DEFAULT_ROUTE, headers };
  // It would answer every preflight itself.
  headers[ORIGINAL_METHOD] = method;
  return { method: 'POST', path: DEFAULT_ROUTE, headers };
}

function returnedHeaders(answer: IncomingMessage): OutgoingHttpHeaders {
  const { [ORIGINAL_CONTENT_TYPE]: contentType, ...received } = answer.headersDistinct;
  const headers: OutgoingHttpHeaders = {};
  for (const [name, values] of Object.entries(received)) {
    if (!NOT_RETURNED.test(name) && values) headers[name] = values;
  }
  if (contentType !== undefined) headers['content-type'] = contentType.join();
  if (answer.statusCode === 204) delete headers['content-type'];
  return headers;
}

function show(response: ServerResponse, { contentType, body }: Page): void {
  response.writeHead(200, {
    'content-type': contentType,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
  });
  response.end(body);
}

/** Answers like Kibana's core does. */
function refuse(response: ServerResponse, statusCode: number, error: string, message: string): void {
  response.writeHead(statusCode, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ statusCode, error, message }));
}

function mediaType(contentType: string): string {
  return contentType.replace(/;.*$/s, '').trim().toLowerCase();
}

function split(url: string): { path: string; query: string } {
  const end = url.indexOf('?');
  return end === -1 ? { path: url, query: '' } : { path: url.slice(0, end), query: url.slice(end) };
}

/** `DELETE /api/x/{id}/` as an expression on method and path. */
function routePattern(route: string): RegExp {
  const literals = route.split(/\{[^}]+\}/).map((part) => part.replace(/[^\w/ ]/g, '\\$&'));
  return new RegExp(`^${literals.join('[^/]+')}$`);
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
