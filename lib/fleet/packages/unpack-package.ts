import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { type ArchiveType, archiveTypes } from './archive.ts';
import { type PackageContent, packageContent } from './package-model.ts';
import { readPackage } from './read-package.ts';
import { type Limits, runInSandbox, serve } from './sandbox.ts';

const ROLE = 'unpack-package';
/** Inflating 100 MB takes about half a second; the rest is for a slow machine. */
const LIMITS: Limits = { cpuMs: 10_000, heapMb: 256 };

const order = z.object({ bytes: z.instanceof(Uint8Array), type: z.enum(archiveTypes) });

/** This file as it runs: the bundle on Lambda, which is CommonJS, a module elsewhere. */
const file = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url);

/**
 * Reads a package's archive in a thread of its own.
 *
 * @throws BadRequest naming what is wrong with it, or that it takes too much
 */
export async function unpackPackage(bytes: Uint8Array, type: ArchiveType): Promise<PackageContent> {
  return packageContent.parse(await runInSandbox(file, { role: ROLE, input: { bytes, type } }, LIMITS));
}

serve(
  ROLE,
  (input) => order.parse(input),
  ({ bytes, type }) => readPackage(bytes, type),
);
