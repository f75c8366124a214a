import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type LocalService, startLocalService } from '../support/local-service.ts';

const ROOT = join(import.meta.dirname, '../..');
let readme: string;
let service: LocalService;
let folder: string;

beforeAll(async () => {
  readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  folder = await mkdtemp(join(tmpdir(), 'readme-test-'));
  const curl = join(folder, 'curl');
  await writeFile(curl, `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'test/support/curl.ts')}" "$@"\n`);
  await chmod(curl, 0o755);
  service = await startLocalService();
});

afterAll(async () => {
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The first block of shell commands under a heading. */
function commandsUnder(heading: string): string {
  const section = readme.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  return /```sh\n([\s\S]*?)```/.exec(section ?? '')?.[1] ?? '';
}

describe('README', () => {
  it('its first session runs as it stands', async () => {
    const session = commandsUnder('A first session').replace('http://localhost:5601', service.url);
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, NODE_NO_WARNINGS: '1' };
    const { stdout } = await promisify(execFile)('sh', ['-e', '-c', session], { env, cwd: folder });
    expect(stdout.trim().split('\n').slice(-2).toSorted()).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('names the commands that package.json has', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm (?:run ([a-z:-]+)|(start|test)\b)/g)].map(([, run, short]) => run ?? short);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => name === undefined || scripts[name] === undefined)).toEqual([]);
  });

  it('lists every dependency with the reason for it', async () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      await readFile(join(ROOT, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>;
    const table = readme.slice(readme.indexOf('## Dependencies'));
    const missing = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
      (name) => !table.includes(name.replace(/^@types\/.*/, '@types/').replace(/^@aws-sdk\//, '')),
    );
    expect(missing).toEqual([]);
  });

  it('--sample begins with a list', async () => {
    const sampled = await startLocalService('--sample');
    onTestFinished(sampled.stop);
    const authorization = `Basic ${Buffer.from('elastic:changeme').toString('base64')}`;
    const response = await fetch(`${sampled.url}/api/lists/items/_find?list_id=ip_list`, {
      headers: { authorization },
    });
    expect(await response.json()).toMatchObject({ total: 3 });
  });
});
