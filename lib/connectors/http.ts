import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { checkedLookup, ensureHostnameAllowed, ensureUriAllowed, type Resolve } from './outbound-policy.ts';

/** How a connector may use the network. */
export type Outbound = {
  /** Milliseconds for one call, redirects included. */
  timeoutMs: number;
  /** Bytes of an answer's body. */
  maxBytes: number;
  /** Epoch milliseconds by which every call has to be over. */
  deadline?: number;
  /** Absent: the system's. */
  resolve?: Resolve;
};

export const defaultOutbound: Outbound = { timeoutMs: 20_000, maxBytes: 1_048_576 };

export type Tls = SecureContextOptions & {
  rejectUnauthorized?: boolean;
  checkServerIdentity?: () => undefined;
};

export type HttpRequest = {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string;
  tls?: Tls;
  /** For requests whose body is a secret: a redirect is then an answer like any other. */
  redirects?: 'follow' | 'answer';
};

export type HttpResponse = {
  status: number;
  statusText: string;
  headers: Readonly<Record<string, string | undefined>>;
  /** The body: parsed if it is JSON, else its text. */
  data: unknown;
};

/** A call that got no answer that counts. `code` is the system's (`ECONNREFUSED`), or the HTTP client's. */
export class HttpFailure extends Error {
  override readonly name: string = 'HttpFailure';
  readonly code: string | undefined;

  constructor(message: string, code?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** An answer whose status is not 2xx. */
export class HttpStatusFailure extends HttpFailure {
  override readonly name = 'HttpStatusFailure';
  readonly response: HttpResponse;

  constructor(response: HttpResponse) {
    super(`Request failed with status code ${response.status}`, 'ERR_BAD_RESPONSE');
    this.response = response;
  }
}

const MAX_REDIRECTS = 5;
/** Levels of nesting in an answer; deeper JSON overflows the stack of whoever walks through it. */
const MAX_DEPTH = 500;
/** Headers that decide where a message ends; only the client itself may set them. */
const FRAMING = ['connection', 'content-length', 'expect', 'transfer-encoding', 'upgrade'];
/** Headers that still go along when a redirect leads to another origin: nothing that proves who calls. */
const HARMLESS = ['accept', 'accept-encoding', 'content-type', 'user-agent'];

/**
 * Sends a request to the outside and gives whatever answer comes. Every hop is checked against the outbound policy.
 *
 * @throws HttpFailure without an answer, or after too long or too large a one; OutboundRefused
 */
export async function send(request: HttpRequest, outbound: Outbound): Promise<HttpResponse> {
  const { timeoutMs, deadline = Number.POSITIVE_INFINITY } = outbound;
  const left = Math.max(1, Math.min(timeoutMs, deadline - Date.now()));
  const signal = AbortSignal.timeout(left);
  try {
    return await follow(request, outbound, signal);
  } catch (error) {
    if (signal.aborted) throw new HttpFailure(`timeout of ${timeoutMs}ms exceeded`, 'ECONNABORTED', error);
    if (error instanceof Error && 'code' in error && !(error instanceof HttpFailure)) {
      throw new HttpFailure(error.message, String(error.code), error);
    }
    throw error;
  }
}

/** `send` for answers that have to be 2xx. @throws HttpStatusFailure for others */
export async function sendOk(request: HttpRequest, outbound: Outbound): Promise<HttpResponse> {
  const response = await send(request, outbound);
  if (response.status < 200 || response.status > 299) throw new HttpStatusFailure(response);
  return response;
}

async function follow(request: HttpRequest, outbound: Outbound, signal: AbortSignal): Promise<HttpResponse> {
  let url = ensureUriAllowed(request.url);
  let hop = { ...request, headers: headersOf(request) };
  for (let redirects = 0; ; redirects++) {
    const response = await exchange(url, hop, outbound, signal);
    const { location } = response.headers;
    const leads = [301, 302, 303, 307, 308].includes(response.status) && location !== undefined;
    if (!leads || request.redirects === 'answer') return response;
    if (redirects === MAX_REDIRECTS) {
      throw new HttpFailure('Maximum number of redirects exceeded', 'ERR_FR_TOO_MANY_REDIRECTS');
    }
    const next = redirectTarget(location, url);
    hop = redirected(hop, response.status, next.origin === url.origin);
    url = next;
  }
}

function redirectTarget(location: string, from: URL): URL {
  const next = URL.parse(location, from.href);
  if (next === null) throw new HttpFailure('Invalid URL in a redirect', 'ERR_INVALID_URL');
  // The host alone: what else an answer puts into its target need not be told.
  ensureHostnameAllowed(next.hostname);
  return ensureUriAllowed(next.href);
}

type Hop = HttpRequest & { headers: Record<string, string> };

function redirected(hop: Hop, status: number, sameOrigin: boolean): Hop {
  const asGet = (status === 303 && hop.method !== 'HEAD') || (status <= 302 && hop.method === 'POST');
  const kept = Object.entries(hop.headers).filter(
    ([name]) => (sameOrigin || HARMLESS.includes(name)) && !(asGet && name === 'content-type'),
  );
  const { body, tls, ...rest } = hop;
  return {
    ...rest,
    headers: Object.fromEntries(kept),
    ...(asGet ? { method: 'GET' } : body !== undefined && { body }),
    // A client certificate belongs to the origin it was made for, like any other credential.
    ...(sameOrigin && tls !== undefined && { tls }),
  };
}

function headersOf({ headers = {} }: HttpRequest): Record<string, string> {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const framing = named.find(([name]) => FRAMING.includes(name));
  if (framing !== undefined) throw new HttpFailure(`header "${framing[0]}" cannot be set`, 'ERR_INVALID_ARG_VALUE');
  return {
    accept: 'application/json, text/plain, */*',
    // No compression: an answer is never larger than what was counted.
    'accept-encoding': 'identity',
    'user-agent': 'Kibana',
    ...Object.fromEntries(named),
  };
}

function exchange(url: URL, hop: Hop, outbound: Outbound, signal: AbortSignal): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const { method, headers, body, tls } = hop;
    const options = { method, headers, signal, agent: false, lookup: checkedLookup(outbound.resolve) };
    const request: ClientRequest =
      url.protocol === 'https:' ? httpsRequest(url, { ...options, ...tls }) : httpRequest(url, options);
    request.on('error', reject);
    request.on('response', (response) => {
      readBody(response, outbound.maxBytes)
        .then((text) => responseOf(response, text))
        .then(resolve, reject);
    });
    request.end(body);
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) {
      response.destroy();
      throw new HttpFailure(`maxContentLength size of ${maxBytes} exceeded`, 'ERR_BAD_RESPONSE');
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

function responseOf(response: IncomingMessage, text: string): HttpResponse {
  const { statusCode = 0, statusMessage = '', headers } = response;
  const single = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return { status: statusCode, statusText: statusMessage, headers: Object.fromEntries(single), data: parsed(text) };
}

function parsed(text: string): unknown {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return text;
  }
  if (isDeeperThan(MAX_DEPTH, data)) throw new HttpFailure('Response is nested too deeply', 'ERR_BAD_RESPONSE');
  return data;
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(levels - 1, item));
}
