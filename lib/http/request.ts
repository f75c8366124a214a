import { gunzipSync, inflateSync } from 'node:zlib';
import { BadRequest, PayloadTooLarge, UnsupportedMediaType } from '../errors/errors.ts';
import type { HttpEvent } from './exchange.ts';

/** A request header by its lower-case name; undefined when absent, '' when present and empty. */
export function header(event: HttpEvent, name: string): string | undefined {
  return event.headers[name];
}

export function methodOf(event: HttpEvent): string {
  return event.requestContext.http.method;
}

/** True for methods that must not change anything, so that no XSRF check and no body applies. */
export function isSafe(event: HttpEvent): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(methodOf(event));
}

/** The route of serverless.yml that matched, without the space prefix: `GET /api/cases/{caseId}`. */
export function routeOf(event: HttpEvent): string {
  return event.routeKey.replace(' /s/{space_id}/', ' /');
}

/** Path parameters, decoded by the gateway. */
export function pathParameters(event: HttpEvent): Record<string, string> {
  const { space_id: _, ...parameters } = event.pathParameters ?? {};
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, value ?? '']));
}

/** The query as Kibana reads it: repeated keys become arrays. Parsed from the raw text: the gateway joins with commas. */
export function queryOf(event: HttpEvent): Record<string, string | string[]> {
  return repeatedAsArrays(event.rawQueryString);
}

/** Reads `a=1&b=2&a=3`: repeated keys become arrays. */
export function repeatedAsArrays(text: string): Record<string, string | string[]> {
  const query = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = query.get(name);
    if (before === undefined) query.set(name, value);
    else if (typeof before === 'string') query.set(name, [before, value]);
    else before.push(value);
  }
  return Object.fromEntries(query);
}

/**
 * Path and query as the client sent them, without the space prefix, for texts that quote the request. The gateway decodes
 * the path, so it is encoded again, from the route where there is one.
 */
export function uriOf(event: HttpEvent): string {
  const parameters = pathParameters(event);
  const template = routeOf(event).replace(/^\S+ /, '');
  const path = template.startsWith('/')
    ? template.replace(/\{(\w+)\+?\}/g, (_, name: string) => encodeSegment(parameters[name] ?? ''))
    : event.rawPath.split('/').map(encodeSegment).join('/');
  // Locally, routes that may end with a slash stand in the template without it. What a parameter ends with is its own.
  const slash = event.rawPath.endsWith('/') && !/[/}]$/.test(template) && template.startsWith('/') ? '/' : '';
  return event.rawQueryString === '' ? `${path}${slash}` : `${path}${slash}?${event.rawQueryString}`;
}

/** Encodes what cannot stand in a segment of a path, and nothing else: most clients send `bob@example.com` as it is. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent);
}

/** Media type of the body, lower case and without parameters; undefined when the client names none. */
export function mediaTypeOf(event: HttpEvent): string | undefined {
  const type = header(event, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  return type === '' ? undefined : type;
}

/**
 * The body's bytes, decompressed. Which bodies arrive as base64 depends on the gateway, so only its flag counts, never
 * the content type.
 */
export function bodyBytes(event: HttpEvent, maxBytes: number): Buffer {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  const encoding = header(event, 'content-encoding')?.trim().toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity' || bytes.length === 0) return bytes;
  if (encoding !== 'gzip' && encoding !== 'deflate') throw new UnsupportedMediaType('Unsupported Media Type');
  // Compressed bytes are no text: what arrives as text is what the gateway has decompressed.
  if (!event.isBase64Encoded) return bytes;
  try {
    const inflate = encoding === 'gzip' ? gunzipSync : inflateSync;
    return inflate(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    throw new BadRequest('Invalid compressed payload', { cause: error });
  }
}

function tooLarge(maxBytes: number): PayloadTooLarge {
  return new PayloadTooLarge(`Payload content length greater than maximum allowed: ${maxBytes}`);
}
