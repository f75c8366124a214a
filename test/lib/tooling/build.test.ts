import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildLocal, ROOT } from '../../../lib/tooling/build.ts';

const names = globSync('functions/**/*.ts', { cwd: ROOT }).map((file) => file.replace(/^functions\/|\.ts$/g, ''));

describe('buildLocal', () => {
  it('leaves a module for every function, which loads and has a handler', async () => {
    await buildLocal();
    for (const name of names) {
      expect(await import(join(ROOT, '.build/local/functions', `${name}.js`)), name).toHaveProperty('handler');
    }
  });
});
