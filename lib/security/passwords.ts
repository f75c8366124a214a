import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { bcryptCompare, bcryptHash } from './bcrypt.ts';

/** Elasticsearch's default: bcrypt with cost 10, written as `$2a$`. */
const COST = 10;

/**
 * A warm function must not pay 86 ms of bcrypt for every request. Remembered are pairs of stored hash and password that
 * fit, the password only as an HMAC under a key that lives as long as the process; a changed password has another stored
 * hash and so another entry. A wrong password always costs the full time: else it would tell which users exist.
 */
const verified = new LRUCache<string, true>({ max: 1_000 });
const processKey = randomBytes(32);

/** Hash of nobody's password: an unknown user costs as much time as a wrong password. */
const DUMMY_HASH = `$2a$${COST}$${'.'.repeat(53)}`;

/** The hash to store for a password. */
export function hashPassword(password: string): Promise<string> {
  return bcryptHash(password, COST);
}

/** True when the password is the one that was hashed. Without a hash it takes the same time and is false. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  if (hash === undefined) {
    await bcryptCompare(password, DUMMY_HASH);
    return false;
  }
  const entry = `${hash}:${createHmac('sha256', processKey).update(password).digest('base64')}`;
  if (verified.has(entry)) return true;
  const fits = await bcryptCompare(password, hash);
  if (fits) verified.set(entry, true);
  return fits;
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
