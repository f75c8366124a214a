import { describe, expect, it } from 'vitest';
import { findApiKey } from '../../../lib/security/api-keys.ts';
import { agentsAll, checksCallers, fleet, refusal, shown } from './fleet.ts';

const api = fleet();
const { call, givenPolicy, givenKey, succeed, agentCall, enrollBody, enroll, checkIn } = api;

checksCallers(api, 'DELETE /api/fleet/enrollment_api_keys/gate', {
  allowed: [agentsAll],
  refused: ['feature_fleetv2.agents_read', 'reserved_fleet-setup'],
  missing: 'fleet-agents-all',
});

describe('DELETE /api/fleet/enrollment_api_keys/{keyId}', () => {
  it('kills the API key at once and keeps the record; agents that enrolled with it go on', async () => {
    const item = await givenKey(await givenPolicy());
    const agent = await enroll(item.api_key);
    for (let times = 0; times < 2; times++) {
      expect(await succeed(`DELETE /api/fleet/enrollment_api_keys/${item.id}`)).toEqual({ action: 'deleted' });
    }
    expect((await findApiKey(item.api_key_id))?.invalidation).toBeTypeOf('number');
    const { item: kept } = await succeed(`GET /api/fleet/enrollment_api_keys/${item.id}`);
    expect(kept).toEqual({ ...item, active: false });
    expect(shown(await agentCall('POST /api/fleet/agents/enroll', item.api_key, enrollBody({})))).toMatchObject({
      status: 401,
      body: { statusCode: 401, error: 'Unauthorized', message: 'ApiKey not enabled' },
    });
    expect((await checkIn(agent)).status).toBe(200);
  });

  it('answers 404 for an unknown one, and for one of another space', async () => {
    const { id } = await givenKey(await givenPolicy({ space: 'blue' }), { space: 'blue' });
    const read = async (unknown: string) => shown(await call(`DELETE /api/fleet/enrollment_api_keys/${unknown}`));
    expect(await read('nope')).toEqual(refusal(404, 'Enrollment api key nope not found'));
    expect(await read(id)).toEqual(refusal(404, `Enrollment api key ${id} not found in namespace`));
  });
});
