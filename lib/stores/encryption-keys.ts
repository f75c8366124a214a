import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { config } from '../config.ts';

/** A key for AES-256, and how rows name it. */
export type EncryptionKey = { bytes: Buffer; fingerprint: string };

export type EncryptionKeys = {
  /** Encrypts, and decrypts. */
  primary: EncryptionKey;
  /** Former primary keys: they only decrypt. */
  decryptionOnly: EncryptionKey[];
};

/** The keys as they are written down: texts of at least 32 characters. */
const written = z.object({
  primaryKey: z.string().min(32),
  decryptionOnlyKeys: z.array(z.string().min(32)).default([]),
});

let keys: Promise<EncryptionKeys> | undefined;
let loadedAt = Number.NEGATIVE_INFINITY;

/** A warm function takes a new primary key after so many milliseconds: nobody writes under the old one for longer. */
const MAX_AGE_MS = 60_000;
/** It asks again at most so often when it meets a key that it does not know. */
const REFRESH_MS = 5_000;

/**
 * The keys for encrypted attributes. On AWS the environment holds only the name of an SSM SecureString, read at first
 * use and again from time to time; locally the environment holds the keys themselves. Without either they live as long as
 * the process.
 *
 * @param options.fresh reads the SecureString again: it may have changed since this process began
 */
export function encryptionKeys({ fresh = false }: { fresh?: boolean } = {}): Promise<EncryptionKeys> {
  if (keys !== undefined && !isOlderThan(fresh ? REFRESH_MS : MAX_AGE_MS)) return keys;
  loadedAt = Date.now();
  const known = keys;
  const loading = load().catch((error: unknown) => {
    // A failure is not kept: the keys from before stay, or the next caller tries again.
    if (keys === loading) keys = known;
    if (known === undefined) throw error;
    return known;
  });
  keys = loading;
  return loading;
}

function isOlderThan(ms: number): boolean {
  return config().encryptionKeysParameter !== undefined && Date.now() - loadedAt >= ms;
}

/** Takes other keys from now on, in the form that the SecureString has. */
export function useEncryptionKeys(text: string): void {
  keys = Promise.resolve(parse(text));
}

async function load(): Promise<EncryptionKeys> {
  const { encryptionKeys: text, encryptionKeysParameter: name } = config();
  if (text !== undefined) return parse(text);
  if (name === undefined) return parse(JSON.stringify({ primaryKey: randomBytes(32).toString('base64') }));
  // Only functions that meet a secret pay for loading this client.
  const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const { Parameter } = await new SSMClient().send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  return parse(Parameter?.Value ?? '');
}

function parse(text: string): EncryptionKeys {
  const { primaryKey, decryptionOnlyKeys } = readWritten(text);
  return { primary: keyOf(primaryKey), decryptionOnly: decryptionOnlyKeys.map(keyOf) };
}

/** The error quotes nothing and has no cause: what cannot be read may still be a key. */
function readWritten(text: string): z.infer<typeof written> {
  try {
    return written.parse(JSON.parse(text));
  } catch {
    throw new Error(
      'The encryption keys must be JSON with a `primaryKey` of at least 32 characters and optional `decryptionOnlyKeys`.',
    );
  }
}

function keyOf(text: string): EncryptionKey {
  const bytes = createHash('sha256').update(`encrypted attributes ${text}`).digest();
  return { bytes, fingerprint: createHash('sha256').update(bytes).digest('hex').slice(0, 16) };
}
