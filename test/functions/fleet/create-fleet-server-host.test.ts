import { describe, expect, it } from 'vitest';
import { findPolicy } from '../../../lib/fleet/policies.ts';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, givenPolicy, refusal, shown } from './settings.ts';

const { call } = kibana();
const HOSTS = 'POST /api/fleet/fleet_server_hosts';
const create = (body: unknown) => call(HOSTS, { body });

checksCallers(call, HOSTS, {
  named: 'fleet-settings-all',
  granted: ['feature_fleetv2.settings_all'],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.settings_read'],
  body: {},
});

it('creates a host, its addresses with a port', async () => {
  const sent = {
    id: 'test-1',
    name: 'Default',
    host_urls: ['https://test.com', 'http://H:8220/x/?a=1'],
    is_internal: true,
  };
  expect(shown(await create(sent))).toEqual({
    status: 200,
    body: {
      item: {
        id: 'test-1',
        name: 'Default',
        host_urls: ['https://test.com:443', 'http://h:8220/x/'],
        is_default: false,
        is_preconfigured: false,
        is_internal: true,
      },
    },
  });
  const proxied = await create({ name: 'Default', host_urls: ['https://a'], proxy_id: 'any' });
  expect(proxied.body.item).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), proxy_id: 'any' });
});

it.each([null, ''])('does not speak of a proxy that is not there: %j', async (proxy_id) => {
  const { body } = await create({ name: 'n', host_urls: ['https://a'], proxy_id });
  expect(body.item).not.toHaveProperty('proxy_id');
  expect((await call(`GET /api/fleet/fleet_server_hosts/${body.item.id}`)).body).toEqual(body);
});

describe('refuses', () => {
  it.each<[unknown, string]>([
    [{}, '[request body.name]: expected value of type [string] but got [undefined]'],
    [{ name: 'n' }, '[request body.host_urls]: expected value of type [array] but got [undefined]'],
    [{ name: 'n', host_urls: [] }, '[request body.host_urls]: array size is [0], but cannot be smaller than [1]'],
    [
      { name: 'n', host_urls: ['http://h'], is_preconfigured: true },
      '[request body.is_preconfigured]: definition for this key is missing',
    ],
    [{ name: 'n', host_urls: ['no url'] }, 'Invalid URL'],
  ])('%j', async (body, message) => {
    expect(shown(await create(body))).toEqual(refusal(400, message));
  });

  it('an id that is taken, and leaves the default where it is', async () => {
    const host = { id: 'taken', name: 'n', host_urls: ['http://h'] };
    await create(host);
    const message = 'Saved object [fleet-fleet-server-host/taken] conflict';
    expect(shown(await create({ ...host, is_default: true }))).toEqual(refusal(409, message));
    expect((await call('GET /api/fleet/fleet_server_hosts/taken')).body.item.is_default).toBe(false);
  });
});

it('makes exactly one the default, and gives every policy a new revision', async () => {
  const policy = await givenPolicy({});
  const many = Array.from({ length: 5 }, (_, index) => ({
    name: `H${index}`,
    host_urls: ['http://h'],
    is_default: true,
  }));
  expect((await Promise.all(many.map(create))).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const { body } = await call('GET /api/fleet/fleet_server_hosts');
  expect(body.items.filter(({ is_default }: { is_default: boolean }) => is_default)).toHaveLength(1);
  expect((await findPolicy(policy))?.revision).toBeGreaterThan(1);
});

it('keeps a body near the limit', async () => {
  const host_urls = Array.from({ length: 30_000 }, (_, index) => `http://host-${index}:8220`);
  const { body } = await create({ id: 'large', name: 'n', host_urls });
  expect(body.item.host_urls).toEqual(host_urls);
  expect((await call('GET /api/fleet/fleet_server_hosts/large')).body.item.host_urls).toEqual(host_urls);
});
