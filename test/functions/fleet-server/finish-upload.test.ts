import { describe, expect, it } from 'vitest';
import { fleet, shown } from '../fleet/fleet.ts';
import { checksKeys, refused } from './refusals.ts';
import { CHUNK, contentRows, noise, transitHash, uploads } from './upload.ts';

const api = fleet();
const { agentCall, givenAgent } = api;
const { put, finish, started, uploaded, listed } = uploads(api);

describe('before anything else', () => checksKeys(api, 'POST /api/fleet/uploads/x', {}));

describe('POST /api/fleet/uploads/{id}', () => {
  it('makes the file ready', async () => {
    const agent = await givenAgent();
    const { fileId, uploadId } = await uploaded(agent, [noise(CHUNK), noise(1)]);
    expect(await listed(agent.id)).toEqual([
      expect.objectContaining({ id: fileId, status: 'READY', filePath: `/api/fleet/agents/files/${fileId}/diag.zip` }),
    ]);
    expect(shown(await finish(agent, uploadId, 'x'))).toEqual(
      refused(400, 'ErrStatusNoUploads', 'file closed, not accepting uploads'),
    );
  });

  it('waits for every chunk', async () => {
    const agent = await givenAgent();
    const id = await started(agent, { file: { size: CHUNK + 1 } });
    const missing = refused(400, 'ErrMissingChunks', 'file data incomplete, not all chunks were uploaded');
    expect(shown(await finish(agent, id, 'x'))).toEqual(missing);
    const last = noise(1);
    await put(agent, id, 1, last);
    expect(shown(await finish(agent, id, 'x'))).toEqual(missing);
    const first = noise(CHUNK);
    await put(agent, id, 0, first);
    expect((await finish(agent, id, transitHash(first, last).toUpperCase())).status).toBe(200);
  });

  it.each<[string, number, Buffer[], (chunks: Buffer[]) => string]>([
    ['another hash', 3, [noise(3)], () => transitHash(noise(3))],
    ['a chunk that is too short', CHUNK + 1, [noise(7), noise(1)], (chunks) => transitHash(...chunks)],
    ['an empty last chunk', CHUNK + 1, [noise(CHUNK), noise(0)], (chunks) => transitHash(...chunks)],
  ])('gives the file up for %s, with its content', async (_name, size, chunks, hash) => {
    const agent = await givenAgent();
    const id = await started(agent, { file: { size } });
    for (const [number, bytes] of chunks.entries()) expect((await put(agent, id, number, bytes)).status).toBe(200);
    expect(shown(await finish(agent, id, hash(chunks)))).toEqual(
      refused(400, 'ErrFailValidation', 'file contents failed validation'),
    );
    expect((await listed(agent.id))[0]).toMatchObject({ status: 'UPLOAD_ERROR' });
    expect(await contentRows(id, 2)).toBe(0);
    expect(shown(await finish(agent, id, 'x'))).toMatchObject({ body: { error: 'ErrStatusNoUploads' } });
  });

  it('is for the agent that uploads', async () => {
    const [agent, other] = [await givenAgent(), await givenAgent()];
    const id = await started(agent);
    expect(shown(await finish(other, id, 'x'))).toMatchObject({ status: 403, body: { error: 'ErrAgentIdentity' } });
  });

  it.each([{}, { transithash: {} }, { transithash: { sha256: ' ' } }])('demands a hash: %j', async (body) => {
    const agent = await givenAgent();
    const id = await started(agent);
    expect(shown(await agentCall(`POST /api/fleet/uploads/${id}`, agent.key, body))).toEqual(
      refused(400, 'TransitHashRequired', 'Transit hash required'),
    );
  });

  it('refuses what it cannot read', async () => {
    const agent = await givenAgent();
    const id = await started(agent);
    expect(shown(await agentCall(`POST /api/fleet/uploads/${id}`, agent.key, '{'))).toEqual(
      refused(400, 'BadRequest', 'Bad request: unable to decode upload complete request'),
    );
  });
});
