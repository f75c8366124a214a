import type { Answer } from './exchange.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** 200 with a JSON body. */
export function ok(body: unknown, headers: Record<string, string> = {}): Answer {
  return json(200, body, headers);
}

/** A JSON body with another status. */
export function json(statusCode: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { statusCode, headers: { 'content-type': JSON_TYPE, ...headers }, body: JSON.stringify(body) };
}

/** 204: no body, no content type. */
export function noContent(): Answer {
  return { statusCode: 204, headers: {} };
}

/** 200 with text that is produced while it is sent on; it is never held whole before it is known to fit. */
export function stream(chunks: AsyncIterable<string>, headers: Record<string, string>): Answer {
  return { statusCode: 200, headers, body: chunks };
}

/** Text that is safe inside a header value: what no header can carry is percent-encoded. */
export function headerText(text: string): string {
  return text.toWellFormed().replace(/[^\x20-\x7e]/gu, encodeURIComponent);
}
