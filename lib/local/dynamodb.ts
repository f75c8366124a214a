import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type DynamoDb = {
  endpoint: string;
  /** Whether this process started the store. */
  ours: boolean;
  /** Ends the store when it is ours; resolves when it has gone. */
  stop(): Promise<void>;
};

export type DynamoDbOptions = {
  /** Folder that keeps the data over restarts; in memory without it. */
  dataDir?: string | undefined;
  environment?: Record<string, string | undefined>;
  /** As npm packages name it: `linux-x64`. */
  platform?: string;
};

/** A reason not to start that the user can do something about: shown as one line. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

const DATABASE_FILE = 'dynamodb.sqlite';
const START_TIMEOUT_MS = 120_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Finds or starts the local DynamoDB: `DYNAMODB_ENDPOINT`, else `dynoxide` of the path, else the one that npm installed.
 * Resolves when the store answers. Throws `CannotStart` when there is none or the data folder cannot be used.
 */
export async function startDynamoDb({
  dataDir,
  environment = process.env,
  platform = `${process.platform}-${process.arch}`,
}: DynamoDbOptions = {}): Promise<DynamoDb> {
  const configured = environment.DYNAMODB_ENDPOINT;
  if (configured) {
    if (dataDir)
      throw new CannotStart('--data has no effect on the store of DYNAMODB_ENDPOINT: leave one of them out.');
    await answers(configured);
    return { endpoint: configured, ours: false, stop: async () => {} };
  }
  const program = onPath(environment.PATH ?? '') ?? installed(platform);
  if (!program) {
    throw new CannotStart(
      'No local DynamoDB for this platform. Start one with `docker run -d -p 8000:8000 amazon/dynamodb-local` and set DYNAMODB_ENDPOINT=http://localhost:8000.',
    );
  }
  return spawnDynoxide(program, dataDir);
}

/**
 * Whether tables and a first user may be created there: only in a store of our own or of this machine, for the default
 * password is known to everybody.
 */
export function mayCreateIn({ endpoint, ours }: Pick<DynamoDb, 'endpoint' | 'ours'>): boolean {
  return ours || isLoopback(endpoint);
}

/** Whether an endpoint's host is this machine by its very name. */
export function isLoopback(endpoint: string): boolean {
  const { hostname } = new URL(endpoint);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

async function spawnDynoxide(program: string, dataDir: string | undefined): Promise<DynamoDb> {
  const host = loopbackAddress();
  const port = await freePort(host);
  const database = dataDir === undefined ? [] : ['--db-path', databaseFile(dataDir)];
  const child = spawn(program, ['--host', host, '--port', `${port}`, ...database], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = stopWithParent(child);

  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2_000);
  });
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', (error) => reject(new CannotStart(`${program} does not start: ${error.message}`)));
    child.once('exit', () => {
      const where = dataDir === undefined ? '' : ` with the data in ${dataDir}`;
      const reason = complaint.trim().split('\n').at(-1);
      reject(new CannotStart(`The local DynamoDB (${program}) ended${where}${reason ? `: ${reason}` : '.'}`));
    });
  });
  // After the start nobody waits for it any more.
  failed.catch(() => {});

  const endpoint = `http://${host}:${port}`;
  try {
    await Promise.race([failed, answers(endpoint)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, ours: true, stop };
}

async function answers(endpoint: string): Promise<void> {
  for (const end = Date.now() + START_TIMEOUT_MS; ; await sleep(5)) {
    try {
      await (await fetch(endpoint)).arrayBuffer();
      return;
    } catch (error) {
      if (Date.now() > end) throw new CannotStart(`The DynamoDB at ${endpoint} does not answer.`, { cause: error });
    }
  }
}

/** No child outlives this process, however it ends (short of SIGKILL). */
function stopWithParent(child: ChildProcess): () => Promise<void> {
  const kill = () => child.kill();
  const onSignal = (signal: NodeJS.Signals) => {
    kill();
    // Nobody else handles the signal: it ends this process, as it would have without the child.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.once('exit', kill);
  for (const signal of SIGNALS) process.once(signal, onSignal);
  const gone = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  }).finally(() => {
    process.off('exit', kill);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  });
  return () => {
    kill();
    return gone;
  };
}

function databaseFile(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CannotStart(`The data folder ${dataDir} cannot be used: ${messageOf(error)}`, { cause: error });
  }
  return join(dataDir, DATABASE_FILE);
}

/** What went wrong, in the words of whoever threw it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The emulator answers every web page that finds its port. On Linux all of 127.0.0.0/8 is this machine: a random address
 * of it cannot be found by trying.
 */
function loopbackAddress(): string {
  if (process.platform !== 'linux') return '127.0.0.1';
  return `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
}

async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error(`No free port on ${host}`);
  return address.port;
}

function onPath(path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'dynoxide'))
    .find(isExecutable);
}

function installed(platform: string): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`@dynoxide/${platform}/package.json`);
    const program = join(dirname(manifest), 'dynoxide');
    return isExecutable(program) ? program : undefined;
  } catch {
    // An optional dependency: there is none for this platform.
    return undefined;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
