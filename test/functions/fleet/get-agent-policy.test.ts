import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { agentsRead, checksCallers, fleet, refusal, shown } from './fleet.ts';

const api = fleet();
const { call, succeed, givenPolicy, givenKey, enroll, bulkUnenroll } = api;

checksCallers(api, 'GET /api/fleet/agent_policies/gate', {
  allowed: ['feature_fleetv2.read', 'feature_fleetv2.agent_policies_read', agentsRead],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.settings_all', 'feature_fleet.all'],
  missing: 'fleet-agent-policies-read,fleet-agents-read,fleet-setup',
});

describe('GET /api/fleet/agent_policies/{agentPolicyId}', () => {
  it('answers the policy with the number of its agents, unenrolled ones left out', async () => {
    const id = await givenPolicy();
    const { api_key } = await givenKey(id);
    const [gone] = [await enroll(api_key), await enroll(api_key), await enroll(api_key)];
    await bulkUnenroll({ agents: [gone.id], revoke: true });
    const { item } = await succeed(`GET /api/fleet/agent_policies/${id}?format=simplified`);
    expect(item).toMatchObject({ id, revision: 1, agents: 2, package_policies: [] });
  });

  it('shows less to who may read agents only', async () => {
    const id = await givenPolicy({ data_output_id: 'secret-place', description: 'd' });
    const as = await givenUser('agents-reader', { kibana: [agentsRead] });
    const { item } = (await call(`GET /api/fleet/agent_policies/${id}`, { as })).body;
    expect(item).toMatchObject({ id, description: 'd', package_policies: [] });
    for (const hidden of ['data_output_id', 'inactivity_timeout', 'space_ids', 'agents']) {
      expect(item).not.toHaveProperty(hidden);
    }
  });

  it('counts no agents for who may not read them', async () => {
    const id = await givenPolicy();
    const as = await givenUser('policies-reader', { kibana: ['feature_fleetv2.agent_policies_read'] });
    expect((await call(`GET /api/fleet/agent_policies/${id}`, { as })).body.item).not.toHaveProperty('agents');
  });

  it.each(['unknown', '%20', 'a'.repeat(2_000)])('answers 404 for %s', async (id) => {
    const message = `Saved object [fleet-agent-policies/${decodeURIComponent(id)}] not found`;
    expect(shown(await call(`GET /api/fleet/agent_policies/${id}`))).toEqual(refusal(404, message));
  });

  it('does not see what another space has', async () => {
    const id = await givenPolicy({ space: 'blue' });
    expect((await call(`GET /api/fleet/agent_policies/${id}`)).status).toBe(404);
    expect((await succeed(`GET /s/blue/api/fleet/agent_policies/${id}`)).item.space_ids).toEqual(['blue']);
  });

  it('refuses a query that it does not know', async () => {
    expect(shown(await call('GET /api/fleet/agent_policies/x?full=true'))).toEqual(
      refusal(400, '[request query.full]: definition for this key is missing'),
    );
  });
});
