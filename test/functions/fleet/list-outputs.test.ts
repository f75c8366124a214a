import { expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, shown } from './settings.ts';

const { call } = kibana();
const OUTPUTS = 'GET /api/fleet/outputs';

const initial = {
  id: 'fleet-default-output',
  name: 'default',
  type: 'elasticsearch',
  hosts: ['http://localhost:9200'],
  is_default: true,
  is_default_monitoring: true,
  preset: 'balanced',
};

it('lists the default output before anybody has created one, whatever the query says', async () => {
  const page = { status: 200, body: { items: [initial], total: 1, page: 1, perPage: 10_000 } };
  expect(shown(await call(OUTPUTS))).toEqual(page);
  expect(shown(await call(`${OUTPUTS}?perPage=5&foo=1`))).toEqual(page);
  expect(shown(await call('GET /s/elsewhere/api/fleet/outputs'))).toEqual(page);
});

checksCallers(call, OUTPUTS, {
  named: 'fleet-settings-read,fleet-agent-policies-read',
  granted: ['feature_fleetv2.settings_read', 'feature_fleetv2.agent_policies_read', 'feature_fleetv2.read', 'read'],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.agents_all', 'feature_fleet.all'],
});

it('lists the default first, the others in the order of their creation', async () => {
  for (const id of ['z', 'a', 'm']) {
    const body = { id, name: id, type: 'elasticsearch', hosts: ['http://h'], is_default: id === 'm' };
    expect((await call('POST /api/fleet/outputs', { body })).status).toBe(200);
  }
  const { body } = await call(OUTPUTS);
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['m', 'fleet-default-output', 'z', 'a']);
  expect(body.items[1]).toEqual({ ...initial, is_default: false });
  expect(body.total).toBe(4);
});
