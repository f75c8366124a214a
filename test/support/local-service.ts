import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const START = join(import.meta.dirname, '../../lib/local/start.ts');

export type LocalService = { url: string; child: ChildProcess; stop: () => Promise<void> };

/** `npm start` on a free port, as a newcomer runs it: without what the test run itself configures. */
export async function startLocalService(...flags: string[]): Promise<LocalService> {
  const { DYNAMODB_ENDPOINT, TABLE_PREFIX, LOG_LEVEL, XSRF, ...env } = process.env;
  const child = spawn(process.execPath, [START, '--port', '0', ...flags], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(([code]) => Promise.reject(new Error(`ended with ${code} before it was ready`))),
  ]);
  const stop = async () => {
    child.kill();
    await ended;
  };
  return { url: /http:\/\/localhost:\d+/.exec(String(line))?.[0] ?? '', child, stop };
}
