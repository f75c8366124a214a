/** Who the caller says it is, as read from the `Authorization` header; nothing of it is checked yet. */
export type Credentials =
  | { scheme: 'none' }
  | { scheme: 'basic'; username: string; password: string }
  | { scheme: 'apikey'; id: string; secret: string }
  | { scheme: 'unreadable'; failure: UnreadableCredentials };

/** Why a header of a known scheme holds no credentials, in Elasticsearch's words. */
export type UnreadableCredentials =
  | { kind: 'no-value' }
  | { kind: 'basic'; reason: string; cause?: string }
  | { kind: 'api-key'; detail: string };

/** What Elasticsearch says of an API key without an id. */
export const BAD_KEY_VALUE = 'invalid ApiKey value';

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Reads an `Authorization` header. A scheme that is neither Basic nor ApiKey counts as no credentials; a known scheme
 * whose value is not base64 of two texts joined by a colon is `unreadable`.
 */
export function readCredentials(header: string | undefined): Credentials {
  // One split, no pattern with two places for the same blanks: that one takes quadratic time.
  const text = (header ?? '').trim();
  const scheme = text.split(/\s/, 1)[0]?.toLowerCase() ?? '';
  if (scheme !== 'basic' && scheme !== 'apikey') return { scheme: 'none' };
  const encoded = text.slice(scheme.length).trim();
  if (encoded === '') return { scheme: 'unreadable', failure: { kind: 'no-value' } };
  return scheme === 'basic' ? readBasic(encoded) : readApiKey(encoded);
}

function readBasic(encoded: string): Credentials {
  const unreadable = (what: string, cause?: string): Credentials => ({
    scheme: 'unreadable',
    failure: { kind: 'basic', reason: `invalid basic authentication header ${what}`, ...(cause && { cause }) },
  });
  if (!BASE64.test(encoded)) return unreadable('encoding', base64Problem(encoded));
  const pair = decodedPair(encoded);
  return pair === undefined ? unreadable('value') : { scheme: 'basic', username: pair[0], password: pair[1] };
}

function readApiKey(encoded: string): Credentials {
  const unreadable = (problem: string): Credentials => ({
    scheme: 'unreadable',
    failure: { kind: 'api-key', detail: `API key: ${problem}` },
  });
  if (!BASE64.test(encoded)) return unreadable(base64Problem(encoded));
  const pair = decodedPair(encoded);
  return pair === undefined ? unreadable(BAD_KEY_VALUE) : { scheme: 'apikey', id: pair[0], secret: pair[1] };
}

/** What stands before and after the first colon of base64 text. */
function decodedPair(encoded: string): [string, string] | undefined {
  const decoded = Buffer.from(encoded, 'base64').toString();
  const colon = decoded.indexOf(':');
  return colon < 0 ? undefined : [decoded.slice(0, colon), decoded.slice(colon + 1)];
}

/** What Java's decoder says of text that is not base64. */
function base64Problem(text: string): string {
  const illegal = /[^A-Za-z0-9+/=]/.exec(text)?.[0];
  return illegal === undefined
    ? 'Input byte array has wrong 4-byte ending unit'
    : `Illegal base64 character ${illegal.charCodeAt(0).toString(16)}`;
}
