import { createHash } from 'node:crypto';
import * as z from 'zod';
import { WriteConflict } from '../../errors/errors.ts';
import { deleteRows, putRows } from '../../stores/bulk.ts';
import { fitsKey, key } from '../../stores/keys.ts';
import { read, rows } from '../../stores/read.ts';
import { firstVersion } from '../../stores/versions.ts';
import { write } from '../../stores/write.ts';
import { badRequest, refusedUpload } from '../fleet-server-errors.ts';
import {
  type AgentFile,
  CHUNK_BYTES,
  chunkContentKeys,
  chunkKey,
  chunksOf,
  deleteContent,
  fileKey,
  findFile,
  listedKey,
  MAX_FILE_BYTES,
  PART_BYTES,
  partKey,
  type Source,
  sources,
  table,
  UPLOAD_MS,
} from './agent-files.ts';

/** What an agent says of a file before it sends it. */
export type UploadRequest = {
  agent_id: string;
  action_id: string;
  src: string;
  file: { name?: unknown; size?: unknown; mime_type?: unknown };
};

function uploadKey(uploadId: string) {
  return key(`upload#${uploadId}`, 'upload');
}

/**
 * Begins an upload; one of the same action and agent that was begun before is given up.
 *
 * @throws BadRequest when something is missing, or the file is too large
 */
export async function startUpload(request: UploadRequest, { now, newId }: { now: Date; newId: () => string }) {
  const { name, mime_type, size, source } = checked(request);
  const { agent_id, action_id } = request;
  const id = `${action_id}.${agent_id}`;
  const upload_id = newId();
  const standing = await findFile(source, id);
  const file: AgentFile = {
    version: standing === undefined ? firstVersion(now) : standing.version + 1,
    id,
    upload_id,
    action_id,
    agent_id,
    source,
    name,
    size,
    mime_type,
    status: 'AWAITING_UPLOAD',
    started_at: now.toISOString(),
  };
  const row = { ...fileKey(file), ...file };
  const replaced = standing === undefined ? [] : [{ table, delete: listedKey(standing) } as const];
  await write(
    standing === undefined ? { table, create: row } : { table, replace: row },
    { table, put: { ...uploadKey(upload_id), file_id: id, source } },
    ...replaced.filter((each) => each.delete.sk !== listedKey(file).sk),
    ...(source === 'agent' ? [{ table, put: { ...listedKey(file), file_id: id } } as const] : []),
  );
  if (standing !== undefined) await deleteContent(standing);
  return { upload_id, chunk_size: CHUNK_BYTES };
}

function checked({ action_id, src, file }: UploadRequest) {
  const texts = { 'file.name': file.name, 'file.mime_type': file.mime_type, action_id, src };
  for (const [field, value] of Object.entries(texts)) {
    if (typeof value !== 'string' || value.trim() === '') {
      throw refusedUpload('ErrFieldRequired', `${field} is required: field required`);
    }
  }
  const { size } = file;
  if (typeof size !== 'number') throw refusedUpload('ErrFileSizeRequired', 'file.size is required');
  if (size <= 0 || !Number.isInteger(size)) {
    throw refusedUpload('ErrInvalidFileSize', `file.size: ${size}: invalid filesize`);
  }
  if (size > MAX_FILE_BYTES) {
    throw refusedUpload('ErrFileSizeTooLarge', 'this file exceeds the maximum allowed file size');
  }
  const source = sources.find((each) => each === src);
  if (source === undefined) throw badRequest(`unknown upload source ${JSON.stringify(src)}`);
  return { name: String(file.name), mime_type: String(file.mime_type), size, source };
}

const uploadRow = z.object({ file_id: z.string(), source: z.enum(sources) });

/** The file that an upload is of. @throws BadRequest when it was given up, or never begun */
export async function fileOfUpload(uploadId: string): Promise<AgentFile> {
  const row = fitsKey(uploadId) ? await read(table, uploadKey(uploadId)) : undefined;
  const { file_id, source }: { file_id?: string; source?: Source } = row === undefined ? {} : uploadRow.parse(row);
  const file = file_id === undefined || source === undefined ? undefined : await findFile(source, file_id);
  if (file?.upload_id !== uploadId) {
    throw refusedUpload('ErrAPIKeyNotFound', 'active upload not found with this ID, it may be expired');
  }
  return file;
}

function canUpload({ status }: AgentFile): boolean {
  return status === 'AWAITING_UPLOAD' || status === 'UPLOADING';
}

