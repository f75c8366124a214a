import { globSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildLambda, buildLocal, type LambdaBundle, ROOT } from '../../../lib/tooling/build.ts';

const names = globSync('functions/**/*.ts', { cwd: ROOT }).map((file) => file.replace(/^functions\/|\.ts$/g, ''));

describe('buildLocal', () => {
  it('leaves a module for every function, which loads and has a handler', async () => {
    await buildLocal();
    for (const name of names) {
      expect(await import(join(ROOT, '.build/local/functions', `${name}.js`)), name).toHaveProperty('handler');
    }
  });
});

describe('buildLambda', () => {
  let bundles: LambdaBundle[];
  beforeAll(async () => {
    bundles = await buildLambda();
  }, 120_000);

  it('makes one bundle per function', () => {
    expect(bundles.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  });

  it('zips a CommonJS module that needs nothing but what Lambda has', () => {
    for (const { name, zip, size, zipSize } of bundles) {
      const zipped = readFileSync(zip);
      const files = unzipSync(zipped);
      expect(Object.keys(files), name).toEqual(['index.cjs']);
      expect(files['index.cjs']?.length).toBe(size);
      expect(zipped.length).toBe(zipSize);
      const handler = createRequire(import.meta.url)(zip.replace(/\.zip$/, '/index.cjs')).handler;
      expect(handler, name).toBeTypeOf('function');
    }
  });

  it('makes the same bytes from the same code', async () => {
    const some = ['lists/get-list', 'connectors/execute-connector', 'workers/sweep-deleted'];
    const before = some.map((name) => readFileSync(bundles.find((bundle) => bundle.name === name)?.zip ?? ''));
    for (const { zip } of bundles.filter(({ name }) => some.includes(name))) rmSync(zip);
    const after = await buildLambda(some.map((name) => `functions/${name}.ts`));
    expect(after.map(({ zip }) => readFileSync(zip))).toEqual(before);
  });
});
