import { beforeAll, describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { type Anything, agentsRead, checksCallers, fleet, refusal, shown } from './fleet.ts';

const api = fleet();
const { call, succeed, givenPolicy, givenAgent } = api;
const names = async (query: string, prefix = ''): Promise<string[]> =>
  (await succeed(`GET ${prefix}/api/fleet/agent_policies?${query}`)).items.map(({ name }: Anything) => name);

checksCallers(api, 'GET /api/fleet/agent_policies', {
  allowed: ['feature_fleetv2.all', 'feature_fleetv2.agent_policies_read', agentsRead],
  refused: ['feature_fleetv2.minimal_read', 'feature_fleetv2.settings_read'],
  missing: 'fleet-agent-policies-read,fleet-agents-read,fleet-setup',
});

beforeAll(async () => {
  await givenPolicy({ space: 'list', name: 'one', namespace: 'a', download_source_id: 'x' });
  await givenPolicy({ space: 'list', name: 'two', namespace: 'b', is_managed: true, inactivity_timeout: 60 });
  const three = await givenPolicy({ space: 'list', name: 'three', namespace: 'a', description: 'the last one' });
  await givenAgent({ policy: three, space: 'list' });
});

describe('GET /api/fleet/agent_policies', () => {
  it('answers a page, last changed first', async () => {
    const { items, ...page } = await succeed('GET /s/list/api/fleet/agent_policies');
    expect(page).toEqual({ total: 3, page: 1, perPage: 20 });
    expect(items.map(({ name }: Anything) => name)).toEqual(['three', 'two', 'one']);
    expect(items[0].agents).toBe(0);
  });

  it.each([
    ['perPage=2', ['three', 'two']],
    ['perPage=2&page=2', ['one']],
    ['page=9', []],
    ['sortField=name&sortOrder=asc', ['one', 'three', 'two']],
    ['sortField=inactivity_timeout&sortOrder=asc', ['two', expect.any(String), expect.any(String)]],
    ['sortField=description&sortOrder=asc', ['three', expect.any(String), expect.any(String)]],
    ['kuery=namespace:a', ['three', 'one']],
    ['kuery=ingest-agent-policies.name:"two"', ['two']],
    ['kuery=fleet-agent-policies.is_managed:true', ['two']],
    ['kuery=ingest-agent-policies.description:last', ['three']],
    ['kuery=not ingest-agent-policies.download_source_id:*', ['three', 'two']],
  ])('%s', async (query, expected) => {
    expect(await names(encodeURI(query), '/s/list')).toEqual(expected);
  });

  it.each(['withAgentCount=true', 'noAgentCount=false'])('counts agents with %s', async (query) => {
    const { items } = await succeed(`GET /s/list/api/fleet/agent_policies?${query}`);
    expect(items.map(({ name, agents }: Anything) => [name, agents])).toEqual([
      ['three', 1],
      ['two', 0],
      ['one', 0],
    ]);
  });

  it('counts no agents for who may not read them, nor because it shows policies whole', async () => {
    const as = await givenUser('policies-reader', { kibana: ['feature_fleetv2.agent_policies_read'] });
    const { items } = (await call('GET /s/list/api/fleet/agent_policies?withAgentCount=true', { as })).body;
    expect(items[0]).toMatchObject({ name: 'three', agents: 0 });
    const whole = (await succeed('GET /s/list/api/fleet/agent_policies?full=true')).items;
    expect(whole[0]).toMatchObject({ name: 'three', agents: 0, package_policies: [] });
  });

  it('shows policies whole only to who may read policies', async () => {
    const as = await givenUser('agents-only', { kibana: [agentsRead] });
    expect(shown(await call('GET /api/fleet/agent_policies?full=true', { as }))).toEqual(
      refusal(403, 'full query parameter require agent policies read permissions'),
    );
  });

  it('shows less to who may read agents only', async () => {
    const as = await givenUser('agents-reader', { kibana: [agentsRead] });
    const { items } = (await call('GET /s/list/api/fleet/agent_policies?withAgentCount=true', { as })).body;
    expect(items[0]).not.toHaveProperty('space_ids');
  });

  it.each([
    ['kuery=foo:bar', "[request query.kuery]: KQLSyntaxError: This type 'foo' is not allowed"],
    [
      'kuery=ingest-agent-policies.foo:1',
      "[request query.kuery]: KQLSyntaxError: This key 'ingest-agent-policies.foo' does NOT exist in ingest-agent-policies saved object index patterns",
    ],
    [
      'kuery=ingest-agent-policies.attributes.description:last',
      "[request query.kuery]: KQLSyntaxError: This key 'ingest-agent-policies.attributes.description' does NOT exist in ingest-agent-policies saved object index patterns",
    ],
    ['kuery=(', expect.stringMatching(/^Kuery is malformed: Expected /)],
    [
      'perPage=101&full=true',
      '[request query]: perPage should be less or equal to 100 when fetching full policies or agent count.',
    ],
    ['perPage=-1', '[size] parameter cannot be negative, found [-1]'],
    ['page=0', '[from] parameter cannot be negative but was [-20]'],
    ['foo=1', '[request query.foo]: definition for this key is missing'],
  ])('refuses %s', async (query, message) => {
    expect(shown(await call(`GET /api/fleet/agent_policies?${query}`))).toEqual(refusal(400, message));
  });
});
