import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { basic } from './callers.ts';

const START = join(import.meta.dirname, '../../lib/local/start.ts');

export type RunningKibana = {
  url: string;
  /** A request as a user; JSON unless `body` is something else. The answer as `fetch` gives it. */
  request: (line: string, options?: { as?: string; password?: string; body?: unknown }) => Promise<Response>;
  stop: () => Promise<void>;
};

/**
 * The local API as `npm start` runs it, in a process of its own and on a free port. Its data are this test file's tables,
 * so that the test can look into them.
 */
export async function startKibana(): Promise<RunningKibana> {
  const child = spawn(process.execPath, [START, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await readyUrl(child);
  return {
    url,
    request(line, { as = 'elastic', password = 'changeme', body } = {}) {
      const [method = '', path = ''] = line.split(/ (.*)/s);
      const isJson = body !== undefined && !(body instanceof FormData);
      return fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: basic(as, password),
          'kbn-xsrf': 'true',
          ...(isJson && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
      });
    },
    async stop() {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}

async function readyUrl(child: ChildProcess): Promise<string> {
  const ended = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`ended with ${code} before it was ready`)),
  );
  const [line] = await Promise.race([once(createInterface({ input: child.stdout! }), 'line'), ended]);
  return /http:\/\/localhost:\d+/.exec(line)?.[0] ?? '';
}
