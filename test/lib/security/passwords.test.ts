import bcrypt from 'bcryptjs';
import { describe, expect, it } from 'vitest';
import { hashKind, hashPassword, verifyPassword } from '../../../lib/security/passwords.ts';

/** Far below what a check of cost 10 takes on any machine, and far above what a look into a cache takes. */
const ONE_CHECK_MS = 20;

async function timed<Value>(work: () => Promise<Value>): Promise<{ value: Value; ms: number }> {
  const started = performance.now();
  const value = await work();
  return { value, ms: performance.now() - started };
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
    const first = await timed(() => verifyPassword('changeme', hash));
    const second = await timed(() => verifyPassword('changeme', hash));
    expect([first.value, second.value]).toEqual([true, true]);
    expect(first.ms).toBeGreaterThan(ONE_CHECK_MS);
    expect(second.ms).toBeLessThan(ONE_CHECK_MS);
  });

  it('works again for a new hash of the same password, and for another password of the same hash', async () => {
    const [one, other] = [await hashPassword('changeme'), await hashPassword('changeme')];
    await verifyPassword('changeme', one);
    expect((await timed(() => verifyPassword('changeme', other))).ms).toBeGreaterThan(ONE_CHECK_MS);
    expect((await timed(() => verifyPassword('changeme2', one))).ms).toBeGreaterThan(ONE_CHECK_MS);
  });

  // Otherwise who tries one password on two names learns from the second which of them exists.
  it.each([
    ['a user who does not exist', undefined],
    ['a user who has another password', '$2a$10$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq'],
  ])('works for every wrong guess about %s', async (_name, hash) => {
    for (const attempt of [1, 2, 3]) {
      const { value, ms } = await timed(() => verifyPassword('a wrong guess', hash));
      expect(value, `attempt ${attempt}`).toBe(false);
      expect(ms, `attempt ${attempt}`).toBeGreaterThan(ONE_CHECK_MS);
    }
  });

  it('remembers a thousand answers and not more', async () => {
    const hash = await hashPassword('changeme');
    await verifyPassword('changeme', hash);
    for (let other = 0; other < 1_000; other++) {
      const password = `password ${other}`;
      // The lowest cost there is: a thousand of them take as long as a few of ours.
      expect(await verifyPassword(password, bcrypt.hashSync(password, 4))).toBe(true);
    }
    const { value, ms } = await timed(() => verifyPassword('changeme', hash));
    expect(value).toBe(true);
    expect(ms).toBeGreaterThan(ONE_CHECK_MS);
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
