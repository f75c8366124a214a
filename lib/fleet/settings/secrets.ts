import * as z from 'zod';
import { cipherText } from '../../stores/encrypted-attributes.ts';
import { encryptField, markField, type Place, unmarkField } from '../../stores/encrypted-fields.ts';
import { fitsKey, key } from '../../stores/keys.ts';
import { readMany } from '../../stores/read.ts';
import type { Write } from '../../stores/write.ts';
import { table } from './defaults.ts';

/**
 * Values that are taken and never given back. They belong to no space.
 *
 *   secret  pk fleet-secrets   sk <id>   value: encrypted   owner: id of the record that brought it
 */
const PARTITION = 'fleet-secrets';

export const storedSecret = z.object({ sk: z.string(), value: cipherText, owner: z.string() });

export function secretKey(id: string) {
  return key(PARTITION, id);
}

/** The writes that store a secret for its owner. */
export async function storeSecret(id: string, value: string, owner: string): Promise<Write[]> {
  const place: Place = { kind: PARTITION, at: secretKey(id), bound: owner };
  const cipher = await encryptField(value, place);
  return [{ table, create: { ...place.at, value: cipher, owner, version: 1 } }, markField(place, cipher)];
}

/** The writes that delete those of the secrets that the owner itself has brought: references may lead to others'. */
export async function deleteSecretsOf(owner: string, ids: readonly string[]): Promise<Write[]> {
  const keys = [...new Set(ids)].filter(fitsKey).map(secretKey);
  const found = await readMany(table, keys);
  return keys.flatMap((address, index) => {
    const row = found[index];
    if (row === undefined || storedSecret.parse(row).owner !== owner) return [];
    return [{ table, delete: address }, unmarkField(PARTITION, address)];
  });
}
