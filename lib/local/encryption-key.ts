import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The keys for encrypted attributes of a local run, in the form of `ENCRYPTION_KEYS`. With a data folder they lie beside
 * the data (`encryption-key`, readable by its owner only) and can be rotated there; in memory they are random.
 */
export function localEncryptionKeys(dataDir: string | undefined): string {
  if (dataDir === undefined) return newKeys();
  const file = join(dataDir, 'encryption-key');
  try {
    writeFileSync(file, newKeys(), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!exists) throw error;
  }
  return readFileSync(file, 'utf8');
}

function newKeys(): string {
  return `${JSON.stringify({ primaryKey: randomBytes(32).toString('base64'), decryptionOnlyKeys: [] })}\n`;
}
