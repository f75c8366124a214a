import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { elasticsearchPaths } from '../lib/http/elasticsearch-paths.ts';
import type { RouteContract } from '../lib/http/endpoint.ts';
import { functions } from './support/stack.ts';

const ROOT = new URL('..', import.meta.url).pathname;
/** Each function is an integration, and API Gateway takes 300 of an API; some are left for what is to come. */
const MOST_FUNCTIONS = 290;
const DEFAULT_ROUTE = '*';

const files = globSync('functions/**/*.ts', { cwd: ROOT }).toSorted();

function keyOf(file: string): string {
  const name = file.replace(/^.*\//, '').replace(/\.ts$/, '');
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The contract that a function's handler carries; workers have none. */
async function contractOf(file: string): Promise<readonly RouteContract[]> {
  const { handler } = await import(/* @vite-ignore */ `${ROOT}${file}`);
  expect(handler, `${file} exports no handler`).toBeTypeOf('function');
  return handler.definition?.routes ?? [];
}

/** What serverless.yml has to declare for a route. Elasticsearch and Fleet Server know no spaces. */
function declarationsOf(route: string, file: string): string[] {
  if (route === '$default') return [DEFAULT_ROUTE];
  const hasSpaces = !route.includes(' /_') && !file.startsWith('functions/fleet-server/');
  return hasSpaces ? [route, route.replace(' /', ' /s/{space_id}/')] : [route];
}

describe('every function', () => {
  it.each(files)('%s has one entry, named like it', (file) => {
    const entry = functions.find(({ key }) => key === keyOf(file));
    expect(entry?.handler).toBe(file.replace(/\.ts$/, '.handler'));
  });

  it.each(files)('%s has the routes that its contract names', async (file) => {
    const contract = await contractOf(file);
    const declared = functions.find(({ key }) => key === keyOf(file))?.routes ?? [];
    const expected = contract.flatMap(({ route }) => [route].flat()).flatMap((route) => declarationsOf(route, file));
    expect(declared.toSorted()).toEqual(expected.toSorted());
  });

  it('has its test at the same place under test/', () => {
    const tests = new Set(globSync('test/functions/**/*.test.ts', { cwd: ROOT }));
    expect(files.filter((file) => !tests.has(`test/${file.replace(/\.ts$/, '.test.ts')}`))).toEqual([]);
  });
});

describe('serverless.yml', () => {
  it('has no entry without a file', () => {
    const missing = functions.filter(({ handler }) => !files.includes(handler.replace(/\.handler$/, '.ts')));
    expect(missing.map(({ handler }) => handler)).toEqual([]);
  });

  it('has one entry for a file', () => {
    const handlers = functions.map(({ handler }) => handler);
    expect(handlers.filter((handler, index) => handlers.indexOf(handler) !== index)).toEqual([]);
  });

  it('names no route twice, whatever its parameters are called', () => {
    const routes = functions.flatMap(({ routes }) => routes).map((route) => route.replace(/\{\w+\}/g, '{}'));
    expect(routes.filter((route, index) => routes.indexOf(route) !== index)).toEqual([]);
  });

  it(`has at most ${MOST_FUNCTIONS} functions`, () => {
    expect(functions.length).toBeLessThanOrEqual(MOST_FUNCTIONS);
  });

  it('serves the paths of Elasticsearch that the 405 tells, with the same methods', () => {
    const served = new Map<string, string[]>();
    for (const route of functions.flatMap(({ routes }) => routes).filter((each) => each.includes(' /_'))) {
      const [method = '', path = ''] = route.split(' ');
      served.set(path, [...(served.get(path) ?? []), method].toSorted());
    }
    const told = elasticsearchPaths.map(({ path, methods }) => [path, methods.toSorted()] as const);
    expect(new Map(told)).toEqual(served);
  });
});
