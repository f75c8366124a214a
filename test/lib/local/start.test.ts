import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const START = join(ROOT, 'lib/local/start.ts');

/** A newcomer's environment: without what the test run itself configures. */
const { DYNAMODB_ENDPOINT, TABLE_PREFIX, LOG_LEVEL, XSRF, ...env } = process.env;

type Running = { child: ChildProcess; readyLine: string; secondsComputed: number; url: string };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Starts the API on a free port and waits for its ready line. */
async function start(...flags: string[]): Promise<Running> {
  const child = spawn(process.execPath, [START, '--port', '0', ...flags], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [readyLine] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`ended with ${code} before it was ready`))),
  ]);
  const url = /http:\/\/localhost:\d+/.exec(readyLine)?.[0] ?? '';
  return { child, readyLine, secondsComputed: secondsComputed(child.pid ?? 0), url };
}

/** Runs to the end; what it said on the way. */
async function run(...flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return runWith({}, ...flags);
}

async function runWith(settings: Record<string, string>, ...flags: string[]) {
  return promisify(execFile)(process.execPath, [START, ...flags], { env: { ...env, ...settings } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

/** Process ids of the living (not defunct) processes that a process started, and those these started. */
function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const [state, parent] = statOf(Number(name));
      return state !== undefined && state !== 'Z' && parent === pid ? [Number(name)] : [];
    });
  return [...children, ...children.flatMap(descendants)];
}

function isAlive(pid: number): boolean {
  const [state] = statOf(pid);
  return state !== undefined && state !== 'Z';
}

function statOf(pid: number): [state: string | undefined, parent: number] {
  const [state, parent] = fieldsOf(pid);
  return [state, Number(parent)];
}

/** Seconds of the processor's time that a process has taken until now; the kernel counts hundredths. */
function secondsComputed(pid: number): number {
  const fields = fieldsOf(pid);
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** What the kernel tells of a process, from its state on; nothing when it is gone. */
function fieldsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return [];
  }
}

async function get(url: string, headers: Record<string, string>) {
  const outgoing = request(url, { headers }).end();
  const [response] = await once(outgoing, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe('npm start', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start('--data', join(folder, 'data'));
  });
  afterAll(async () => {
    running.child.kill();
    await once(running.child, 'exit');
  });

  it('says in one line where the API is, who may log in and where the data is', () => {
    expect(running.readyLine).toMatch(/^Kibana API ready at http:\/\/localhost:\d+ — .+ — data in .+\/data$/);
    expect(running.readyLine).toContain('user elastic, password changeme');
  });

  it('is ready soon', () => {
    // Three to four seconds on a quiet machine with two cores. A busy one takes its time, but has no more to compute.
    expect(running.secondsComputed).toBeGreaterThan(0);
    expect(running.secondsComputed).toBeLessThan(20);
  });

  it('answers the status', async () => {
    expect((await fetch(`${running.url}/api/status`)).status).toBe(200);
  });

  it('refuses a foreign Host', async () => {
    expect((await get(`${running.url}/api/status`, { host: 'evil.example' })).status).toBe(403);
  });

  it('lets no other origin read an answer', async () => {
    const { headers } = await get(`${running.url}/api/status`, { origin: 'http://evil.example' });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    const preflight = await fetch(`${running.url}/api/status`, {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    });
    expect({ status: preflight.status, name: preflight.headers.get('kbn-name') }).toEqual({
      status: 404,
      name: 'kibana',
    });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends soon at %s, leaves nothing behind, and finds its data again',
    async (signal) => {
      const { child } = running;
      const started = descendants(child.pid ?? 0);
      expect(started.length).toBeGreaterThan(0);
      // A tenth of a second on a quiet machine.
      const ended = once(child, 'exit');
      child.kill(signal);
      expect(await ended).toEqual([0, null]);
      await vi.waitFor(() => expect(started.filter(isAlive)).toEqual([]), { timeout: 60_000 });

      running = await start('--data', join(folder, 'data'));
      expect(running.readyLine).toContain('users as in the store');
    },
  );

  it('keeps the data in the folder it was given', async () => {
    expect((await stat(join(folder, 'data/dynamodb.sqlite'))).size).toBeGreaterThan(0);
  });
});

it('creates nothing in a store that is not of this machine, and says what to run', async () => {
  const asked: (string | undefined)[] = [];
  const store = createServer((incoming, response) => {
    asked.push(incoming.method);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(store, 'listening');
  // Not a loopback name, though Linux connects it to this machine.
  const endpoint = `http://0.0.0.0:${(store.address() as AddressInfo).port}`;

  const child = spawn(process.execPath, [START, '--port', '0'], { env: { ...env, DYNAMODB_ENDPOINT: endpoint } });
  const [readyLine] = await once(createInterface({ input: child.stdout }), 'line');
  expect(readyLine).toMatch(/users as in the store — data in http:\/\/0\.0\.0\.0:\d+$/);
  child.kill();
  expect(await text(child.stderr)).toMatch(
    /^http:\/\/0\.0\.0\.0:\d+ is not a store of this machine: .*npx serverless deploy.*npm run reset-password -- elastic.*\n$/,
  );
  expect(asked).toEqual(['GET']);
  store.closeAllConnections();
  store.close();
});

describe('cannot start, says why in one line and exits with 1', () => {
  it('when the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await run('--port', `${port}`)).toEqual({
      code: 1,
      stdout: '',
      stderr: `Port ${port} is in use: choose another with --port.\n`,
    });
    server.close();
  });

  it('when the data folder cannot be used', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const { code, stdout, stderr } = await run('--port', '0', '--data', file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^The data folder \S+a-file cannot be used: .*\n$/);
  });

  it('when a setting has no usable value', async () => {
    expect(await runWith({ XSRF: 'always' }, '--port', '0')).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^Bad configuration in the environment\. XSRF: .*\n$/),
    });
  });

  it.each([
    [['--prt', '1'], /^Unknown option '--prt'.*\n$/],
    [['--port', 'x'], /^--port x is not a port number\.\n$/],
    [['--port', '70000'], /^--port 70000 is not a port number\.\n$/],
    [['now'], /^Unexpected argument 'now'.*\n$/],
  ])('for %j', async (flags, message) => {
    const { code, stderr } = await run(...flags);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});
