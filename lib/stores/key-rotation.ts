import * as z from 'zod';
import { BadRequest, TooManyRequests, WriteConflict } from '../errors/errors.ts';
import { encryptedKinds, reencryptField } from './encrypted-fields.ts';
import { encryptionKeys } from './encryption-keys.ts';
import { type Key, key } from './keys.ts';
import { type Row, read, rows } from './read.ts';
import { parseObject, requireUnlocked, rowsOf, table, unlockObject } from './saved-object-rows.ts';
import { typesWhere } from './saved-object-types.ts';
import { firstInnerVersion } from './versions.ts';
import { write } from './write.ts';

/**
 * Key rotation: everything with secrets under a former key is written again under the primary one: saved objects, and
 * the rows that `encrypted-fields.ts` knows. The rows `encrypted:<type>` say which key each has, so nothing else is read.
 *
 *   lock  pk key-rotation   sk lock   expires_at: epoch milliseconds; a crashed rotation blocks no longer than that
 */
const LOCK = key('key-rotation', 'lock');
/** Longer than any function lives. */
const LOCK_MS = 60_000;
/** Objects written at once. */
const IN_FLIGHT = 8;

const lockRow = z.object({ expires_at: z.number(), version: z.number() });
const markedKey = z.object({ key: z.string() });
const markedObject = z.object({ at: z.object({ pk: z.string(), sk: z.string() }) });

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
  const next = {
    ...LOCK,
    expires_at: now + LOCK_MS,
    version: held === undefined ? firstInnerVersion() : held.version + 1,
  };
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
  const types: [string, Rewrite][] = [
    ...typesWhere(({ encrypted }) => encrypted !== undefined).map((name): [string, Rewrite] => [
      name,
      async (marked) => reencryptObject(markedObject.parse(marked).at, now),
    ]),
    ...encryptedKinds.map((kind): [string, Rewrite] => [kind, (marked) => reencryptField(kind, marked)]),
  ];
  for (const [name, rewrite] of types.filter(([each]) => type === undefined || each === type)) {
    const work = async (marked: Row) => {
      const isDone = Date.now() < deadline && (await succeeds(rewrite(marked)));
      result[isDone ? 'successful' : 'failed'] += 1;
    };
    let batch: Promise<void>[] = [];
    for await (const row of rows({ table, pk: `encrypted:${name}` })) {
      result.total += 1;
      if (!former.has(markedKey.parse(row).key)) continue;
      if (batch.push(work(row)) < IN_FLIGHT) continue;
      await Promise.all(batch);
      batch = [];
    }
    await Promise.all(batch);
  }
  return result;
}

/** Writes again what a marked row leads to. */
type Rewrite = (marked: Row) => Promise<void>;

/** One that resists, or that somebody else wrote meanwhile, must not stop the others; it is counted as failed. */
function succeeds(rewriting: Promise<void>): Promise<boolean> {
  return rewriting.then(
    () => true,
    () => false,
  );
}

/** Writes an object again so that its secrets have the primary key; throws when it cannot be, or somebody was faster. */
async function reencryptObject(address: Key, now: Date): Promise<void> {
  const row = await read(table, address);
  if (row === undefined) throw new Error('the object is gone');
  const stored = parseObject(row);
  const { object, locked } = await unlockObject(stored);
  requireUnlocked(object, locked);
  const next = { ...object, updated_at: now.toISOString(), version: stored.version + 1 };
  const { row: replacement, others } = await rowsOf(next, stored.document);
  await write({ table, replace: replacement }, ...others);
}
