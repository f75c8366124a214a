import { expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, refusal, shown } from './settings.ts';

const { call } = kibana();
const HOSTS = '/api/fleet/fleet_server_hosts';

checksCallers(call, `GET ${HOSTS}/any`, {
  named: 'fleet-settings-read',
  granted: ['feature_fleetv2.settings_read'],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.agents_all'],
});

it('gives one host', async () => {
  const created = await call(`POST ${HOSTS}`, { body: { id: 'mine', name: 'Mine', host_urls: ['http://h'] } });
  expect(shown(await call(`GET ${HOSTS}/mine`))).toEqual(shown(created));
});

it.each(['nope', 'x'.repeat(2_000)])('does not know %s', async (id) => {
  expect(shown(await call(`GET ${HOSTS}/${id}`))).toEqual(refusal(404, `Fleet server ${id} not found`));
});
