import { globSync, readFileSync } from 'node:fs';
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
  });

  it('makes one bundle per function', () => {
    expect(bundles.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  });

  it('zips a CommonJS module that needs nothing but Node', () => {
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
    const before = bundles.map(({ zip }) => readFileSync(zip));
    const after = (await buildLambda()).map(({ zip }) => readFileSync(zip));
    expect(after.every((bytes, index) => bytes.equals(before[index] ?? Buffer.alloc(0)))).toBe(true);
  });
});
