import { gunzipSync } from 'node:zlib';
// The build for Node brings worker threads along, which are not wanted here.
import { Unzip, UnzipInflate } from 'fflate/browser';
import { BadRequest } from '../../errors/errors.ts';
import { type ArchiveFile, tarFiles } from './tar.ts';

export const archiveTypes = ['application/zip', 'application/gzip'] as const;
export type ArchiveType = (typeof archiveTypes)[number];

/** What a package may grow to. Real ones stay far below. */
const limits = { files: 20_000, bytes: 100 * 1_048_576, pathBytes: 1_024 };

/** Bytes that are fed to the inflater at once: what it makes of them, at most a thousand times as much, is counted. */
const STEP = 8 * 1_024;

export type Archive = {
  /** All files in the archive's order. */
  paths: string[];
  /** Contents of those that were asked for. */
  contents: Map<string, Buffer>;
};

/**
 * Reads an archive that a stranger sent. Nothing is written anywhere, yet paths that lead out of the archive, links and
 * repeated paths are refused, and everything is counted while it is inflated.
 *
 * @param keep the files whose contents are wanted
 * @throws BadRequest
 */
export function readArchive(bytes: Uint8Array, type: ArchiveType, keep: (path: string) => boolean): Archive {
  const found: Archive = { paths: [], contents: new Map() };
  const seen = new Set<string>();
  try {
    const files = type === 'application/zip' ? zipFiles(bytes, keep) : gzippedTarFiles(bytes);
    for (const { path, bytes: content } of files) {
      checkPath(path);
      if (seen.has(path)) throw new Error(`${path} is there more than once`);
      if (seen.size === limits.files) throw new Error(`more than ${limits.files} files`);
      seen.add(path);
      found.paths.push(path);
      if (keep(path)) found.contents.set(path, Buffer.from(content));
    }
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new BadRequest(`Error during extraction of package: ${reason}. ${assumed(type)}`, { cause: error });
  }
  if (found.paths.length === 0) throw new BadRequest(`Archive seems empty. ${assumed(type)}`);
  return found;
}

function assumed(type: ArchiveType): string {
  return `Assumed content type was ${type}, check if this matches the archive type.`;
}

function checkPath(path: string): void {
  const segments = path.split('/');
  const leadsOut = segments.some((segment) => segment === '' || segment === '.' || segment === '..');
  const isOdd = /[\\\0]|^[a-z]:/i.test(path) || !path.isWellFormed() || Buffer.byteLength(path) > limits.pathBytes;
  if (leadsOut || isOdd) throw new Error(`the path ${JSON.stringify(path.slice(0, 200))} is not allowed`);
}

/** What every gzip file begins with. */
const GZIP = Buffer.from([0x1f, 0x8b]);

function gzippedTarFiles(bytes: Uint8Array): Iterable<ArchiveFile> {
  // For Kibana an archive of another type has no files.
  if (!GZIP.equals(bytes.subarray(0, GZIP.length))) return [];
  return tarFiles(gunzipSync(bytes, { maxOutputLength: limits.bytes }));
}

/** What the record at the end of every zip begins with; it has 22 bytes and a comment of at most 65,535. */
const ZIP_END = Buffer.from('PK\x05\x06', 'latin1');
const ZIP_END_BYTES = 22 + 65_535;

function zipFiles(bytes: Uint8Array, keep: (path: string) => boolean): ArchiveFile[] {
  if (!Buffer.from(bytes.subarray(-ZIP_END_BYTES)).includes(ZIP_END)) {
    throw new Error('end of central directory record signature not found');
  }
  const files: ArchiveFile[] = [];
  let total = 0;
  let failure: Error | undefined;
  let open = 0;
  const unzip = new Unzip((file) => {
    const isDirectory = file.name.endsWith('/');
    const parts: Uint8Array[] = [];
    const isWanted = !isDirectory && keep(file.name);
    open += 1;
    file.ondata = (error, part, final) => {
      if (error) failure ??= error;
      total += part?.length ?? 0;
      if (total > limits.bytes) failure ??= new Error(`more than ${limits.bytes} bytes`);
      if (isWanted && part) parts.push(part);
      if (!final) return;
      open -= 1;
      if (!isDirectory) files.push({ path: file.name, bytes: Buffer.concat(parts) });
      if (files.length > limits.files) failure ??= new Error(`more than ${limits.files} files`);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for (let at = 0; at < bytes.length; at += STEP) {
    unzip.push(bytes.subarray(at, at + STEP), at + STEP >= bytes.length);
    if (failure !== undefined) throw failure;
  }
  if (open > 0) throw new Error('unexpected end of the archive');
  return files;
}
