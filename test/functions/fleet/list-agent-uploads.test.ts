import { describe, expect, it } from 'vitest';
import { noise, uploads } from '../fleet-server/upload.ts';
import { agentsRead, atTime, checksCallers, fleet, ISO_TIME } from './fleet.ts';

const api = fleet();
const { givenAgent, succeed } = api;
const { started, uploaded, listed } = uploads(api);

checksCallers(api, 'GET /api/fleet/agents/gate/uploads', {
  allowed: ['feature_fleetv2.read', agentsRead],
  refused: ['feature_fleetv2.minimal_all'],
  missing: 'fleet-agents-read',
});

describe('GET /api/fleet/agents/{agentId}/uploads', () => {
  it("answers the agent's files, newest first", async () => {
    const [agent, other] = [await givenAgent(), await givenAgent()];
    await atTime(-60_000, () => uploaded(agent, [noise(3)], 'first', 'a b.zip'));
    await started(agent, { action_id: 'second' });
    await uploaded(other, [noise(3)]);
    expect(await listed(agent.id)).toEqual([
      {
        id: `second.${agent.id}`,
        name: 'diag.zip',
        filePath: `/api/fleet/agents/files/second.${agent.id}/diag.zip`,
        createTime: expect.stringMatching(ISO_TIME),
        status: 'AWAITING_UPLOAD',
        actionId: 'second',
      },
      {
        id: `first.${agent.id}`,
        name: 'a b.zip',
        filePath: `/api/fleet/agents/files/first.${agent.id}/a b.zip`,
        createTime: expect.stringMatching(ISO_TIME),
        status: 'READY',
        actionId: 'first',
      },
    ]);
  });

  it.each(['nobody', 'x'.repeat(3_000)])('answers none for %s', async (id) => {
    expect(await succeed(`GET /api/fleet/agents/${id}/uploads`)).toEqual({ items: [] });
  });
});
