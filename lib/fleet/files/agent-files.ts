import * as z from 'zod';
import { BadRequest } from '../../errors/errors.ts';
import { deleteRows } from '../../stores/bulk.ts';
import { fitsKey, type Key, key, newestFirst } from '../../stores/keys.ts';
import { type Row, read, readMany, rows } from '../../stores/read.ts';
import { retryOnConflict } from '../../stores/retry-on-conflict.ts';
import { write } from '../../stores/write.ts';

/**
 * Files that agents upload. What is known of a file stays when its content is deleted.
 *
 *   file     pk agent-file#<source>#<action>.<agent>   sk file
 *   upload   pk upload#<upload id>                     sk upload             → the file
 *   chunk    pk upload#<upload id>                     sk chunk#<number>     its hash and size: the chunk is complete
 *   part     pk chunk#<upload id>#<number>             sk <number>           bytes
 *   listed   pk agent-files#<agent>                    sk <inverted start>#<action>.<agent>
 */
export const table = 'Fleet';

/** Bytes of a chunk: what agents are told to send, and the most that they may. */
export const CHUNK_BYTES = 4_194_304;
/** Bytes of a row that holds part of a chunk. */
export const PART_BYTES = 350_000;
/** Bytes of a file. */
export const MAX_FILE_BYTES = 100 * 1_024 * 1_024;
/** Milliseconds after which an upload can no longer go on. */
export const UPLOAD_MS = 24 * 3_600_000;

export const sources = ['agent', 'endpoint'] as const;
export type Source = (typeof sources)[number];

const fileRow = z.object({
  version: z.number(),
  id: z.string(),
  upload_id: z.string(),
  action_id: z.string(),
  agent_id: z.string(),
  source: z.enum(sources),
  name: z.string(),
  size: z.number(),
  mime_type: z.string(),
  status: z.enum(['AWAITING_UPLOAD', 'UPLOADING', 'READY', 'UPLOAD_ERROR', 'DELETED']),
  /** ISO time. */
  started_at: z.string(),
});
export type AgentFile = z.infer<typeof fileRow>;

export function fileKey({ source, id }: Pick<AgentFile, 'source' | 'id'>): Key {
  return key(`agent-file#${source}#${id}`, 'file');
}

export function fileOf(row: Row): AgentFile {
  return fileRow.parse(row);
}

/** What is known of a file, its deletion included. */
export async function findFile(source: Source, id: string): Promise<AgentFile | undefined> {
  if (!fitsKey(id)) return undefined;
  const row = await read(table, fileKey({ source, id }));
  return row && fileOf(row);
}

/** Where the file stands in the list of its agent, newest first. */
export function listedKey({ agent_id, id, started_at }: AgentFile): Key {
  return key(`agent-files#${agent_id}`, `${newestFirst(started_at)}#${id}`);
}

export function chunkKey(uploadId: string, chunk: number): Key {
  return key(`upload#${uploadId}`, `chunk#${String(chunk).padStart(5, '0')}`);
}

export function partKey(uploadId: string, chunk: number, part: number): Key {
  return key(`chunk#${uploadId}#${chunk}`, String(part).padStart(3, '0'));
}

/** Chunks that a file of this size has. */
export function chunksOf({ size }: Pick<AgentFile, 'size'>): number {
  return Math.ceil(size / CHUNK_BYTES);
}

/** Removes everything that was uploaded. Its addresses follow from the size: nothing has to be read. */
export async function deleteContent(file: Pick<AgentFile, 'upload_id' | 'size'>): Promise<void> {
  const { failure } = await deleteRows(table, contentKeys(file));
  if (failure !== undefined) throw failure;
}

async function* contentKeys(file: Pick<AgentFile, 'upload_id' | 'size'>): AsyncGenerator<Key> {
  for (let chunk = 0; chunk < chunksOf(file); chunk++) yield* chunkContentKeys(file.upload_id, chunk);
}

/** Addresses of one chunk and of all parts that it can have. */
export async function* chunkContentKeys(uploadId: string, chunk: number): AsyncGenerator<Key> {
  yield chunkKey(uploadId, chunk);
  for (let part = 0; part < CHUNK_BYTES / PART_BYTES; part++) yield partKey(uploadId, chunk, part);
}

/**
 * Deletes an uploaded file: its content goes, what is known of it stays and says that it is deleted. Safe to repeat.
 *
 * @throws BadRequest when there is no such file
 */
export async function deleteFile(id: string): Promise<void> {
  const file = await retryOnConflict(async () => {
    const found = await findFile('agent', id);
    if (found === undefined) throw new BadRequest(`Failed to update file ${id} metadata`);
    const deleted = { ...found, ...fileKey(found), status: 'DELETED', version: found.version + 1 };
    await write({ table, replace: deleted }, { table, delete: listedKey(found) });
    return found;
  });
  await deleteContent(file);
}

const listedRow = z.object({ file_id: z.string() });

/** A file as the list of uploads shows it. */
export const upload = z.object({
  id: z.string(),
  name: z.string(),
  filePath: z.string(),
  createTime: z.string(),
  status: z.string(),
  actionId: z.string(),
  error: z.string().optional(),
});

/** The files that an agent has uploaded or is uploading, newest first; deleted ones are left out. */
export async function uploadsOf(agentId: string): Promise<z.infer<typeof upload>[]> {
  if (!fitsKey(agentId)) return [];
  const ids: string[] = [];
  for await (const row of rows({ table, pk: `agent-files#${agentId}`, limit: MAX_LISTED })) {
    if (ids.push(listedRow.parse(row).file_id) === MAX_LISTED) break;
  }
  const found = await readMany(
    table,
    ids.map((id) => fileKey({ source: 'agent', id })),
  );
  const files = found.filter((row) => row !== undefined).map(fileOf);
  return files
    .filter(({ status }) => status !== 'DELETED')
    .map(({ id, name, started_at, status, action_id }) => ({
      id,
      name,
      filePath: `/api/fleet/agents/files/${id}/${name}`,
      createTime: started_at,
      status,
      actionId: action_id,
    }));
}

const MAX_LISTED = 1_000;
