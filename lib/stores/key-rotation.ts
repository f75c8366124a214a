import * as z from 'zod';
import { BadRequest, TooManyRequests, WriteConflict } from '../errors/errors.ts';
import { encryptionKeys } from './encryption-keys.ts';
import { type Key, key } from './keys.ts';
import { read, rows } from './read.ts';
import { parseObject, requireUnlocked, rowsOf, table, unlockObject } from './saved-object-rows.ts';
import { typesWhere } from './saved-object-types.ts';
import { write } from './write.ts';

/**
 * Key rotation: every object with secrets under a former key is written again under the primary one. The rows
 * `encrypted#<type>` say which key each object has, so nothing else is read.
 *
 *   lock  pk key-rotation   sk lock   expires_at: epoch milliseconds; a crashed rotation blocks no longer than that
 */
const LOCK = key('key-rotation', 'lock');
/** Longer than any function lives. */
const LOCK_MS = 60_000;
/** Objects written at once. */
const IN_FLIGHT = 8;

const lockRow = z.object({ expires_at: z.number(), version: z.number() });
const encryptedRow = z.object({ at: z.object({ pk: z.string(), sk: z.string() }), key: z.string() });
type EncryptedRow = z.infer<typeof encryptedRow>;

export type RotationResult = { total: number; successful: number; failed: number };

export type RotationOptions = {
  /** Only objects of this type. */
  type?: string | undefined;
  /** Epoch milliseconds after which no further object is begun; the rest counts as failed, and a repeat continues. */
  deadline: number;
  now: Date;
};

/**
 * Writes the objects under former keys again. `total` counts all objects of types with secrets; those that have the
 * primary key already, or an unknown one, count nowhere else.
 *
 * @throws BadRequest without former keys, TooManyRequests while a rotation runs
 */
export async function rotateKeys(options: RotationOptions): Promise<RotationResult> {
  const { primary, decryptionOnly } = await encryptionKeys({ fresh: true });
  if (decryptionOnly.length === 0) {
    throw new BadRequest(
      'Kibana is not configured to support encryption key rotation. Update `kibana.yml` to include `xpack.encryptedSavedObjects.keyRotation.decryptionOnlyKeys` to rotate your encryption keys.',
    );
  }
  const version = await lock(options.now.getTime());
  try {
    const former = new Set(decryptionOnly.map(({ fingerprint }) => fingerprint));
    former.delete(primary.fingerprint);
    return await rotate(former, options);
  } finally {
    await write({ table, delete: LOCK, version }).catch((error: unknown) => {
      // Expired and taken over: the lock is somebody else's now.
      if (!(error instanceof WriteConflict)) throw error;
    });
  }
}

async function lock(now: number): Promise<number> {
  const found = await read(table, LOCK);
  const held = found && lockRow.parse(found);
  const running = () =>
    new TooManyRequests(
      'Encryption key rotation is in progress already. Please wait until it is completed and try again.',
    );
  if (held !== undefined && held.expires_at > now) throw running();
  const next = { ...LOCK, expires_at: now + LOCK_MS, version: (held?.version ?? 0) + 1 };
  try {
    await write(held === undefined ? { table, create: next } : { table, replace: next });
  } catch (error) {
    if (error instanceof WriteConflict) throw running();
    throw error;
  }
  return next.version;
}

async function rotate(former: ReadonlySet<string>, { type, deadline, now }: RotationOptions): Promise<RotationResult> {
  const result = { total: 0, successful: 0, failed: 0 };
  const types = typesWhere(({ encrypted }) => encrypted !== undefined).filter(
    (name) => type === undefined || name === type,
  );
  const work = async ({ at }: EncryptedRow) => {
    const done = Date.now() < deadline && (await reencryptObject(at, now));
    result[done ? 'successful' : 'failed'] += 1;
  };
  for (const name of types) {
    let batch: Promise<void>[] = [];
    for await (const row of rows({ table, pk: `encrypted#${name}` })) {
      result.total += 1;
      const encrypted = encryptedRow.parse(row);
      if (!former.has(encrypted.key)) continue;
      if (batch.push(work(encrypted)) < IN_FLIGHT) continue;
      await Promise.all(batch);
      batch = [];
    }
    await Promise.all(batch);
  }
  return result;
}

/** Writes an object again so that its secrets have the primary key; false when it cannot be, or somebody was faster. */
async function reencryptObject(address: Key, now: Date): Promise<boolean> {
  try {
    const row = await read(table, address);
    if (row === undefined) return false;
    const stored = parseObject(row);
    const { object, locked } = await unlockObject(stored);
    requireUnlocked(object, locked);
    const next = { ...object, updated_at: now.toISOString(), version: stored.version + 1 };
    const { row: replacement, others } = await rowsOf(next, stored.document);
    await write({ table, replace: replacement }, ...others);
    return true;
  } catch {
    // One object that resists must not stop the others; it is counted as failed.
    return false;
  }
}
