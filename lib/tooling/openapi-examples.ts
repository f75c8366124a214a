import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readServerlessYml } from '../local/serverless-yml.ts';
import { ROOT } from './build.ts';

/**
 * Examples for the API's document are real: requests that the tests send, with the answers that they get. This program
 * runs the tests, has them write down what passes, and keeps the best of it for each operation and status.
 */
const FILE = join(ROOT, 'lib/tooling/openapi-examples.json');

/** A request with its answer, as `test/support/kibana.ts` writes it down. */
export type Exchange = {
  /** `POST /api/lists` */
  route: string;
  /** The test that sent it, as a path in the project. */
  file: string;
  request: { path: Record<string, string>; query: Record<string, string | string[]>; body?: unknown };
  status: number;
  mediaType: string;
  body: unknown;
};

type Answer = Pick<Exchange, 'mediaType' | 'body'>;
/** By route: the request of a success, and an answer for each status and media type. */
export type RecordedExamples = Record<string, { request: Exchange['request']; responses: Record<string, Answer[]> }>;

/** The examples that are checked in. */
export async function recordedExamples(): Promise<RecordedExamples> {
  return JSON.parse(await readFile(FILE, 'utf8'));
}

/** Larger bodies show no more than these. */
const MOST_CHARACTERS = 3_000;
/** Of a test file's answers, the first ones are the plain ones. */
const FIRST = 12;

/** Chooses examples from what the tests wrote down. */
export function chooseExamples(exchanges: readonly Exchange[], testOf: (route: string) => string): RecordedExamples {
  const examples: RecordedExamples = {};
  // Under a space, or with a slash at the end, it is the same operation.
  const byRoute = Map.groupBy(exchanges, ({ route }) => route.replace(' /s/{space_id}/', ' /').replace(/\/$/, ''));
  for (const [route, all] of [...byRoute].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const responses: Record<string, Answer[]> = {};
    let request: Exchange['request'] = { path: {}, query: {} };
    const byAnswer = Map.groupBy(all, ({ status, mediaType }) => `${status} ${mediaType}`);
    for (const [, candidates] of [...byAnswer].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
      const best = bestOf(candidates, testOf(route));
      const { space_id: _, ...path } = best.request.path;
      responses[best.status] ??= [];
      responses[best.status]?.push({ mediaType: best.mediaType, body: withoutSecrets(best.body) });
      if (best.status < 300) request = { path, query: best.request.query, ...bodyOf(best.request) };
    }
    examples[route] = { request, responses };
  }
  return examples;
}

/** Of the first ones that the operation's own test sent the one that shows most; of all, if it sent none. */
function bestOf(candidates: readonly Exchange[], test: string): Exchange {
  const own = candidates.filter(({ file }) => file === test);
  return (own.length > 0 ? own : candidates)
    .slice(0, FIRST)
    .reduce((one, other) => (worth(other) > worth(one) ? other : one));
}

function bodyOf({ body }: Exchange['request']): { body?: unknown } {
  return body === undefined ? {} : { body: withoutSecrets(body) };
}

/** How much an exchange shows: its different keys, unless it is too large to be read. */
function worth({ request, body }: Exchange): number {
  const text = JSON.stringify([request, body]);
  const keys = new Set(Array.from(text.matchAll(/"([^"\\]+)":/g), ([, key]) => key)).size;
  return text.length > MOST_CHARACTERS ? -text.length : keys;
}

/** Keys of tests are worth nothing, but a reader, or a scanner, cannot know that. */
function withoutSecrets(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (key, each) =>
      typeof each === 'string' && /^(access_)?api_key$|^encoded$|^password_hash$/.test(key) ? 'c2VjcmV0' : each,
    ),
  );
}

async function record(): Promise<Exchange[]> {
  const folder = await mkdtemp(join(tmpdir(), 'examples-'));
  const args = ['run', '--config', 'test/vitest.config.ts', 'test/functions', 'test/documents'];
  const tests = spawn(join(ROOT, 'node_modules/.bin/vitest'), args, {
    cwd: ROOT,
    env: { ...process.env, EXAMPLES_DIR: folder },
    stdio: 'inherit',
  });
  const [code] = await once(tests, 'exit');
  if (code !== 0) throw new Error('The tests fail: what they record may be wrong.');
  const lines: string[] = [];
  for (const file of (await readdir(folder)).toSorted()) {
    lines.push(...(await readFile(join(folder, file), 'utf8')).split('\n').slice(0, -1));
  }
  await rm(folder, { recursive: true });
  return lines.map((line) => JSON.parse(line));
}

if (import.meta.main) {
  const tests = new Map(
    readServerlessYml().functions.flatMap(({ handler, routes }) =>
      routes.map((route) => [route, `test/${handler.replace(/\.handler$/, '.test.ts')}`]),
    ),
  );
  const examples = chooseExamples(await record(), (route) => tests.get(route) ?? '');
  await writeFile(FILE, `${JSON.stringify(examples, null, 1)}\n`);
}
