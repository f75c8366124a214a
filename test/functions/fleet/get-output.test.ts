import { expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, refusal, shown } from './settings.ts';

const { call } = kibana();

checksCallers(call, 'GET /api/fleet/outputs/fleet-default-output', {
  named: 'fleet-settings-read,fleet-agent-policies-read',
  granted: ['feature_fleetv2.settings_read', 'feature_fleetv2.agent_policies_read'],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.agents_all'],
});

it('gives the output that exists without being created', async () => {
  const { body } = await call('GET /api/fleet/outputs/fleet-default-output');
  expect(body.item).toMatchObject({ id: 'fleet-default-output', is_default: true, is_default_monitoring: true });
});

it('gives what was created, plain secrets included', async () => {
  const ssl = { certificate: 'C', key: 'PLAIN' };
  const sent = { id: 'mine', name: 'n', type: 'logstash', hosts: ['h:1'], ssl };
  const created = await call('POST /api/fleet/outputs', { body: sent });
  const found = await call('GET /api/fleet/outputs/mine');
  expect(found.body).toEqual(created.body);
  expect(found.body.item.ssl).toEqual(ssl);
});

it.each(['nope', 'fleet-default-outpu', '%F0%9F%98%80', 'x'.repeat(3_000)])('does not know %s', async (id) => {
  const message = `Output ${decodeURIComponent(id)} not found`;
  expect(shown(await call(`GET /api/fleet/outputs/${id}`))).toEqual(refusal(404, message));
});
