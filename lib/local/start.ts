import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { buildLocal, ROOT } from '../tooling/build.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from './credentials.ts';
import { CannotStart, type DynamoDb, isLoopback, mayCreateIn, messageOf, startDynamoDb } from './dynamodb.ts';
import { localEncryptionKeys } from './encryption-key.ts';
import { ensureFirstUser } from './first-user.ts';
import { type Front, startFront } from './front.ts';
import { mendServerlessOffline } from './gateway-event.ts';
import { pageAt } from './reference-page.ts';
import { loadSampleData } from './sample-data.ts';
import { readServerlessYml } from './serverless-yml.ts';
import { createTables } from './tables.ts';

type Options = { port: number; host: string; dataDir: string | undefined; sample: boolean };
type User = { username: string; password: string };

const KIBANA_PORT = 5601;
const READY_TIMEOUT_MS = 300_000;
const DEFAULT_TABLE_PREFIX = 'kibana-';

const options = await orExit(readOptions);
// Only the ready line goes to stdout. The framework prints its routes there: nobody reads them. Complaints go to stderr.
const say = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;

/** Sockets and the like, for as long as this process lives. */
const scratch = mkdtempSync(join(tmpdir(), 'kibana-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));
// On Lambda it would end one invocation; here it must not end the whole API.
process.on('unhandledRejection', (reason) => console.error(reason));

await orExit(start);

async function start(): Promise<void> {
  checkSettings();
  const upstream = join(scratch, 'api.sock');
  const front = await openFront(upstream);
  const [store] = await Promise.all([
    startDynamoDb({ dataDir: options.dataDir }),
    buildLocal(),
    mendServerlessOffline(),
  ]);
  setEnvironment(store);
  const user = await prepare(store);
  runOffline(upstream);
  const baseUrl = `http://${['127.0.0.1', '0.0.0.0'].includes(options.host) ? 'localhost' : options.host}:${front.port}`;
  await isReady(`http://${options.host}:${front.port}`);
  if (options.sample) await loadSamples(baseUrl, user);
  const who = user ? `user ${user.username}, password ${user.password}` : 'users as in the store';
  // From here on it is the functions' logs.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  say(`Kibana API ready at ${baseUrl} — ${who} — data in ${placeOfData(store)}\n`);
}

/** @throws CannotStart naming the variable of the environment that the functions could not use */
function checkSettings(): void {
  try {
    readConfig(process.env);
  } catch (error) {
    throw new CannotStart(messageOf(error), { cause: error });
  }
}

function readOptions(): Options {
  const { port, host, data, sample } = parseFlags();
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new CannotStart(`--port ${port} is not a port number.`);
  return { port: Number(port), host, dataDir: data === undefined ? undefined : resolve(data), sample };
}

function parseFlags() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: `${KIBANA_PORT}` },
        host: { type: 'string', default: '127.0.0.1' },
        data: { type: 'string' },
        sample: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new CannotStart(messageOf(error), { cause: error });
  }
}

async function openFront(upstream: string): Promise<Front> {
  const { port, host } = options;
  const routes = readServerlessYml().functions.flatMap((definition) => definition.routes);
  const trailingSlashRoutes = routes.filter((route) => route.endsWith('/'));
  try {
    return await startFront({ host, port, upstream, trailingSlashRoutes, pageAt });
  } catch (error) {
    const isBusy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (isBusy) throw new CannotStart(`Port ${port} is in use: choose another with --port.`, { cause: error });
    throw new CannotStart(`Cannot listen on ${host}:${port}: ${messageOf(error)}`, { cause: error });
  }
}

/** What the functions, and osls while it reads serverless.yml, take from the environment. */
function setEnvironment(store: DynamoDb): void {
  const { env } = process;
  env.DYNAMODB_ENDPOINT = store.endpoint;
  env.TABLE_PREFIX ??= DEFAULT_TABLE_PREFIX;
  env.XSRF ??= 'documented';
  env.LOG_LEVEL ??= 'warn';
  env.METRICS ??= 'off';
  env.AWS_REGION ??= LOCAL_REGION;
  env.ENCRYPTION_KEYS ??= localEncryptionKeys(options.dataDir);
  env.BCRYPT_WORKER = join(ROOT, 'lib/local/bcrypt-worker.ts');
  env.STREAMS_CHECKPOINT_FILE = join(options.dataDir ?? scratch, 'streams.json');
  env.SLS_LOG_LEVEL ??= 'error';
  if (!mayCreateIn(store)) env.WITHOUT_WORKERS = 'true';
  if (!isLoopback(store.endpoint)) return;
  // A key of the user's must not travel to an emulator.
  env.AWS_ACCESS_KEY_ID = LOCAL_CREDENTIALS.accessKeyId;
  env.AWS_SECRET_ACCESS_KEY = LOCAL_CREDENTIALS.secretAccessKey;
  delete env.AWS_SESSION_TOKEN;
}

/** Tables and first user, in a store of this machine only: everybody knows the first user's password. */
async function prepare(store: DynamoDb): Promise<User | undefined> {
  if (!mayCreateIn(store)) {
    console.error(
      `${store.endpoint} is not a store of this machine: no table and no user is created there. Run \`npx serverless deploy\` for the tables and \`npm run reset-password -- elastic\` for the first user.`,
    );
    return undefined;
  }
  await createTables(store.endpoint, process.env.TABLE_PREFIX ?? DEFAULT_TABLE_PREFIX);
  return ensureFirstUser();
}

/** osls with serverless-offline, in this process, as if called by `serverless offline start`. */
function runOffline(upstream: string): void {
  process.chdir(ROOT);
  const flags = {
    region: process.env.AWS_REGION,
    host: 'localhost',
    // Sockets instead of ports: any web page could call what listens on a port, past the front.
    httpPort: upstream,
    lambdaPort: join(scratch, 'lambda.sock'),
  };
  const given = Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  // Its own clock would end requests that a sleeping machine delays; functions mind the time that their context tells.
  const switches = ['--useInProcess', '--noSponsor', '--disableCookieValidation', '--noTimeout'];
  process.argv = [process.execPath, 'serverless', 'offline', 'start', ...given, ...switches];
  createRequire(import.meta.url)('serverless/bin/serverless.js');
}

async function isReady(baseUrl: string): Promise<void> {
  for (const end = Date.now() + READY_TIMEOUT_MS; ; await sleep(50)) {
    // The front listens from the beginning, so every failure below is an answer: its 503 until the functions run.
    const response = await fetch(`${baseUrl}/api/status`);
    const answer = await response.text();
    if (response.ok) return;
    if (process.exitCode) throw new CannotStart('serverless-offline did not start: see above.');
    if (response.status !== 503 || Date.now() > end) {
      throw new CannotStart(`GET /api/status answers ${response.status}: ${answer}`);
    }
  }
}

async function loadSamples(baseUrl: string, user: User | undefined): Promise<void> {
  if (user) await loadSampleData(baseUrl, user);
  else console.error('--sample loads nothing: this store was used before, and its passwords are not known here.');
}

function placeOfData(store: DynamoDb): string {
  if (!store.ours) return store.endpoint;
  return options.dataDir ?? 'memory';
}

/** Ends the process with one line when it cannot start. */
async function orExit<T>(step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const isClear = error instanceof CannotStart || !(error instanceof Error);
    process.stderr.write(`${isClear ? messageOf(error) : error.stack}\n`);
    process.exit(1);
  }
}
