import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Anything,
  agentsRead,
  atTime,
  checksCallers,
  days,
  fleet,
  type GivenAgent,
  refusal,
  shown,
} from './fleet.ts';

const api = fleet();
const { call, succeed, givenPolicy, givenKey, givenAgent, enroll, goOnline, checkIn } = api;

checksCallers(api, 'GET /api/fleet/agents', {
  allowed: ['feature_fleetv2.read', agentsRead],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.agent_policies_all'],
  missing: 'fleet-agents-read',
});

const names = new Map<string, string>();
let policy: string;
let online: GivenAgent;
const host = (name: string, more: Record<string, unknown> = {}) => ({ host: { hostname: name, name, ...more } });

beforeAll(async () => {
  policy = await givenPolicy({ space: 'list' });
  const { api_key } = await givenKey(policy, { space: 'list' });
  const given = async (name: string, ageMs: number, fields: Record<string, unknown> = {}) => {
    const agent = await atTime(-ageMs, () => enroll(api_key, { id: name, local: host(name), ...fields }));
    names.set(agent.id, name);
    return agent;
  };
  await given('inactive', days(20));
  const gone = await given('gone', days(9));
  await given('offline-2', days(8), { tags: ['x'] });
  await given('offline-1', days(8) + 60_000, { tags: ['x', 'y'] });
  online = await given('online', 50_000, {
    version: '8.19.0',
    local: {
      ...host('online', { ip: ['10.0.0.1', '::1'] }),
      elastic: { agent: { upgradeable: true, version: '8.19.0' } },
    },
  });
  await given('updating', 40_000);
  await goOnline(online);
  await call('POST /s/list/api/fleet/agents/bulk_unenroll', { body: { agents: [gone.id], revoke: true } });
  await givenAgent();
});

const list = (query = '', prefix = '/s/list') => succeed(`GET ${prefix}/api/fleet/agents?${encodeURI(query)}`);
const ids = async (query: string): Promise<string[]> => (await list(query)).items.map(({ id }: Anything) => id);
const ACTIVE = ['updating', 'online', 'offline-2', 'offline-1'];

