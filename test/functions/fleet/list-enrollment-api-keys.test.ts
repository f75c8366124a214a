import { beforeAll, describe, expect, it } from 'vitest';
import { type Anything, agentsAll, checksCallers, fleet, refusal, shown } from './fleet.ts';

const api = fleet();
const { call, givenPolicy, givenKey, succeed } = api;

checksCallers(api, 'GET /api/fleet/enrollment_api_keys', {
  allowed: ['feature_fleetv2.all', agentsAll, 'reserved_fleet-setup'],
  refused: ['feature_fleetv2.read', 'feature_fleetv2.agents_read'],
  missing: 'fleet-agents-all,fleet-setup',
});

let policy: string;
let keys: Anything[];
beforeAll(async () => {
  policy = await givenPolicy({ space: 'list' });
  keys = [];
  for (const name of ['a', 'b', 'c']) keys.push(await givenKey(policy, { space: 'list', name }));
  await succeed(`DELETE /s/list/api/fleet/enrollment_api_keys/${keys[1].id}`);
  await givenPolicy();
});

const list = (query: string) => succeed(`GET /s/list/api/fleet/enrollment_api_keys?${encodeURI(query)}`);
const names = async (query: string): Promise<string[]> =>
  (await list(query)).items.map(({ name }: Anything) => name.split(' ')[0]);

describe('GET /api/fleet/enrollment_api_keys', () => {
  it('answers the keys of the space with their secrets, newest first, revoked ones too', async () => {
    const { items, list: same, ...page } = await list('');
    expect(page).toEqual({ total: 4, page: 1, perPage: 20 });
    expect(items.slice(0, 3)).toEqual([keys[2], { ...keys[1], active: false }, keys[0]]);
    expect(same).toEqual(items);
  });

  it.each<[string, () => string, string[]]>([
    ['a page', () => 'perPage=2&page=2', ['a', 'Default']],
    ['a policy, unquoted', () => `kuery=policy_id:${policy}`, ['c', 'b', 'a', 'Default']],
    ['with the prefix', () => 'kuery=fleet-enrollment-api-keys.active:false', ['b']],
    ['by name', () => 'kuery=name:a*', ['a']],
    ['by API key', () => `kuery=api_key_id:"${keys[2].api_key_id}"`, ['c']],
    ['by the key itself', () => `kuery=api_key:"${keys[2].api_key}"`, ['c']],
    ['by time', () => 'kuery=created_at < now-1d', []],
  ])('filters and pages: %s', async (_name, query, expected) => {
    expect(await names(query())).toEqual(expected);
  });

  it.each([
    ['kuery=foo:1', "[request query.kuery]: KQLSyntaxError: This type 'foo' is not allowed"],
    [
      'kuery=fleet-enrollment-api-keys.nope:1',
      "[request query.kuery]: KQLSyntaxError: This key 'fleet-enrollment-api-keys.nope' does NOT exist in fleet-enrollment-api-keys saved object index patterns",
    ],
    ['kuery=(', expect.stringMatching(/^Kuery is malformed: /)],
    ['page=x', '[request query.page]: expected value of type [number] but got [string]'],
    ['perPage=-1', '[size] parameter cannot be negative, found [-1]'],
    ['page=0', '[from] parameter cannot be negative but was [-20]'],
    ['foo=1', '[request query.foo]: definition for this key is missing'],
  ])('refuses %s', async (query, message) => {
    expect(shown(await call(`GET /api/fleet/enrollment_api_keys?${query}`))).toEqual(refusal(400, message));
  });
});
