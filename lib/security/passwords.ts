import { createHmac, randomBytes } from 'node:crypto';
import bcrypt from 'bcryptjs';
import { LRUCache } from 'lru-cache';

/** Elasticsearch's default: bcrypt with cost 10, written as `$2a$`. */
const COST = 10;

/**
 * A warm function must not pay 86 ms of bcrypt for every request. Remembered is only the verdict on a pair of stored hash
 * and password, and the password only as an HMAC under a key that lives as long as the process; a changed password has
 * another stored hash and so another entry.
 */
const verdicts = new LRUCache<string, boolean>({ max: 1_000 });
const processKey = randomBytes(32);

/** Hash of nobody's password: an unknown user costs as much time as a wrong password. */
const DUMMY_HASH = bcryptHashOfNobody();

/** The hash to store for a password. */
export async function hashPassword(password: string): Promise<string> {
  return (await bcrypt.hash(password, COST)).replace(/^\$2b\$/, '$2a$');
}

/** True when the password is the one that was hashed. Without a hash it takes the same time and is false. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const against = hash ?? DUMMY_HASH;
  const entry = `${against}:${createHmac('sha256', processKey).update(password).digest('base64')}`;
  const known = verdicts.get(entry);
  if (known !== undefined) return known && hash !== undefined;
  const verdict = await bcrypt.compare(password, against);
  verdicts.set(entry, verdict);
  return verdict && hash !== undefined;
}

/**
 * The kind of a password hash, in the names Elasticsearch has for its hashing algorithms; `NOOP` (plain text) is what it
 * takes anything else for.
 */
export function hashKind(hash: string): string {
  const bcryptCost = /^\$2a\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash)?.[1];
  if (bcryptCost !== undefined) return Number(bcryptCost) === COST ? 'BCRYPT' : `BCRYPT${Number(bcryptCost)}`;
  const prefixes = [
    ['{PBKDF2_STRETCH}', 'PBKDF2_STRETCH'],
    ['{PBKDF2}', 'PBKDF2'],
    ['{SSHA256}', 'SSHA256'],
    ['{SHA}', 'SHA1'],
    ['{MD5}', 'MD5'],
  ] as const;
  return prefixes.find(([prefix]) => hash.startsWith(prefix))?.[1] ?? 'NOOP';
}

function bcryptHashOfNobody(): string {
  const salt = bcrypt.encodeBase64(randomBytes(16), 16);
  const digest = bcrypt.encodeBase64(randomBytes(23), 23);
  return `$2a$${COST}$${salt}${digest}`;
}
