/** Who the caller says it is, as read from the `Authorization` header; nothing of it is checked yet. */
export type Credentials =
  | { scheme: 'none' }
  | { scheme: 'basic'; username: string; password: string }
  | { scheme: 'apikey'; id: string; secret: string }
  | { scheme: 'unreadable' };

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
  if (!BASE64.test(encoded)) return { scheme: 'unreadable' };
  const decoded = Buffer.from(encoded, 'base64').toString();
  const colon = decoded.indexOf(':');
  if (colon < 0) return { scheme: 'unreadable' };
  const [name, secret] = [decoded.slice(0, colon), decoded.slice(colon + 1)];
  return scheme === 'basic' ? { scheme, username: name, password: secret } : { scheme, id: name, secret };
}
