import { describe, expect, it } from 'vitest';
import { intercept } from '../../lib/stores/store.ts';
import { atTime, fleet, shown } from '../fleet/fleet.ts';
import { checksKeys, refused } from './refusals.ts';
import { CHUNK, contentRows, noise, sha256, storedChunk, transitHash, uploads } from './upload.ts';

const api = fleet();
const { agentCall, givenAgent, call } = api;
const { put, finish, started, uploaded } = uploads(api);

describe('before anything else', () => checksKeys(api, 'PUT /api/fleet/uploads/x/0', Buffer.from('x')));

describe('PUT /api/fleet/uploads/{id}/{chunk}', () => {
  it('stores a chunk byte for byte, and again', async () => {
    const agent = await givenAgent();
    const id = await started(agent, { file: { size: CHUNK + 5 } });
    const [first, last] = [noise(CHUNK), noise(5)];
    const answer = await put(agent, id, 1, last);
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect((await put(agent, id, 0, noise(CHUNK))).status).toBe(200);
    expect((await put(agent, id, 0, first, sha256(first).toUpperCase())).status).toBe(200);
    expect((await storedChunk(id, 0)).equals(first)).toBe(true);
    expect((await storedChunk(id, 1)).equals(last)).toBe(true);
    expect((await finish(agent, id, transitHash(first, last))).status).toBe(200);
  });

  it('refuses what is not the announced chunk', async () => {
    const agent = await givenAgent();
    const id = await started(agent, { file: { size: 10 } });
    const bytes = noise(10);
    expect(shown(await put(agent, id, 0, bytes, sha256(noise(10))))).toEqual(
      refused(400, 'ErrHashMismatch', 'hash does not match'),
    );
    expect(shown(await put(agent, id, 0, bytes, ''))).toEqual(
      refused(400, 'BadRequest', 'Bad request: header X-Chunk-SHA2 is required'),
    );
    for (const number of [1, 99, '-1', 'x', '1e1']) {
      expect(shown(await put(agent, id, number, bytes))).toEqual(
        refused(400, 'ErrInvalidChunkNum', 'invalid chunk number'),
      );
    }
    const large = noise(CHUNK + 1);
    expect(shown(await put(agent, id, 0, large))).toEqual(
      refused(400, 'BadRequest', `Bad request: a chunk has at most ${CHUNK} bytes`),
    );
    expect((await put(agent, id, 0, noise(4_500_001))).status).toBe(413);
    expect(await contentRows(id, 1)).toBe(0);
  });

  it('refuses another agent, an unknown upload, and one that is over', async () => {
    const [agent, other] = [await givenAgent(), await givenAgent()];
    const id = await started(agent, { file: { size: 3 } });
    expect(shown(await put(other, id, 0, noise(3)))).toMatchObject({
      status: 403,
      body: { error: 'ErrAgentIdentity' },
    });
    expect(shown(await put(agent, 'nope', 0, noise(3)))).toMatchObject({
      status: 400,
      body: { error: 'ErrAPIKeyNotFound' },
    });
    expect(shown(await atTime(25 * 3_600_000, () => put(agent, id, 0, noise(3))))).toEqual(
      refused(400, 'ErrUploadExpired', 'upload has expired'),
    );
    const { uploadId } = await uploaded(agent, [noise(3)]);
    expect(shown(await put(agent, uploadId, 0, noise(3)))).toEqual(
      refused(400, 'ErrUploadStopped', 'upload has stopped'),
    );
  });

  it('leaves nothing behind when the file is deleted while a chunk comes', async () => {
    const agent = await givenAgent();
    const id = await started(agent, { action_id: 'raced', file: { size: 3 } });
    let deleted = false;
    intercept(async ({ name }, send) => {
      const answer = await send();
      if (name === 'BatchWriteCommand' && !deleted) {
        deleted = true;
        expect((await call(`DELETE /api/fleet/agents/files/raced.${agent.id}`)).status).toBe(200);
      }
      return answer;
    });
    expect(shown(await put(agent, id, 0, noise(3)))).toEqual(refused(400, 'ErrUploadStopped', 'upload has stopped'));
    expect(deleted).toBe(true);
    expect(await contentRows(id, 1)).toBe(0);
  });

  it('takes bytes that are no JSON and no text', async () => {
    const agent = await givenAgent();
    const bytes = Buffer.from([0, 255, 123, 10, 0]);
    const id = await started(agent, { file: { size: 5 } });
    const headers = { 'x-chunk-sha2': sha256(bytes), 'content-type': 'application/octet-stream' };
    expect((await agentCall(`PUT /api/fleet/uploads/${id}/0`, agent.key, bytes, headers)).status).toBe(200);
    expect(await storedChunk(id, 0)).toEqual(bytes);
  });
});
