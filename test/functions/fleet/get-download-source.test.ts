import { expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, refusal, shown } from './settings.ts';

const { call } = kibana();
const SOURCES = '/api/fleet/agent_download_sources';

checksCallers(call, `GET ${SOURCES}/fleet-default-download-source`, {
  named: 'fleet-agent-policies-read,fleet-settings-read',
  granted: ['feature_fleetv2.settings_read', 'feature_fleetv2.agent_policies_read'],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.agents_all'],
});

it('gives one source', async () => {
  const created = await call(`POST ${SOURCES}`, { body: { id: 'mine', name: 'Mine', host: 'http://h' } });
  expect(shown(await call(`GET ${SOURCES}/mine`))).toEqual(shown(created));
});

it.each(['nope', 'x'.repeat(2_000)])('does not know %s', async (id) => {
  expect(shown(await call(`GET ${SOURCES}/${id}`))).toEqual(refusal(404, `Agent binary source ${id} not found`));
});
