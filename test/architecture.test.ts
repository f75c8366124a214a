import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;

/** A folder that may be imported from: `lib/http`, `lib/cases`, `functions`; a file beside them stands for itself. */
function homeOf(file: string): string {
  const isDeep = file.startsWith('lib/') || file.startsWith('functions/workers/');
  return file
    .split('/')
    .slice(0, isDeep ? 2 : 1)
    .join('/');
}

type Import = { from: string; specifier: string; clause: string };

const IMPORT = /^import\b([^;'"]*?)(?:\bfrom\s*)?['"]([^'"]+)['"]/gm;
const EXPORT_FROM = /^export\s+((?:type\s+)?(?:\*[^;'"]*|\{[^}]*\}))\s*from\s*['"]([^'"]+)['"]/gm;
const DYNAMIC_IMPORT = /\bimport()\(\s*['"]([^'"]+)['"]\s*\)/g;

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [IMPORT, EXPORT_FROM, DYNAMIC_IMPORT]
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map(([, clause = '', specifier = '']) => ({ from: file, specifier, clause }));
}

const sources = globSync('{functions,lib}/**/*.ts', { cwd: ROOT }).toSorted();
const tests = globSync('test/**/*.ts', { cwd: ROOT }).toSorted();
const imports = sources.flatMap(importsOf);

const isLocal = ({ specifier }: Import) => specifier.startsWith('.');
const fileOf = ({ from, specifier }: Import) => join(dirname(from), specifier);
const told = (offenders: Import[]) => offenders.map(({ from, specifier }) => `${from} → ${specifier}`);

const CONFIG = 'lib/config.ts';
const LOG = 'lib/log.ts';
/** Homes below the areas, with what each may import besides itself. */
const below: Record<string, readonly string[]> = {
  'lib/errors': [],
  [CONFIG]: [],
  [LOG]: [CONFIG],
  'lib/json': [],
  'lib/validation': ['lib/errors', 'lib/json'],
  'lib/kql': ['lib/errors', 'lib/json'],
  'lib/stores': ['lib/errors', 'lib/json', CONFIG, LOG],
  'lib/security': ['lib/errors', 'lib/json', CONFIG, 'lib/validation', 'lib/stores'],
  'lib/http': ['lib/errors', 'lib/json', CONFIG, LOG, 'lib/validation', 'lib/security'],
};
/** What only a laptop or a build needs. */
const tools = ['lib/local', 'lib/tooling'];
const areas = [...new Set(sources.map(homeOf))].filter(
  (home) => home.startsWith('lib/') && !Object.hasOwn(below, home) && !tools.includes(home),
);
const ofAnArea = ['lib/errors', 'lib/json', CONFIG, LOG, 'lib/validation', 'lib/kql', 'lib/stores', 'lib/security'];
const ofAFunction = ['lib/errors', 'lib/json', 'lib/validation', 'lib/security', 'lib/http', ...areas];

const arrows: [string, readonly string[]][] = [
  ...Object.entries(below),
  ...areas.map((area): [string, readonly string[]] => [area, ofAnArea]),
  ['functions', ofAFunction],
  // Workers are about rows: the streams and jobs of the stores wake them.
  ['functions/workers', [...ofAFunction, 'lib/stores']],
];

describe('dependencies point one way', () => {
  it.each(arrows)('%s imports only from %j', (home, allowed) => {
    const offenders = imports
      .filter(isLocal)
      .filter(({ from }) => homeOf(from) === home)
      .filter((each) => ![home, ...allowed].includes(homeOf(fileOf(each))));
    expect(told(offenders)).toEqual([]);
  });

  it('no function imports another', () => {
    const offenders = imports.filter((each) => isLocal(each) && fileOf(each).startsWith('functions/'));
    expect(told(offenders)).toEqual([]);
  });

  it('nothing but the tools themselves imports the tools', () => {
    const offenders = imports.filter(
      (each) => isLocal(each) && tools.includes(homeOf(fileOf(each))) && !tools.includes(homeOf(each.from)),
    );
    expect(told(offenders)).toEqual([]);
  });

  it('no source imports a test', () => {
    expect(told(imports.filter((each) => isLocal(each) && fileOf(each).startsWith('test/')))).toEqual([]);
  });
});

describe('packages stay where they belong', () => {
  it.each<[string, RegExp, readonly string[]]>([
    ['the AWS SDK', /^@aws-sdk\//, ['lib/stores', ...tools]],
    ['middy', /^@middy\//, ['lib/http']],
    ['bcryptjs', /^bcryptjs$/, ['lib/security']],
    ['Powertools', /^@aws-lambda-powertools\//, [LOG]],
  ])('%s', (_name, pattern, homes) => {
    const offenders = imports.filter(({ from, specifier }) => pattern.test(specifier) && !homes.includes(homeOf(from)));
    expect(told(offenders)).toEqual([]);
  });

  it('lib/errors imports nothing', () => {
    expect(told(imports.filter(({ from }) => homeOf(from) === 'lib/errors'))).toEqual([]);
  });
});

describe('how things are imported', () => {
  const all = [...imports, ...tests.flatMap(importsOf)];

  it('zod as a namespace: its named export brings every language', () => {
    const offenders = all.filter(
      ({ specifier, clause }) => specifier === 'zod' && !/^\s*(type )?\* as z\s*$/.test(clause),
    );
    expect(told(offenders)).toEqual([]);
  });

  it('files with their extension', () => {
    const offenders = all.filter((each) => isLocal(each) && !/\.(ts|json)$/.test(each.specifier));
    expect(told(offenders)).toEqual([]);
  });

  it('no file re-exports its folder', () => {
    expect(sources.filter((file) => /(^|\/)index\.ts$/.test(file))).toEqual([]);
  });

  it('and this test sees imports', () => {
    expect(imports.length).toBeGreaterThan(sources.length);
    expect(areas).toEqual(expect.arrayContaining(['lib/lists', 'lib/spaces']));
  });
});
