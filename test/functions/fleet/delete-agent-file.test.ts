import { describe, expect, it } from 'vitest';
import { contentRows, noise, uploads } from '../fleet-server/upload.ts';
import { agentsAll, checksCallers, fleet, refusal, shown } from './fleet.ts';

const api = fleet();
const { call, givenAgent } = api;
const { put, started, uploaded, listed } = uploads(api);
const remove = (id: string, prefix = '') => call(`DELETE ${prefix}/api/fleet/agents/files/${encodeURIComponent(id)}`);

checksCallers(api, 'DELETE /api/fleet/agents/files/gate', {
  allowed: [agentsAll],
  refused: ['feature_fleetv2.agents_read', 'feature_fleetv2.settings_all'],
  missing: 'fleet-agents-all',
});

describe('DELETE /api/fleet/agents/files/{fileId}', () => {
  it('deletes the content, and says so again', async () => {
    const agent = await givenAgent();
    const { fileId, uploadId } = await uploaded(agent, [noise(800_000)]);
    expect(await contentRows(uploadId, 1)).toBe(4);
    for (let times = 0; times < 2; times++) {
      expect(shown(await remove(fileId))).toEqual({ status: 200, body: { id: fileId, deleted: true } });
      expect(await contentRows(uploadId, 1)).toBe(0);
    }
    expect(await listed(agent.id)).toEqual([]);
  });

  it('deletes from any space, and what is not yet uploaded', async () => {
    const agent = await givenAgent();
    const { fileId } = await uploaded(agent, [noise(3)]);
    expect((await remove(fileId, '/s/blue')).status).toBe(200);
    const id = await started(agent, { action_id: 'waiting', file: { size: 3 } });
    expect((await remove(`waiting.${agent.id}`)).status).toBe(200);
    expect((await put(agent, id, 0, noise(3))).body.error).toBe('ErrUploadStopped');
  });

  it('lets the agent upload again', async () => {
    const agent = await givenAgent();
    const { fileId } = await uploaded(agent, [noise(3)], 'again');
    await remove(fileId);
    await uploaded(agent, [noise(4)], 'again');
    expect(await listed(agent.id)).toEqual([expect.objectContaining({ id: fileId, status: 'READY' })]);
  });

  it.each(['nope', 'a.b', 'x'.repeat(3_000), '😀', '__proto__'])('refuses the unknown id %s', async (id) => {
    expect(shown(await remove(id))).toEqual(refusal(400, `Failed to update file ${id} metadata`));
  });

  it('does not answer two segments', async () => {
    expect((await call('DELETE /api/fleet/agents/files/a/b')).status).toBe(404);
  });
});
