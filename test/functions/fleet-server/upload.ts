import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { rows } from '../../../lib/stores/read.ts';
import { type fleet, type GivenAgent, shown } from '../fleet/fleet.ts';

export const CHUNK = 4_194_304;

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
/** The hash of hashes that ends an upload. */
export const transitHash = (...chunks: Buffer[]): string =>
  sha256(Buffer.concat(chunks.map((chunk) => Buffer.from(sha256(chunk), 'hex'))));
/** Bytes that cannot be compressed. */
export const noise = (length: number): Buffer => randomBytes(length);

/** What agents do to upload a file. */
export function uploads({ agentCall, succeed }: ReturnType<typeof fleet>) {
  const begin = (agent: GivenAgent, fields: Record<string, unknown> = {}) => {
    const { file = {}, ...others } = fields;
    return agentCall('POST /api/fleet/uploads', agent.key, {
      file: { name: 'diag.zip', size: 10, mime_type: 'application/zip', ...(file as object) },
      action_id: randomUUID(),
      agent_id: agent.id,
      src: 'agent',
      ...others,
    });
  };
  const put = (agent: GivenAgent, id: string, number: number | string, bytes: Buffer, hash = sha256(bytes)) =>
    agentCall(`PUT /api/fleet/uploads/${id}/${number}`, agent.key, bytes, { 'x-chunk-sha2': hash });
  const finish = (agent: GivenAgent, id: string, sha: string) =>
    agentCall(`POST /api/fleet/uploads/${id}`, agent.key, { transithash: { sha256: sha } });

  async function started(agent: GivenAgent, fields: Record<string, unknown> = {}): Promise<string> {
    const answer = await begin(agent, fields);
    expect(shown(answer)).toEqual({ status: 200, body: { upload_id: expect.any(String), chunk_size: CHUNK } });
    return answer.body.upload_id;
  }

  /** Uploads a file; gives its id and that of its upload. */
  async function uploaded(agent: GivenAgent, chunks: Buffer[], action_id: string = randomUUID(), name = 'diag.zip') {
    const size = chunks.reduce((sum, { length }) => sum + length, 0);
    const uploadId = await started(agent, { action_id, file: { size, name } });
    for (const [number, bytes] of chunks.entries())
      expect((await put(agent, uploadId, number, bytes)).status).toBe(200);
    expect(shown(await finish(agent, uploadId, transitHash(...chunks)))).toEqual({
      status: 200,
      body: { status: 'ok' },
    });
    return { fileId: `${action_id}.${agent.id}`, uploadId };
  }

  const listed = async (agentId: string) => (await succeed(`GET /api/fleet/agents/${agentId}/uploads`)).items;
  return { begin, put, finish, started, uploaded, listed };
}

/** The bytes that are stored of an upload's chunk. */
export async function storedChunk(uploadId: string, number: number): Promise<Buffer> {
  const parts = await Array.fromAsync(rows({ table: 'Fleet', pk: `chunk#${uploadId}#${number}` }));
  return Buffer.concat(parts.map(({ bytes }) => bytes as Uint8Array));
}

/** Rows that are stored of an upload's content. */
export async function contentRows(uploadId: string, chunks: number): Promise<number> {
  const complete = await Array.fromAsync(rows({ table: 'Fleet', pk: `upload#${uploadId}`, prefix: 'chunk#' }));
  let count = complete.length;
  for (let chunk = 0; chunk < chunks; chunk++) {
    count += (await Array.fromAsync(rows({ table: 'Fleet', pk: `chunk#${uploadId}#${chunk}` }))).length;
  }
  return count;
}
