import * as z from 'zod';
import { Conflict, NotFound, TooManyRequests } from '../../errors/errors.ts';
import { fitsKey, key } from '../../stores/keys.ts';
import { packJson, storedText, unpackJson } from '../../stores/large-documents.ts';
import { read } from '../../stores/read.ts';
import { retryOnConflict } from '../../stores/retry-on-conflict.ts';
import { firstVersion } from '../../stores/versions.ts';
import { type Write, write } from '../../stores/write.ts';
import { type Asset, type PackageContent, packageContent } from './package-model.ts';

/**
 * Installed packages: one version of each. They belong to no space. Access: by name.
 *
 *   package  pk fleet-packages   sk package#<name>   content: manifests and templates as JSON text
 *   upload   pk fleet-packages   sk last-upload      at: epoch milliseconds of the last upload that succeeded
 */
const table = 'SavedObjects';
const PARTITION = 'fleet-packages';
const LAST_UPLOAD = key(PARTITION, 'last-upload');

/** Time between two uploads, in milliseconds. */
const UPLOAD_INTERVAL_MS = 10_000;

const packageRow = z.object({
  version: z.number(),
  created_at: z.string(),
  updated_at: z.string(),
  space: z.string(),
  content: storedText,
});
const uploadRow = z.object({ at: z.number() });

function keyOf(name: string) {
  return key(PARTITION, `package#${name}`);
}

export type InstalledPackage = PackageContent & { createdAt: string; updatedAt: string; space: string };

/** @throws TooManyRequests soon after an upload; it names the whole interval, whatever is left of it, as Kibana does */
export async function refuseHaste(now: Date): Promise<void> {
  const row = await read(table, LAST_UPLOAD);
  if (row === undefined || uploadRow.parse(row).at + UPLOAD_INTERVAL_MS <= now.getTime()) return;
  const seconds = UPLOAD_INTERVAL_MS / 1_000;
  throw new TooManyRequests(`Too many requests. Please wait ${seconds}s before uploading again.`, {
    headers: { 'retry-after': String(seconds) },
  });
}

/** Installs a package in the place of any other version; gives what it consists of. */
export async function installPackage(content: PackageContent, space: string, now: Date): Promise<Asset[]> {
  const address = keyOf(content.info.name);
  const step = async () => {
    const row = await read(table, address);
    const was = row && packageRow.parse(row);
    const packed = await packJson(table, content, was?.content);
    const next = {
      ...address,
      version: was === undefined ? firstVersion(now) : was.version + 1,
      created_at: was?.created_at ?? now.toISOString(),
      updated_at: now.toISOString(),
      space,
      content: packed.stored,
    };
    const record: Write = was === undefined ? { table, create: next } : { table, replace: next };
    await write(record, { table, put: { ...LAST_UPLOAD, at: now.getTime() } }, ...packed.writes);
    return [...content.kibanaAssets, ...content.elasticsearchAssets];
  };
  const text = `Concurrent installation or upgrade of ${content.info.name} detected, aborting.`;
  return retryOnConflict(step, { otherwise: (cause) => new Conflict(text, { cause }) });
}

/** An installed package in this version. @throws NotFound */
export function getPackage(name: string, version: string): Promise<InstalledPackage> {
  return retryOnConflict(async () => {
    const row = fitsKey(`package#${name}`) ? await read(table, keyOf(name)) : undefined;
    if (row === undefined) throw new NotFound(`[${name}] package not installed or found in registry`);
    const { created_at, updated_at, space, content } = packageRow.parse(row);
    const found = packageContent.parse(await unpackJson(table, content));
    if (found.info.version !== version) throw new NotFound(`Package info for ${name}-${version} does not exist`);
    return { ...found, createdAt: created_at, updatedAt: updated_at, space };
  });
}
