import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { type EncryptionKey, type EncryptionKeys, encryptionKeys } from './encryption-keys.ts';

/** A value that only who has the key can read, and nobody can move to another place unnoticed. */
export const cipherText = z.object({
  /** Fingerprint of the key. */
  key: z.string(),
  iv: z.instanceof(Uint8Array),
  tag: z.instanceof(Uint8Array),
  bytes: z.instanceof(Uint8Array),
});
export type CipherText = z.infer<typeof cipherText>;

/**
 * What a secret is bound to: space (`*` for objects of several), type, id, attribute, and the attributes that decide where
 * it goes. Written as a JSON list, so that no part can pass for another.
 */
export type Binding = readonly [space: string, type: string, id: string, attribute: string, bound: unknown];

/** A shorter tag would be taken, too, if it were not excluded, and could be guessed. */
const TAG_BYTES = 16;

/** Encrypts a JSON value under the primary key. */
export async function encrypt(value: unknown, binding: Binding): Promise<CipherText> {
  const { primary } = await encryptionKeys();
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', primary.bytes, iv);
  cipher.setAAD(Buffer.from(JSON.stringify(binding)));
  const bytes = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return { key: primary.fingerprint, iv, tag: cipher.getAuthTag(), bytes };
}

/** Decrypts a value; throws when the key is unknown, or the value does not belong here. */
export async function decrypt(cipher: CipherText, binding: Binding): Promise<unknown> {
  // A key that is not known may be newer than this process.
  const key = keyFor(cipher, await encryptionKeys()) ?? keyFor(cipher, await encryptionKeys({ fresh: true }));
  if (key === undefined) throw new Error('a secret is encrypted with a key that is not configured');
  return open(cipher, key, binding);
}

function keyFor(cipher: CipherText, { primary, decryptionOnly }: EncryptionKeys): EncryptionKey | undefined {
  return [primary, ...decryptionOnly].find(({ fingerprint }) => fingerprint === cipher.key);
}

function open({ iv, tag, bytes }: CipherText, key: EncryptionKey, binding: Binding): unknown {
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(JSON.stringify(binding)));
  decipher.setAuthTag(tag);
  return JSON.parse(Buffer.concat([decipher.update(bytes), decipher.final()]).toString());
}
