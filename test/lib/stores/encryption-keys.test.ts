import { describe, expect, it } from 'vitest';
import { encryptionKeys, useEncryptionKeys } from '../../../lib/stores/encryption-keys.ts';

const text = (primaryKey: string, decryptionOnlyKeys?: string[]) => JSON.stringify({ primaryKey, decryptionOnlyKeys });

it('are random where none are configured, and stay for the life of the process', async () => {
  const first = await encryptionKeys();
  expect(first.primary.bytes).toHaveLength(32);
  expect(first.decryptionOnly).toEqual([]);
  expect(await encryptionKeys()).toBe(first);
  expect(await encryptionKeys({ fresh: true }), 'there is nothing to read again').toBe(first);
});

it('are named by a fingerprint that tells nothing of them', async () => {
  useEncryptionKeys(text('a'.repeat(32), ['b'.repeat(40)]));
  const { primary, decryptionOnly } = await encryptionKeys();
  expect(primary.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(primary.fingerprint).not.toBe(decryptionOnly[0]?.fingerprint);
  expect(primary.bytes.toString('hex')).not.toContain(primary.fingerprint);
  useEncryptionKeys(text('a'.repeat(32)));
  expect((await encryptionKeys()).primary).toEqual(primary);
});

describe('refuses, without quoting it,', () => {
  it.each([
    ['what is no JSON', 'secretsecretsecretsecretsecretsecret'],
    ['a short primary key', text('secret')],
    ['a short former key', text('a'.repeat(32), ['secret'])],
    ['no primary key', '{"decryptionOnlyKeys":["secret"]}'],
    ['nothing', ''],
  ])('%s', (_name, written) => {
    let refusal: unknown;
    try {
      useEncryptionKeys(written);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(Error);
    expect(String(refusal)).toContain('primaryKey');
    expect(`${String(refusal)} ${JSON.stringify(refusal)} ${String((refusal as Error).cause)}`).not.toContain('secret');
  });
});
