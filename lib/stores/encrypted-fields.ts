import * as z from 'zod';
import { type Binding, type CipherText, cipherText, decrypt, encrypt } from './encrypted-attributes.ts';
import { type Key, key } from './keys.ts';
import { type Row, read } from './read.ts';
import type { Table } from './tables.ts';
import { type Write, write } from './write.ts';

/**
 * Rows with one encrypted field that are no saved objects, though they lie in their table. A mark beside each of them says
 * which key the field has, so that key rotation finds it. Whoever writes such a row writes its mark in the same
 * transaction.
 *
 *   mark  pk encrypted:<kind>   sk <pk>#<sk> of the row   at: its key   key: fingerprint, '' without secret
 */
const fields = { 'ingest-outputs': 'sensitive', 'fleet-secrets': 'value' } as const;
const table: Table = 'SavedObjects';

export type EncryptedKind = keyof typeof fields;
export const encryptedKinds = Object.keys(fields).filter((kind): kind is EncryptedKind => kind in fields);

/** Where an encrypted field lies, and what else it is bound to. */
export type Place = { kind: EncryptedKind; at: Key; bound: string | null };

const mark = z.object({
  at: z.object({ pk: z.string(), sk: z.string() }),
  bound: z.string().nullable(),
});

function bindingOf({ kind, at, bound }: Place): Binding {
  return ['*', kind, at.sk, fields[kind], bound];
}

export function encryptField(value: unknown, place: Place): Promise<CipherText> {
  return encrypt(value, bindingOf(place));
}

/** Throws when the key is unknown, or the value does not belong here. */
export function decryptField(cipher: CipherText, place: Place): Promise<unknown> {
  return decrypt(cipher, bindingOf(place));
}

function markKey({ kind, at }: Pick<Place, 'kind' | 'at'>): Key {
  return key(`encrypted:${kind}`, `${at.pk}#${at.sk}`);
}

/** The write that tells key rotation of a field, which may be empty. */
export function markField({ kind, at, bound }: Place, cipher: CipherText | undefined): Write {
  return { table, put: { ...markKey({ kind, at }), at, bound, key: cipher?.key ?? '' } };
}

/** The write that belongs to the deletion of the row. */
export function unmarkField(kind: EncryptedKind, at: Key): Write {
  return { table, delete: markKey({ kind, at }) };
}

const versioned = z.looseObject({ version: z.number() });

/**
 * Writes the marked row again so that its field has the primary key.
 *
 * @throws WriteConflict when somebody was faster; an error when the field cannot be decrypted
 */
export async function reencryptField(kind: EncryptedKind, marked: Row): Promise<void> {
  const field = fields[kind];
  const place: Place = { kind, ...mark.parse(marked) };
  const row = await read(table, place.at);
  if (row === undefined) throw new Error('the row is gone');
  const value = await decryptField(cipherText.parse(row[field]), place);
  const cipher = await encryptField(value, place);
  const { version } = versioned.parse(row);
  await write(
    { table, replace: { ...row, ...place.at, [field]: cipher, version: version + 1 } },
    markField(place, cipher),
  );
}
