import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalService } from '../../support/local-service.ts';

const SCRIPT = join(import.meta.dirname, '../../../lib/local/reset-password.ts');
const { DYNAMODB_ENDPOINT, TABLE_PREFIX, ...env } = process.env;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reset-password-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the script; what it printed, and its exit code. */
async function reset(...args: string[]) {
  return promisify(execFile)(process.execPath, [SCRIPT, ...args], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

async function statusFor(url: string, user: string, password: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return (await fetch(`${url}/_security/_authenticate`, { headers: { authorization } })).status;
}

it('gives a user of a data folder a new password, and the old one no longer counts', async () => {
  const before = await startLocalService('--data', folder);
  expect(await statusFor(before.url, 'elastic', 'changeme')).toBe(200);
  await before.stop();

  const { code, stdout } = await reset('elastic', '--data', folder);
  expect(code).toBe(0);
  const password = /^New password of elastic: (\S{20})\n$/.exec(stdout)?.[1] ?? '';

  const after = await startLocalService('--data', folder);
  try {
    expect(await statusFor(after.url, 'elastic', password)).toBe(200);
    expect(await statusFor(after.url, 'elastic', 'changeme')).toBe(401);
  } finally {
    await after.stop();
  }
});

it('says in one line who is not there, or how it is called', async () => {
  expect(await reset('nobody', '--data', folder)).toEqual({
    code: 1,
    stdout: '',
    stderr: 'user [nobody] does not exist\n',
  });
  expect(await reset('elastic')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'usage: npm run reset-password -- <user> (--stage NAME | --data DIR), or DYNAMODB_ENDPOINT set\n',
  });
});
