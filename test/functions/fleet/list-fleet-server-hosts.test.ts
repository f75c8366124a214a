import { expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, shown } from './settings.ts';

const { call } = kibana();
const HOSTS = 'GET /api/fleet/fleet_server_hosts';

it('lists nothing at first', async () => {
  const page = { status: 200, body: { items: [], total: 0, page: 1, perPage: 10_000 } };
  expect(shown(await call(HOSTS))).toEqual(page);
});

checksCallers(call, HOSTS, {
  named: 'fleet-agents-all,fleet-settings-read',
  granted: ['feature_fleetv2.settings_read', 'feature_fleetv2.agents_all'],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.agents_read'],
});

it('lists hosts in the order of their creation', async () => {
  for (const id of ['z', 'a', 'm']) {
    const body = { id, name: id, host_urls: ['http://h'], is_default: id === 'm' };
    await call('POST /api/fleet/fleet_server_hosts', { body });
  }
  const { body } = await call(HOSTS);
  expect(body.items.map(({ id, is_default }: { id: string; is_default: boolean }) => [id, is_default])).toEqual([
    ['z', false],
    ['a', false],
    ['m', true],
  ]);
  expect(body.total).toBe(3);
});
