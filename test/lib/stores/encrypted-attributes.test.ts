import { beforeEach, describe, expect, it } from 'vitest';
import { type Binding, decrypt, encrypt } from '../../../lib/stores/encrypted-attributes.ts';
import { useEncryptionKeys } from '../../../lib/stores/encryption-keys.ts';

const keys = (primary: string, ...former: string[]) =>
  useEncryptionKeys(
    JSON.stringify({ primaryKey: primary.repeat(32), decryptionOnlyKeys: former.map((key) => key.repeat(32)) }),
  );
const binding: Binding = ['default', 'action', 'id', 'secrets', ['.slack', { url: '/' }]];

beforeEach(() => keys('a'));

it.each([['text'], [''], [null], [1.5], [{ deep: [{ er: 'x' }] }], ['ü\ud800 half'], ['x'.repeat(300_000)]])(
  'gives back any JSON value',
  async (value) => {
    expect(await decrypt(await encrypt(value, binding), binding)).toEqual(value);
  },
);

it('writes the same value differently each time, and never in clear', async () => {
  const [one, other] = [await encrypt('hush-hush', binding), await encrypt('hush-hush', binding)];
  expect(Buffer.from(one.iv)).not.toEqual(Buffer.from(other.iv));
  expect(Buffer.from(one.bytes)).not.toEqual(Buffer.from(other.bytes));
  expect(Buffer.from(one.bytes).toString('latin1')).not.toContain('hush');
});

describe('a value that was moved or changed is not opened', () => {
  it.each<[string, Binding]>([
    ['to another space', ['red', 'action', 'id', 'secrets', ['.slack', { url: '/' }]]],
    ['to another type', ['default', 'alert', 'id', 'secrets', ['.slack', { url: '/' }]]],
    ['to another object', ['default', 'action', 'other', 'secrets', ['.slack', { url: '/' }]]],
    ['to another attribute', ['default', 'action', 'id', 'apiKey', ['.slack', { url: '/' }]]],
    ['under another address', ['default', 'action', 'id', 'secrets', ['.slack', { url: '/evil' }]]],
    ['over the border of two parts', ['default', 'action","id', '', 'secrets', ['.slack', { url: '/' }]]],
  ])('%s', async (_name, other) => {
    const cipher = await encrypt('hush', binding);
    await expect(decrypt(cipher, other)).rejects.toThrow();
  });

  it.each(['bytes', 'iv', 'tag'] as const)('in its %s', async (part) => {
    const cipher = await encrypt('hush', binding);
    const changed = Buffer.from(cipher[part]);
    changed[0] = (changed[0] ?? 0) ^ 1;
    await expect(decrypt({ ...cipher, [part]: changed }, binding)).rejects.toThrow();
  });

  it('with a shortened tag', async () => {
    const cipher = await encrypt('hush', binding);
    await expect(decrypt({ ...cipher, tag: Buffer.from(cipher.tag).subarray(0, 4) }, binding)).rejects.toThrow();
  });
});

describe('keys', () => {
  it('that are former ones still open', async () => {
    const cipher = await encrypt('hush', binding);
    keys('b', 'c', 'a');
    expect(await decrypt(cipher, binding)).toBe('hush');
    expect((await encrypt('hush', binding)).key).not.toBe(cipher.key);
  });

  it('that are unknown do not', async () => {
    const cipher = await encrypt('hush', binding);
    keys('b');
    await expect(decrypt(cipher, binding)).rejects.toThrow('a secret is encrypted with a key that is not configured');
  });
});
