import { expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, shown } from './settings.ts';

const { call } = kibana();
const SOURCES = 'GET /api/fleet/agent_download_sources';

const initial = {
  id: 'fleet-default-download-source',
  name: 'Elastic Artifacts',
  is_default: true,
  host: 'https://artifacts.elastic.co/downloads/',
};

it('lists the source that exists without being created', async () => {
  const page = { status: 200, body: { items: [initial], total: 1, page: 1, perPage: 10_000 } };
  expect(shown(await call(`${SOURCES}?perPage=1`))).toEqual(page);
});

checksCallers(call, SOURCES, {
  named: 'fleet-agent-policies-read,fleet-settings-read',
  granted: ['feature_fleetv2.settings_read', 'feature_fleetv2.agent_policies_read'],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.agents_all'],
});

it('lists the default first, the others in the order of their creation', async () => {
  for (const id of ['z', 'a', 'm']) {
    const body = { id, name: id, host: 'http://h', is_default: id === 'm' };
    await call('POST /api/fleet/agent_download_sources', { body });
  }
  const { body } = await call(SOURCES);
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['m', initial.id, 'z', 'a']);
  expect(body.items[1].is_default).toBe(false);
});
