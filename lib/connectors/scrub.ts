import type { JsonObject } from '../json/merge.ts';
import { isObject } from '../json/merge.ts';

const REDACTED = '[redacted]';
/** Shorter texts stand in too many words by chance. */
const SHORTEST = 4;
/** Secrets that only name somebody. The other side's data may hold them rightly: an issue's reporter, say. */
const NAMES = ['user', 'username', 'email'];

/** Takes a connector's secrets out of what its run tells. */
export type Scrubber = { text: (text: string) => string; data: (data: unknown) => unknown };

/** A scrubber for these secrets, in every form in which they travel: as they are, encoded for URLs, JSON and Basic auth. */
export function scrubber(secrets: unknown): Scrubber {
  const all = [...stringsIn(secrets, () => true), ...basicCredentials(secrets)];
  const credentials = [...stringsIn(secrets, (name) => !NAMES.includes(name)), ...basicCredentials(secrets)];
  const inTexts = replacer(all);
  const inData = replacer(credentials);
  return { text: inTexts, data: (data) => deep(data, inData) };
}

function* stringsIn(value: unknown, counts: (name: string) => boolean, name = ''): Generator<string> {
  if (typeof value === 'string' && counts(name)) yield value;
  if (Array.isArray(value)) for (const item of value) yield* stringsIn(item, counts, name);
  if (isObject(value)) for (const [key, item] of Object.entries(value)) yield* stringsIn(item, counts, key);
}

/** What stands in an `Authorization: Basic` header: any secret name with any secret. */
function* basicCredentials(secrets: unknown): Generator<string> {
  if (!isObject(secrets)) return;
  const entries = Object.entries(secrets).filter(([, value]) => typeof value === 'string');
  for (const [name, user] of entries) {
    if (!NAMES.includes(name)) continue;
    for (const [, password] of entries) yield Buffer.from(`${user}:${password}`).toString('base64');
  }
}

function replacer(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter((secret) => secret.length >= SHORTEST).flatMap(formsOf);
  // Longest first: a secret may be part of another.
  const ordered = [...new Set(forms)].sort((one, other) => other.length - one.length);
  return (text) => ordered.reduce((clean, form) => clean.replaceAll(form, REDACTED), text);
}

function formsOf(secret: string): string[] {
  const url = URL.parse(secret);
  return [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64'),
    // A secret URL is still one without its origin.
    ...(url !== null && url.pathname.length >= SHORTEST ? [url.href, url.pathname] : []),
  ];
}

function deep(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((item) => deep(item, clean));
  if (!isObject(value)) return value;
  const scrubbed: JsonObject = Object.fromEntries(
    Object.entries(value).map(([name, item]) => [clean(name), deep(item, clean)]),
  );
  return scrubbed;
}