describe('GET /api/fleet/agents', () => {
  it('answers active agents of the space, latest enrolment first', async () => {
    const { items, ...page } = await list();
    expect(items.map(({ id }: Anything) => id)).toEqual(ACTIVE);
    const last = items.at(-1);
    expect(page).toEqual({
      total: 4,
      page: 1,
      perPage: 20,
      nextSearchAfter: JSON.stringify([Date.parse(last.enrolled_at), 'offline-1']),
    });
    expect(items[1]).toEqual({
      ...(await api.getAgent('online', '/s/list')),
      sort: [Date.parse(items[1].enrolled_at), 'online'],
    });
  });

  it.each<[string, string[], number?]>([
    ['showInactive=true', [...ACTIVE, 'inactive']],
    ['perPage=2', ACTIVE.slice(0, 2), 4],
    ['perPage=2&page=2', ACTIVE.slice(2), 4],
    ['perPage=3&page=2&showInactive=true', ['offline-1', 'inactive'], 5],
    ['page=3', [], 4],
    ['perPage=0', [], 4],
    ['kuery=status:online', ['online']],
    ['kuery=fleet-agents.status:(offline or updating)', ['updating', 'offline-2', 'offline-1']],
    ['kuery=status:unenrolled', ['gone']],
    ['kuery=status:*', [...ACTIVE.slice(0, 2), 'offline-2', 'offline-1', 'gone']],
    ['kuery=status:inactive', []],
    ['kuery=status:inactive&showInactive=true', ['inactive']],
    ['kuery=fleet-agents.tags:x and not tags:y', ['offline-2']],
    ['kuery=local_metadata.host.hostname:offline*', ['offline-2', 'offline-1']],
    ['kuery=local_metadata.host.hostname.keyword:"online"', ['online']],
    ['kuery=local_metadata.host.ip:"10.0.0.1"', ['online']],
    ['kuery=local_metadata.elastic.agent.version:8.19.0', ['online']],
    ['kuery=agent.version:9.0.0', ACTIVE],
    ['kuery=fleet-agents.enrolled_at >= now-1h', ['updating', 'online']],
    ['kuery=not (_exists_: "fleet-agents.unenrolled_at") and id:online', ['online']],
    ['kuery=policy_revision_idx:1', ['online']],
    ['kuery=agent:* and not upgrade_details:* and local_metadata:* and status:online', ['online']],
    ['kuery=active:false', []],
    ['kuery=active:false and status:unenrolled', ['gone']],
    ['showUpgradeable=true', ['online']],
    ['sortField=enrolled_at&sortOrder=asc', ACTIVE.toReversed()],
    ['sortField=local_metadata.host.hostname.keyword&sortOrder=asc', ['offline-1', 'offline-2', 'online', 'updating']],
    [
      'sortField=status&sortOrder=desc',
      ['updating', 'online', expect.stringMatching(/^off/), expect.stringMatching(/^off/)],
    ],
    ['kuery=status:onattributes.line', ['online']],
    ['sortField=last_checkin', ['online', expect.any(String), expect.any(String), expect.any(String)] as string[]],
    [
      'sortField=tags&sortOrder=desc&perPage=2',
      expect.arrayContaining(['offline-1', 'offline-2']) as unknown as string[],
      4,
    ],
  ])('%s', async (query, expected, total) => {
    const answer = await list(query);
    expect(answer.items.map(({ id }: Anything) => id)).toEqual(expected);
    expect(answer.total).toBe(total ?? answer.items.length);
  });

  it('finds agents by policy', async () => {
    expect(await ids(`kuery=policy_id:"${policy}" and status:online`)).toEqual(['online']);
    expect(await ids('kuery=policy_id:other')).toEqual([]);
  });

  it.each(['', 'kuery=id:*&', 'sortField=local_metadata.host.hostname&sortOrder=asc&'])(
    'goes on where the page before ended: %s',
    async (query) => {
      const seen: string[] = [];
      let after = '';
      for (let pages = 0; pages < 10; pages++) {
        const { items, page, nextSearchAfter } = await list(`${query}perPage=1${after}`);
        expect(page).toBe(after === '' ? 1 : 0);
        if (items.length === 0) break;
        seen.push(items[0].id);
        after = `&searchAfter=${nextSearchAfter}`;
      }
      expect(seen).toEqual(await ids(`${query}perPage=10`));
      expect(seen).toHaveLength(4);
    },
  );

  it.each(['', 'kuery=id:*&', 'sortField=policy_id&', 'sortField=policy_id&sortOrder=asc&', 'sortField=type&'])(
    'loses nobody on the way through a point in time: %s',
    async (query) => {
      const first = await list(`${query}perPage=1&openPit=true&pitKeepAlive=1m`);
      const seen = [first.items[0].id];
      for (let last = first; seen.length < 10; ) {
        last = await list(`${query}perPage=1&pitId=${first.pit}&pitKeepAlive=1m&searchAfter=${last.nextSearchAfter}`);
        if (last.items.length === 0) break;
        seen.push(last.items[0].id);
      }
      expect(seen).toEqual(await ids(`${query}perPage=10`));
      expect(seen).toHaveLength(4);
    },
  );

  it('sorts agents of one moment by host name, those without one last', async () => {
    const { api_key } = await givenKey(await givenPolicy({ space: 'same' }), { space: 'same' });
    await atTime(-1_000, async () => {
      for (const name of ['c', 'a', 'b']) await enroll(api_key, { id: `id-${name}`, local: host(name) });
      await enroll(api_key, { id: 'id-0', local: {} });
    });
    const { items } = await list('', '/s/same');
    expect(items.map(({ id }: Anything) => id)).toEqual(['id-a', 'id-b', 'id-c', 'id-0']);
  });

  it('counts the agents of each status', async () => {
    const none = Object.fromEntries(
      [
        'online',
        'error',
        'inactive',
        'offline',
        'updating',
        'unenrolled',
        'degraded',
        'enrolling',
        'unenrolling',
        'orphaned',
        'uninstalled',
      ].map((status) => [status, 0]),
    );
    expect(Object.keys((await list('getStatusSummary=true')).statusSummary)).toEqual(Object.keys(none));
    expect((await list('getStatusSummary=true')).statusSummary).toEqual({
      ...none,
      online: 1,
      offline: 2,
      updating: 1,
    });
    expect((await list('getStatusSummary=true&showInactive=true&kuery=status:*')).statusSummary).toEqual({
      ...none,
      online: 1,
      offline: 2,
      updating: 1,
      inactive: 1,
      unenrolled: 1,
    });
  });

  it('names a point in time, and takes the name back', async () => {
    const { pit } = await list('openPit=true&pitKeepAlive=1m');
    expect(pit).toEqual(expect.any(String));
    expect((await list(`pitId=${pit}&pitKeepAlive=1m`)).pit).toBe(pit);
    expect(await list()).not.toHaveProperty('pit');
  });

  it('shows metrics when asked', async () => {
    expect((await list('withMetrics=true')).items[0].metrics).toEqual({});
  });

  it('follows who wakes up, and who falls silent', async () => {
    const later = (ms: number) => atTime(ms, async () => (await list()).total);
    expect(await later(days(7))).toBe(2);
    expect(await later(days(15))).toBe(0);
    await atTime(days(7), async () => {
      await checkIn(online);
      expect((await list()).total).toBe(2);
    });
    expect(await later(days(15))).toBe(1);
  });

  it.each([
    ['kuery=foo:bar', "[request query.kuery]: KQLSyntaxError: This type 'foo' is not allowed"],
    [
      'kuery=fleet-agents.nope:1 or nope.too:1',
      "[request query.kuery]: KQLSyntaxError: This key 'fleet-agents.nope' does NOT exist in fleet-agents saved object index patterns\nThis key 'nope.too' does NOT exist in fleet-agents saved object index patterns",
    ],
    [
      'kuery=fleet-agents.attributes.tags:x',
      "[request query.kuery]: KQLSyntaxError: This key 'fleet-agents.attributes.tags' does NOT exist in fleet-agents saved object index patterns",
    ],
    ['kuery=tag*:x', "[request query.kuery]: KQLSyntaxError: This type 'tag@kuery-wildcard@' is not allowed"],
    ['kuery=(', expect.stringMatching(/^Kuery is malformed: Expected .*\n\(\n-\^$/s)],
    ['kuery=status:', expect.stringMatching(/^Kuery is malformed: Expected .*\nstatus:\n-------\^$/s)],
    ['kuery=a&kuery=b', '[request query.kuery]: expected value of type [string] but got [Array]'],
    ['page=501', '[request query]: You cannot use page and perPage page over 10000 agents'],
    ['perPage=10001', '[request query]: You cannot use page and perPage page over 10000 agents'],
    ['searchAfter=[1]&page=2', '[request query]: You cannot use page parameter when using searchAfter'],
    ['searchAfter=[]', '[request query]: searchAfter must be a non-empty array'],
    ['searchAfter={', '[request query]: searchAfter must be a non-empty array'],
    [
      'openPit=true&pitId=a&pitKeepAlive=1m',
      '[request query]: You cannot request to open a new point-in-time with an existing pitId',
    ],
    ['openPit=true', '[request query]: You must provide pitKeepAlive when using point-in-time parameters'],
    ['perPage=x', '[request query.perPage]: expected value of type [number] but got [string]'],
    ['showAgentless=true', '[request query.showAgentless]: definition for this key is missing'],
  ])('refuses %s', async (query, message) => {
    expect(shown(await call(`GET /api/fleet/agents?${encodeURI(query)}`))).toEqual(refusal(400, message));
  });

  it('has the same totals as a filter that looks at everybody', async () => {
    const counted = async (offset: number, query: string) => atTime(offset, async () => (await list(query)).total);
    for (const offset of [0, days(3), days(6) - 30_000, days(10), days(30)]) {
      expect(await counted(offset, '')).toBe(await counted(offset, 'kuery=id:*'));
      expect(await counted(offset, 'showInactive=true')).toBe(await counted(offset, 'kuery=id:*&showInactive=true'));
    }
  });
});
