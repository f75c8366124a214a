import { beforeAll, describe, expect, it } from 'vitest';
import { record } from '../../lib/stores/store.ts';
import { agentsRead, atTime, checksCallers, days, fleet, refusal, shown } from './fleet.ts';

const api = fleet();
const { call, succeed, givenPolicy, givenAgent, givenKey, enroll, bulkTags, bulkUnenroll, checkIn } = api;

checksCallers(api, 'GET /api/fleet/agents/tags', {
  allowed: ['feature_fleetv2.read', agentsRead],
  refused: ['feature_fleetv2.minimal_all'],
  missing: 'fleet-agents-read',
});

const tags = async (query = ''): Promise<string[]> =>
  (await succeed(`GET /api/fleet/agents/tags?${encodeURI(query)}`)).items;

describe('GET /api/fleet/agents/tags', () => {
  beforeAll(async () => {
    expect(await tags()).toEqual([]);
    await givenAgent({ id: 'one', tags: ['b', 'A', 'a', 'only-one'] });
    await givenAgent({ id: 'two', tags: ['b', 'é', 'x'] });
    await atTime(-days(20), () => givenAgent({ id: 'silent', tags: ['b', 'of-silent'] }));
    await givenAgent({ id: 'gone', tags: ['of-gone', 'x'] });
    await givenAgent({ id: 'elsewhere', space: 'blue', tags: ['of-blue'] });
    await bulkUnenroll({ agents: ['gone'], revoke: true });
  });

  it.each<[string, string[]]>([
    ['', ['A', 'a', 'b', 'é', 'of-blue', 'only-one', 'x']],
    ['showInactive=true', ['A', 'a', 'b', 'é', 'of-blue', 'of-silent', 'only-one', 'x']],
    ['kuery=', ['A', 'a', 'b', 'é', 'of-blue', 'only-one', 'x']],
    ['kuery=tags:x', ['b', 'é', 'x']],
    ['kuery=status:unenrolled', ['of-gone', 'x']],
    ['kuery=id:(silent or gone)', []],
    ['kuery=id:(silent or gone)&showInactive=true', ['b', 'of-silent']],
    ['kuery=fleet-agents.id:one', ['A', 'a', 'b', 'only-one']],
  ])('%s', async (query, expected) => {
    expect((await tags(query)).toSorted()).toEqual(expected.toSorted());
  });

  it('sorts whatever the case', async () => {
    expect((await tags()).map((tag) => tag.toLowerCase())).toEqual(['a', 'a', 'b', 'é', 'of-blue', 'only-one', 'x']);
  });

  it('forgets tags of agents that fall silent, and knows them again when they wake up', async () => {
    const agent = await atTime(-days(13), () => givenAgent({ tags: ['waking'] }));
    expect(await tags()).toContain('waking');
    expect(await atTime(days(2), () => tags())).not.toContain('waking');
    await checkIn(agent);
    expect(await atTime(days(2), () => tags())).toContain('waking');
    expect(await atTime(days(15), () => tags())).not.toContain('waking');
  });

  it('looks at each moment of the day in which agents become inactive', async () => {
    const policy = await givenPolicy({ inactivity_timeout: 86_400 });
    const { api_key } = await givenKey(policy);
    for (let hour = 0; hour < 6; hour++) {
      await atTime(-hour * 4 * 3_600_000, () => enroll(api_key, { tags: [`hour-${hour * 4}`] }));
    }
    for (const after of [1, 5, 9, 13, 17, 21, 25]) {
      const seen = await atTime(after * 3_600_000, () => tags());
      const expected = [0, 4, 8, 12, 16, 20].filter((hour) => hour + after <= 24).map((hour) => `hour-${hour}`);
      expect(seen.filter((tag) => tag.startsWith('hour-')).toSorted()).toEqual(expected.toSorted());
    }
  });

  it('follows changes of tags', async () => {
    const { id } = await givenAgent({ tags: ['before'] });
    await bulkTags({ agents: [id], tagsToAdd: ['after'], tagsToRemove: ['before'] });
    const seen = await tags();
    expect(seen).toContain('after');
    expect(seen).not.toContain('before');
  });

  it.each(['', ' ', 'a#b', '*', '\0', '__proto__', 'x'.repeat(1_024), '😀'])('knows the tag %j', async (tag) => {
    await givenAgent({ tags: [tag] });
    expect(await tags()).toContain(tag);
  });

  it('costs by tags and policies, not by agents', async () => {
    const policy = await givenPolicy();
    const { api_key } = await givenKey(policy);
    const cost = async () => {
      const sent = record();
      await tags();
      return sent.filter(({ name }) => name === 'QueryCommand').length;
    };
    await enroll(api_key, { tags: ['many'] });
    const before = await cost();
    for (let index = 0; index < 20; index++) await enroll(api_key, { tags: ['many'] });
    expect(await cost()).toBe(before);
  });

  it.each([
    ['kuery=foo:bar', "[request query.kuery]: KQLSyntaxError: This type 'foo' is not allowed"],
    [
      'kuery=fleet-agents.nope:1',
      "[request query.kuery]: KQLSyntaxError: This key 'fleet-agents.nope' does NOT exist in fleet-agents saved object index patterns",
    ],
    ['showInactive=maybe', '[request query.showInactive]: expected value of type [boolean] but got [string]'],
    ['perPage=5', '[request query.perPage]: definition for this key is missing'],
    ['kuery=(', expect.stringMatching(/^Kuery is malformed: /)],
    ['kuery=a&kuery=b', '[request query.kuery]: expected value of type [string] but got [Array]'],
  ])('refuses %s', async (query, message) => {
    expect(shown(await call(`GET /api/fleet/agents/tags?${query}`))).toEqual(refusal(400, message));
  });
});
