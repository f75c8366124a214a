import { describe, expect, it } from 'vitest';
import { agentsAll, checksCallers, fleet, refusal, shown } from './fleet.ts';

const api = fleet();
const { call, givenPolicy, givenKey, succeed } = api;

checksCallers(api, 'GET /api/fleet/enrollment_api_keys/gate', {
  allowed: [agentsAll, 'reserved_fleet-setup'],
  refused: ['feature_fleetv2.read', 'feature_fleetv2.agents_read'],
  missing: 'fleet-agents-all,fleet-setup',
});

describe('GET /api/fleet/enrollment_api_keys/{keyId}', () => {
  it('answers the key with its secret', async () => {
    const item = await givenKey(await givenPolicy(), { name: 'mine' });
    expect(await succeed(`GET /api/fleet/enrollment_api_keys/${item.id}`)).toEqual({ item });
  });

  it('answers 404 for an unknown one, and for one of another space', async () => {
    const { id } = await givenKey(await givenPolicy({ space: 'blue' }), { space: 'blue' });
    const read = async (unknown: string) => shown(await call(`GET /api/fleet/enrollment_api_keys/${unknown}`));
    expect(await read('nope')).toEqual(refusal(404, 'Enrollment api key nope not found'));
    expect(await read(id)).toEqual(refusal(404, `Enrollment api key ${id} not found in namespace`));
    expect((await call(`GET /s/blue/api/fleet/enrollment_api_keys/${id}`)).status).toBe(200);
  });
});
