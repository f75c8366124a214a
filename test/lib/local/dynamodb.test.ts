import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CannotStart, isLoopback, mayCreateIn, startDynamoDb } from '../../../lib/local/dynamodb.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamodb-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Status of the emulator's answer; undefined when nobody listens. */
async function answer(endpoint: string): Promise<number | undefined> {
  return fetch(endpoint).then(
    (response) => response.status,
    () => undefined,
  );
}

/** An environment in which nothing is configured. */
const bare = { PATH: '' };

describe('which stores are of this machine', () => {
  it.each([
    ['http://localhost:8000', true],
    ['http://127.0.0.1:8000', true],
    ['http://127.94.3.7:8000', true],
    ['http://[::1]:8000', true],
    ['https://dynamodb.eu-central-1.amazonaws.com', false],
    ['http://localhost.example.com:8000', false],
    ['http://127.0.0.1.example.com', false],
    ['http://10.0.0.5:8000', false],
    ['http://dynamodb:8000', false],
  ])('%s: %s', (endpoint, expected) => {
    expect(isLoopback(endpoint)).toBe(expected);
    expect(mayCreateIn({ endpoint, ours: false })).toBe(expected);
  });

  it('is every store that we started', () => {
    expect(mayCreateIn({ endpoint: 'http://somewhere:8000', ours: true })).toBe(true);
  });
});

describe('startDynamoDb', () => {
  it('starts the installed emulator on a loopback address and ends it', async () => {
    const store = await startDynamoDb({ environment: bare });
    expect(store.ours).toBe(true);
    expect(isLoopback(store.endpoint)).toBe(true);
    expect(await answer(store.endpoint)).toBeDefined();
    await store.stop();
    expect(await answer(store.endpoint)).toBeUndefined();
  });

  it('uses the store of DYNAMODB_ENDPOINT and leaves it running', async () => {
    const other = await startDynamoDb({ environment: bare });
    const store = await startDynamoDb({ environment: { ...bare, DYNAMODB_ENDPOINT: other.endpoint } });
    expect(store).toMatchObject({ endpoint: other.endpoint, ours: false });
    await store.stop();
    expect(await answer(other.endpoint)).toBeDefined();
    await other.stop();
  });

  it('refuses a data folder for a store that is not its own', async () => {
    const environment = { DYNAMODB_ENDPOINT: 'http://localhost:1' };
    await expect(startDynamoDb({ environment, dataDir: folder })).rejects.toThrow(CannotStart);
  });

  it('prefers the emulator of the path, and says why it ended', async () => {
    const program = join(folder, 'dynoxide');
    await writeFile(program, '#!/bin/sh\necho "no space left" >&2\nexit 1\n');
    await chmod(program, 0o755);
    const starting = startDynamoDb({ environment: { PATH: `/nonexistent:${folder}` } });
    await expect(starting).rejects.toThrow(`The local DynamoDB (${program}) ended: no space left`);
  });

  it('names the Docker command where there is no emulator', async () => {
    const starting = startDynamoDb({ environment: bare, platform: 'plan9-mips' });
    await expect(starting).rejects.toThrow(/^No local DynamoDB.*`docker run .*amazon\/dynamodb-local`.*$/);
  });

  it('refuses a data folder that is a file', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const starting = startDynamoDb({ environment: bare, dataDir: file });
    await expect(starting).rejects.toThrow(`The data folder ${file} cannot be used: `);
  });

  it.each(['SIGTERM', 'SIGINT', 'exit'] as const)('leaves no emulator behind after %s', async (ending) => {
    const script = `
      const { startDynamoDb } = await import(${JSON.stringify(join(import.meta.dirname, '../../../lib/local/dynamodb.ts'))});
      const { endpoint } = await startDynamoDb({ environment: { PATH: '' } });
      process.stdout.write(endpoint);
      process.stdin.once('data', () => process.exit(7));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [endpoint] = (await once(parent.stdout, 'data')).map(String) as [string];
    expect(await answer(endpoint)).toBeDefined();

    if (ending === 'exit') parent.stdin.write('now');
    else parent.kill(ending);
    const [code, signal] = await once(parent, 'exit');
    expect(ending === 'exit' ? code : signal).toBe(ending === 'exit' ? 7 : ending);
    await vi.waitFor(async () => expect(await answer(endpoint)).toBeUndefined(), { timeout: 60_000 });
  });
});
