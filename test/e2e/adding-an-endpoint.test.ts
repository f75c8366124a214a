import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const COPIED = [
  'functions',
  'lib',
  'test',
  'serverless.yml',
  'package.json',
  'tsconfig.json',
  'openapi.json',
  'README.md',
];
const run = promisify(execFile);

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'one-endpoint-more-'));
  for (const name of COPIED) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** The blocks of code under «Adding an endpoint», as they stand. */
function blocks(): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const section = readme.split(/^## /m).find((text) => text.startsWith('Adding an endpoint\n')) ?? '';
  return Array.from(section.matchAll(/^ {3}```\w+\n([\s\S]*?)^ {3}```$/gm), ([, code = '']) =>
    code.replace(/^ {3}/gm, ''),
  );
}

it('takes one function, one entry and one test, as the README shows it', async () => {
  const [endpoint = '', entry = '', test = ''] = blocks();
  writeFileSync(join(copy, 'functions/lists/get-list-name.ts'), endpoint);
  writeFileSync(join(copy, 'test/functions/lists/get-list-name.test.ts'), test);
  const stack = readFileSync(join(copy, 'serverless.yml'), 'utf8');
  writeFileSync(join(copy, 'serverless.yml'), stack.replace('\nfunctions:\n', `\nfunctions:\n${entry}`));

  const bin = join(ROOT, 'node_modules/.bin');
  await run(join(bin, 'tsc'), [], { cwd: copy });
  for (const tool of ['openapi', 'compatibility']) {
    await run(join(bin, 'node'), [`lib/tooling/${tool}.ts`], { cwd: copy });
  }
  const { paths } = JSON.parse(readFileSync(join(copy, 'openapi.json'), 'utf8'));
  expect(paths['/api/lists/{id}/name']?.get).toMatchObject({
    summary: 'Get the name of a value list',
    tags: ['lists'],
  });
  const files = ['functions/lists/get-list-name', 'same-endpoints', 'architecture', 'lib/security/privileges'];
  const arguments_ = ['run', '--config', 'test/vitest.config.ts', ...files.map((file) => `test/${file}.test.ts`)];
  const { stdout } = await run(join(bin, 'vitest'), arguments_, { cwd: copy, env: { ...process.env, NO_COLOR: '1' } });
  expect(stdout).toMatch(/Test Files\s+4 passed/);
});
