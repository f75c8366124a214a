import { BadRequest, UnsupportedMediaType } from '../../errors/errors.ts';
import { parseJson } from '../../json/parse-json.ts';
import type { ParsedBody } from '../body.ts';
import { exchangeOf, type HttpEvent, type Middleware, type Step } from '../exchange.ts';
import { DEFAULT_BODY_BYTES, limits } from '../limits.ts';
import { bodyBytes, header, isSafe, mediaTypeOf, repeatedAsArrays } from '../request.ts';

export type ParseBodyOptions = {
  /** Bytes after decompression; never more than what Lambda takes. */
  maxBytes?: number;
  /** Turns a multipart body into parts; without it multipart is refused. */
  multipart?: (event: HttpEvent, bytes: Buffer) => Promise<ParsedBody>;
  /** Hands any body on as bytes, whatever its media type. The list says which the endpoint is made for. */
  raw?: readonly string[];
};

/**
 * Reads and parses the body by its media type: size 413, type 415, syntax 400. A body without a type counts as JSON. The type
 * counts also where there is no body.
 */
export function parseBody({ maxBytes = DEFAULT_BODY_BYTES, multipart, raw }: ParseBodyOptions = {}): Middleware {
  const limit = Math.min(maxBytes, limits.requestBodyBytes);
  const parseBodyBefore = async ({ event }: Step): Promise<void> => {
    if (isSafe(event)) return;
    const exchange = exchangeOf(event);
    const bytes = bodyBytes(event, limit);
    if (raw !== undefined) exchange.body = { kind: 'bytes', bytes, contentType: header(event, 'content-type') };
    else if (multipart) exchange.body = await parseMultipart(event, bytes, multipart);
    else exchange.body = parse(mediaTypeOf(event) ?? 'application/json', bytes);
  };
  return { before: parseBodyBefore };
}

async function parseMultipart(
  event: HttpEvent,
  bytes: Buffer,
  multipart: NonNullable<ParseBodyOptions['multipart']>,
): Promise<ParsedBody> {
  if (mediaTypeOf(event) !== 'multipart/form-data') throw unsupported();
  return multipart(event, bytes);
}

function parse(mediaType: string, bytes: Buffer): ParsedBody {
  if (mediaType === 'application/json' || /^application\/.+\+json$/.test(mediaType)) {
    return bytes.length === 0 ? { kind: 'none' } : { kind: 'json', value: jsonFrom(bytes) };
  }
  if (mediaType.startsWith('text/')) return { kind: 'json', value: bytes.toString() };
  if (mediaType === 'application/x-www-form-urlencoded') {
    return { kind: 'json', value: repeatedAsArrays(bytes.toString()) };
  }
  if (mediaType === 'application/octet-stream') {
    return bytes.length === 0 ? { kind: 'none' } : { kind: 'bytes', bytes, contentType: mediaType };
  }
  throw unsupported();
}

function jsonFrom(bytes: Buffer): unknown {
  try {
    return parseJson(bytes.toString());
  } catch (error) {
    throw new BadRequest('Invalid request payload JSON format', { cause: error });
  }
}

function unsupported(): UnsupportedMediaType {
  return new UnsupportedMediaType('Unsupported Media Type');
}
