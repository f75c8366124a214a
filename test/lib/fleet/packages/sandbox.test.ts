import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { apache, letUpload, zipOf } from '../../../functions/fleet/packages.ts';
import { basic } from '../../../support/callers.ts';
import { type ClientRequest, eventOf, lambdaContext, match } from '../../../support/gateway.ts';
import { kibana } from '../../../support/kibana.ts';

const { call, routes } = kibana();
const ROOT = new URL('../../../..', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'bundles-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const entryPoints = ['upload-package', 'get-inputs-template'].map((name) => join(ROOT, `functions/fleet/${name}.ts`));
const common = {
  entryPoints,
  bundle: true,
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  logLevel: 'silent',
} satisfies BuildOptions;

/** As `lib/tooling/build.ts` builds for Lambda: one file for each function. */
async function forLambda() {
  const outdir = join(scratch, 'lambda');
  await build({ ...common, outdir, outExtension: { '.js': '.cjs' }, format: 'cjs', minify: true, keepNames: true });
  const require = createRequire(import.meta.url);
  return (name: string) => require(join(outdir, `${name}.cjs`));
}

/** As for the local run: modules that share chunks. */
async function forLocalRun() {
  const outdir = join(scratch, 'local');
  const banner = "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";
  await build({
    ...common,
    outdir,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    splitting: true,
    banner: { js: banner },
  });
  return (name: string) => import(/* @vite-ignore */ join(outdir, `${name}.mjs`));
}

it.each([
  ['one file for Lambda', forLambda],
  ['the chunks of the local run', forLocalRun],
])('a package is read and rendered in threads of %s', async (_name, bundle) => {
  await call('GET /api/fleet/outputs');
  await letUpload();
  const load = await bundle();
  const send = async (name: string, request: ClientRequest) => {
    const { handler } = await load(name);
    const headers = { authorization: basic('elastic'), 'kbn-xsrf': 'true', ...request.headers };
    return handler(eventOf({ ...request, headers }, match(routes, request)), lambdaContext(name));
  };
  const uploaded = await send('upload-package', {
    method: 'POST',
    url: '/api/fleet/epm/packages',
    headers: { 'content-type': 'application/zip' },
    body: zipOf(apache()),
  });
  expect(uploaded).toMatchObject({ statusCode: 200 });
  const rendered = await send('get-inputs-template', {
    method: 'GET',
    url: '/api/fleet/epm/templates/apache/1.2.0/inputs',
  });
  expect(rendered).toMatchObject({ statusCode: 200 });
  expect(JSON.parse(rendered.body).inputs).toHaveLength(2);
});
