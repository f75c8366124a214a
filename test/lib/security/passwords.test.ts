import bcrypt from 'bcryptjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hashKind, hashPassword, verifyPassword } from '../../../lib/security/passwords.ts';

/** The checks of bcrypt that were made since the last call, by their costs. */
const compare = vi.spyOn(bcrypt, 'compare');
function checks(): number[] {
  const costs = compare.mock.calls.map(([, hash]) => bcrypt.getRounds(hash));
  compare.mockClear();
  return costs;
}

describe('hashPassword', () => {
  it('makes what Elasticsearch stores: bcrypt of cost 10, in the spelling of Java', async () => {
    const hash = await hashPassword('changeme');
    expect(hash).toMatch(/^\$2a\$10\$[./A-Za-z0-9]{53}$/);
    expect(hashKind(hash)).toBe('BCRYPT');
  });

  it('salts', async () => {
    expect(await hashPassword('changeme')).not.toBe(await hashPassword('changeme'));
  });
});

describe('verifyPassword', () => {
  it.each(['changeme', 'pässwörd☃', ' ', 'x'.repeat(72)])('knows %j from other passwords', async (password) => {
    const hash = await hashPassword(password);
    expect(await verifyPassword(password, hash)).toBe(true);
    expect(await verifyPassword(`y${password}`, hash)).toBe(false);
    expect(await verifyPassword('', hash)).toBe(false);
  });

  // Test vectors that implementations of bcrypt share.
  it.each([
    ['', '$2a$10$k1wbIrmNyFAPwPVPSVa/zecw2BCEnBwVS2GbrmgzxFUOqW9dk4TCW'],
    ['a', '$2a$10$k87L/MF28Q673VKh8/cPi.SUl7MU/rWuSiIDDFayrKk/1tBsSQu4u'],
    ['abcdefghijklmnopqrstuvwxyz', '$2a$10$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq'],
  ])('agrees with other programs about %j', async (password, hash) => {
    expect(await verifyPassword(password, hash)).toBe(true);
    expect(await verifyPassword(`${password}!`, hash)).toBe(false);
  });

  it('gives the same answer again, without the work', async () => {
    const hash = await hashPassword('changeme');
    checks();
    expect(await verifyPassword('changeme', hash)).toBe(true);
    expect(checks()).toEqual([10]);
    expect(await verifyPassword('changeme', hash)).toBe(true);
    expect(checks()).toEqual([]);
  });

  it('works again for a new hash of the same password, and for another password of the same hash', async () => {
    const [one, other] = [await hashPassword('changeme'), await hashPassword('changeme')];
    await verifyPassword('changeme', one);
    checks();
    await verifyPassword('changeme', other);
    await verifyPassword('changeme2', one);
    expect(checks()).toEqual([10, 10]);
  });

  // Otherwise who tries one password on two names learns from the second which of them exists.
  it.each([
    ['a user who does not exist', undefined],
    ['a user who has another password', '$2a$10$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq'],
  ])('works for every wrong guess about %s', async (_name, hash) => {
    for (const attempt of [1, 2, 3]) {
      checks();
      expect(await verifyPassword('a wrong guess', hash), `attempt ${attempt}`).toBe(false);
      expect(checks(), `attempt ${attempt}`).toEqual([10]);
    }
  });

  it('remembers a thousand answers and not more', async () => {
    const hashes = Array.from({ length: 1_001 }, (_, number) => `$2a$10$${String(number).padStart(53, '.')}`);
    // What the checks say is not the question here, and 1,001 real ones take too long.
    compare.mockResolvedValue(true as never);
    onTestFinished(() => void compare.mockReset());
    for (const hash of hashes) await verifyPassword('changeme', hash);
    expect(checks()).toHaveLength(1_001);
    for (const hash of hashes.slice(1)) await verifyPassword('changeme', hash);
    expect(checks()).toEqual([]);
    await verifyPassword('changeme', hashes[0]);
    expect(checks()).toEqual([10]);
  });
});

describe('hashKind', () => {
  const digest = 'fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq';

  it.each([
    [`$2a$10$${digest}`, 'BCRYPT'],
    [`$2a$04$${digest}`, 'BCRYPT4'],
    [`$2a$09$${digest}`, 'BCRYPT9'],
    [`$2a$14$${digest}`, 'BCRYPT14'],
    [`$2b$10$${digest}`, 'NOOP'],
    [`$2y$10$${digest}`, 'NOOP'],
    [`$2a$10$${digest}x`, 'NOOP'],
    [`$2a$10$${digest.slice(1)}`, 'NOOP'],
    [` $2a$10$${digest}`, 'NOOP'],
    [`$2a$10$${digest.slice(1)}!`, 'NOOP'],
    ['{SHA}fEqNCco3Yq9h5ZUglD3CZJT4lBs=', 'SHA1'],
    ['{MD5}4QrcOUm6Wau+VuBX8g+IPg==', 'MD5'],
    ['{SSHA256}x', 'SSHA256'],
    ['{PBKDF2}10000$x$y', 'PBKDF2'],
    ['{PBKDF2_STRETCH}10000$x$y', 'PBKDF2_STRETCH'],
    ['changeme', 'NOOP'],
    ['', 'NOOP'],
  ])('calls %s %s', (hash, kind) => {
    expect(hashKind(hash)).toBe(kind);
  });
});
