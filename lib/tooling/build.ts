import { globSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, build, stop } from 'esbuild';
import { zipSync } from 'fflate';

/** The project: what is built and where the results go. */
export const ROOT = join(import.meta.dirname, '../..');

export type LambdaBundle = {
  /** `<area>/<name>`, as under functions/. */
  name: string;
  /** The deployment package: one file, `index.cjs`. */
  zip: string;
  /** Bytes, minified. */
  size: number;
  zipSize: number;
};

const common = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  // The packages' ESM builds shake better than the CommonJS ones that `platform: node` would choose.
  mainFields: ['module', 'main'],
  logLevel: 'silent',
  write: false,
} satisfies BuildOptions;

/**
 * Builds all functions for the local run: `.build/local/functions/<area>/<name>.js`, ESM with shared chunks.
 * Throws esbuild's error, whose message names file and line.
 */
export async function buildLocal(): Promise<void> {
  const outdir = join(ROOT, '.build/local');
  const { outputFiles } = await build({
    ...common,
    entryPoints: functionFiles(),
    outbase: ROOT,
    outdir,
    format: 'esm',
    splitting: true,
    // CommonJS packages that load a built-in module need `require`, which ESM lacks.
    banner: {
      js: "import { createRequire as ofModule } from 'node:module';\nconst require = ofModule(import.meta.url);",
    },
  });
  await Promise.all(outputFiles.map(({ path, contents }) => replaceFile(path, contents)));
  // The local run lives on; esbuild's own process need not.
  await stop();
}

/**
 * Builds every function for Lambda: `.build/lambda/<area>/<name>/index.cjs`, minified, and a zip of it whose bytes depend
 * on nothing but the code. CommonJS loads faster than ESM there; `.cjs` says so although this package is ESM.
 */
export async function buildLambda(files: readonly string[] = functionFiles()): Promise<LambdaBundle[]> {
  const outdir = join(ROOT, '.build/lambda');
  const { outputFiles } = await build({
    ...common,
    entryPoints: files.map((file) => ({ in: file, out: `${functionName(file)}/index` })),
    outdir,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    // Lambda's Node.js runtime has it; it is loaded at the first secret only, and would weigh 242 KB in most bundles.
    external: ['@aws-sdk/client-ssm'],
    minify: true,
    // Lambda's stack traces and the names of errors in logs stay readable.
    keepNames: true,
  });
  return Promise.all(
    outputFiles.map(async ({ path, contents }) => {
      const name = relative(outdir, dirname(path));
      const zip = `${dirname(path)}.zip`;
      const zipped = zipSync({ 'index.cjs': [contents, { mtime: new Date(1980, 0, 1) }] });
      await Promise.all([replaceFile(path, contents), replaceFile(zip, zipped)]);
      return { name, zip, size: contents.length, zipSize: zipped.length };
    }),
  );
}

function functionFiles(): string[] {
  return globSync('functions/**/*.ts', { cwd: ROOT }).toSorted();
}

function functionName(file: string): string {
  return relative('functions', file).replace(/\.ts$/, '');
}

/**
 * Writes a file in one step, and only if it changed: another run may be loading it at this moment.
 */
async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const old = await readFile(path).catch(() => undefined);
  if (old?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
}

async function printSizes(): Promise<void> {
  const bundles = await buildLambda();
  for (const { name, size, zipSize } of bundles.toSorted((a, b) => b.size - a.size)) {
    console.log(`${kilobytes(size)}  ${kilobytes(zipSize)} zipped  ${name}`);
  }
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1).padStart(8)} kB`;
}

// No top-level `await`: the framework loads this module by `require`.
if (import.meta.main) void printSizes();