/**
 * Takes a chunk. It counts when all of it is stored.
 *
 * @param hash SHA-256 of the chunk, as hex, that the agent has computed
 * @throws BadRequest when the upload is over, or number, size or hash are wrong
 */
export async function takeChunk(
  file: AgentFile,
  { number, hash, bytes }: { number: number; hash: string; bytes: Buffer },
  now: Date,
): Promise<void> {
  if (now.getTime() - Date.parse(file.started_at) > UPLOAD_MS) {
    throw refusedUpload('ErrUploadExpired', 'upload has expired');
  }
  if (!canUpload(file)) throw uploadStopped();
  if (!Number.isInteger(number) || number < 0 || number >= chunksOf(file)) {
    throw refusedUpload('ErrInvalidChunkNum', 'invalid chunk number');
  }
  if (bytes.length > CHUNK_BYTES) throw badRequest(`a chunk has at most ${CHUNK_BYTES} bytes`);
  const sha2 = createHash('sha256').update(bytes).digest('hex');
  if (sha2 !== hash.toLowerCase()) throw refusedUpload('ErrHashMismatch', 'hash does not match');
  const { upload_id } = file;
  const { failure } = await putRows(table, parts(upload_id, number, bytes));
  if (failure !== undefined) throw failure;
  try {
    await write(
      { table, put: { ...chunkKey(upload_id, number), sha2, size: bytes.length } },
      { table, require: fileKey(file), equals: { upload_id, status: file.status } },
    );
  } catch (error) {
    if (!(error instanceof WriteConflict)) throw error;
    // Deleted, given up or finished meanwhile: nobody will come back for these parts.
    const standing = await findFile(file.source, file.id);
    if (standing?.upload_id !== upload_id || standing.status !== 'READY') {
      await deleteRows(table, chunkContentKeys(upload_id, number));
    }
    throw uploadStopped();
  }
}

function uploadStopped() {
  return refusedUpload('ErrUploadStopped', 'upload has stopped');
}

async function* parts(uploadId: string, chunk: number, bytes: Buffer) {
  for (let start = 0; start < bytes.length; start += PART_BYTES) {
    yield { ...partKey(uploadId, chunk, start / PART_BYTES), bytes: bytes.subarray(start, start + PART_BYTES) };
  }
}

const chunkRow = z.object({ sk: z.string(), sha2: z.string(), size: z.number() });
type Chunk = { sha2: string; size: number };

/**
 * Ends an upload: all chunks must be there, and their hashes must give the hash that the agent has computed. A file that
 * fails is given up with its content.
 *
 * @param transitHash SHA-256, as hex, of the chunks' hashes one after the other
 * @throws BadRequest
 */
export async function finishUpload(file: AgentFile, transitHash: string): Promise<void> {
  if (!canUpload(file)) throw refusedUpload('ErrStatusNoUploads', 'file closed, not accepting uploads');
  const chunks = await storedChunks(file);
  if (chunks === undefined) {
    throw refusedUpload('ErrMissingChunks', 'file data incomplete, not all chunks were uploaded');
  }
  const isWhole = chunks.every(({ size }, index) => (index < chunks.length - 1 ? size === CHUNK_BYTES : size > 0));
  const isGood = isWhole && hashOf(chunks) === transitHash.toLowerCase();
  await close(file, isGood ? 'READY' : 'UPLOAD_ERROR');
  if (isGood) return;
  await deleteContent(file);
  throw refusedUpload('ErrFailValidation', 'file contents failed validation');
}

/** The chunks in their order; undefined when one is missing. */
async function storedChunks(file: AgentFile): Promise<Chunk[] | undefined> {
  const chunks: Chunk[] = [];
  const first = chunkKey(file.upload_id, 0);
  for await (const row of rows({ table, pk: first.pk, prefix: 'chunk#' })) {
    const { sk, sha2, size } = chunkRow.parse(row);
    if (sk !== chunkKey(file.upload_id, chunks.length).sk) return undefined;
    chunks.push({ sha2, size });
  }
  return chunks.length === chunksOf(file) ? chunks : undefined;
}

function hashOf(chunks: readonly Chunk[]): string {
  const hash = createHash('sha256');
  for (const { sha2 } of chunks) hash.update(Buffer.from(sha2, 'hex'));
  return hash.digest('hex');
}

async function close(file: AgentFile, status: AgentFile['status']): Promise<void> {
  try {
    await write({ table, replace: { ...file, ...fileKey(file), status, version: file.version + 1 } });
  } catch (error) {
    if (error instanceof WriteConflict) throw uploadStopped();
    throw error;
  }
}
