import { describe, expect, it } from 'vitest';
import {
  agentsAll,
  atTime,
  checksCallers,
  days,
  fleet,
  ISO_TIME,
  refusal,
  runJobs,
  shown,
  UUID,
  waitingJobs,
} from './fleet.ts';

const api = fleet();
const { succeed, givenPolicy, givenAgent, givenKey, enroll, bulkTags, bulkUnenroll, tagsOf, statusOf, getAgent } = api;

checksCallers(api, 'POST /api/fleet/agents/bulk_update_agent_tags', {
  allowed: [agentsAll],
  refused: ['feature_fleetv2.read', 'feature_fleetv2.agents_read', 'feature_fleetv2.minimal_all'],
  missing: 'fleet-agents-all',
  request: { body: { agents: [] } },
});

const change = async (body: Record<string, unknown>): Promise<string> => {
  const { status, body: answer } = await bulkTags(body);
  expect({ status, answer }).toEqual({ status: 200, answer: { actionId: expect.stringMatching(UUID) } });
  return answer.actionId;
};

describe('agents chosen by id', () => {
  it.each<[string[], string[] | undefined, string[] | undefined, string[]]>([
    [['existingTag', 'tag1'], ['newTag'], ['existingTag'], ['newTag', 'tag1']],
    [['tag1'], ['newTag'], ['existingTag'], ['tag1', 'newTag']],
    [['a', 'b'], undefined, ['a', 'c'], ['b']],
    [['a', 'b'], ['c', 'a', 'c'], undefined, ['a', 'b', 'c']],
    [['a', 'b'], ['x', 'y'], ['a'], ['b', 'x', 'y']],
    [['a', 'b'], ['b'], ['a'], ['b']],
    [['a'], ['a'], ['a'], ['a']],
    [['a'], ['x', 'x'], ['a', 'a'], ['x']],
    [['a'], [], [], ['a']],
    [[], ['__proto__'], undefined, ['__proto__']],
  ])('have %j, get %j, lose %j: %j', async (tags, tagsToAdd, tagsToRemove, expected) => {
    const { id } = await givenAgent({ tags });
    await change({ agents: [id], ...(tagsToAdd && { tagsToAdd }), ...(tagsToRemove && { tagsToRemove }) });
    expect(await tagsOf(id)).toEqual(expected);
  });

  it('tells in the action what it did', async () => {
    const agents = [await givenAgent(), await givenAgent()].map(({ id }) => id);
    const action = await change({ agents: [...agents, 'nobody', agents[0]], tagsToAdd: ['t'] });
    expect(await statusOf(action)).toEqual({
      actionId: action,
      type: 'UPDATE_TAGS',
      status: 'COMPLETE',
      nbAgentsActioned: 2,
      nbAgentsActionCreated: 2,
      nbAgentsAck: 2,
      nbAgentsFailed: 0,
      creationTime: expect.stringMatching(ISO_TIME),
      completionTime: expect.stringMatching(ISO_TIME),
      expiration: expect.stringMatching(ISO_TIME),
      hasRolloutPeriod: false,
      latestErrors: [],
    });
    const { creationTime, expiration } = await statusOf(action);
    expect(Date.parse(expiration) - Date.parse(creationTime)).toBe(2_592_000_000);
    expect(await waitingJobs()).toEqual([]);
  });

  it('reads a JSON list in a string as ids', async () => {
    const { id } = await givenAgent();
    await change({ agents: JSON.stringify([id]), tagsToAdd: ['t'] });
    expect(await tagsOf(id)).toEqual(['t']);
  });

  it('leaves agents of hosted policies and of other spaces alone, and makes no action for nobody', async () => {
    const hosted = await givenAgent({ policy: await givenPolicy({ is_managed: true }), tags: ['a'] });
    const blue = await givenAgent({ space: 'blue', tags: ['a'] });
    const own = await givenAgent({ tags: ['a'] });
    const action = await change({ agents: [hosted.id, blue.id, own.id], tagsToAdd: ['t'] });
    expect(await statusOf(action)).toMatchObject({ nbAgentsActioned: 1, nbAgentsAck: 1, status: 'COMPLETE' });
    expect(await tagsOf(hosted.id)).toEqual(['a']);
    expect((await getAgent(blue.id, '/s/blue')).tags).toEqual(['a']);
    const none = await change({ agents: [hosted.id, blue.id, 'nobody'], tagsToAdd: ['t'] });
    expect(await statusOf(none)).toBeUndefined();
  });

  it('changes unenrolled and inactive agents, too', async () => {
    const [gone, silent] = [await givenAgent(), await atTime(-days(20), () => givenAgent())];
    await bulkUnenroll({ agents: [gone.id], revoke: true });
    await change({ agents: [gone.id, silent.id], tagsToAdd: ['t'] });
    expect(await tagsOf(gone.id)).toEqual(['t']);
    expect(await tagsOf(silent.id)).toEqual(['t']);
  });

  it('says which agents cannot have that many tags', async () => {
    const many = Array.from({ length: 39 }, (_, index) => `tag-${index}`);
    const [full, empty] = [await givenAgent({ tags: many }), await givenAgent()];
    const action = await change({ agents: [full.id, empty.id], tagsToAdd: ['x', 'y'] });
    expect(await statusOf(action)).toMatchObject({
      status: 'FAILED',
      nbAgentsAck: 1,
      nbAgentsFailed: 1,
      latestErrors: [{ agentId: full.id, error: 'An agent can have at most 40 tags, not 41', hostname: full.id }],
    });
    expect(await tagsOf(full.id)).toHaveLength(39);
    await change({ agents: [full.id], tagsToAdd: many.map((tag) => `${tag}!`), tagsToRemove: many });
    expect(await tagsOf(full.id)).toEqual(many.map((tag) => `${tag}!`));
  });

  it('adds every tag of many requests at once', async () => {
    const { id } = await givenAgent();
    const wanted = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(wanted.map((tag) => change({ agents: [id], tagsToAdd: [tag] })));
    expect((await tagsOf(id)).toSorted()).toEqual(wanted);
    expect((await succeed('GET /api/fleet/agents/tags')).items).toEqual(expect.arrayContaining(wanted));
  });
});

describe('agents chosen by KQL', () => {
  it('answers at once and changes them in the background', async () => {
    const policy = await givenPolicy();
    const { api_key } = await givenKey(policy);
    const [with1, without] = [await enroll(api_key, { tags: ['old'] }), await enroll(api_key)];
    const action = await change({
      agents: `fleet-agents.policy_id:"${policy}"`,
      tagsToAdd: ['new'],
      tagsToRemove: ['old'],
    });
    expect(await tagsOf(with1.id)).toEqual(['old']);
    expect(await statusOf(action)).toMatchObject({ status: 'IN_PROGRESS', nbAgentsActioned: 2, nbAgentsAck: 0 });
    await runJobs();
    expect([await tagsOf(with1.id), await tagsOf(without.id)]).toEqual([['new'], ['new']]);
    expect(await statusOf(action)).toMatchObject({ status: 'COMPLETE', nbAgentsActioned: 2, nbAgentsAck: 2 });
  });

  it('leaves out whom a single tag would not change', async () => {
    const policy = await givenPolicy();
    const { api_key } = await givenKey(policy);
    const agents = [await enroll(api_key, { tags: ['t'] }), await enroll(api_key, { tags: ['u'] })];
    const kuery = `policy_id:${policy}`;
    const totals = [];
    for (const body of [{ tagsToAdd: ['t'] }, { tagsToRemove: ['u'] }, { tagsToAdd: ['a', 'b'] }]) {
      const action = await change({ agents: kuery, ...body });
      totals.push((await statusOf(action)).nbAgentsActioned);
      await runJobs();
    }
    expect(totals).toEqual([1, 1, 2]);
    for (const { id } of agents) expect(await tagsOf(id)).toEqual(['t', 'a', 'b']);
  });

  it('counts agents of hosted policies, but leaves them alone', async () => {
    const hosted = await givenPolicy({ is_managed: true });
    const own = await givenPolicy();
    const [one, other] = [await givenAgent({ policy: hosted }), await givenAgent({ policy: own })];
    const action = await change({ agents: `policy_id:(${hosted} or ${own})`, tagsToAdd: ['t'] });
    await runJobs();
    expect([await tagsOf(one.id), await tagsOf(other.id)]).toEqual([[], ['t']]);
    expect(await statusOf(action)).toMatchObject({ nbAgentsActioned: 2, nbAgentsAck: 1, status: 'IN_PROGRESS' });
    const none = await change({ agents: `policy_id:${hosted}`, tagsToAdd: ['t'] });
    expect(await statusOf(none)).toBeUndefined();
  });

  it.each([
    [false, ['inactive', 0]],
    [true, ['inactive', 1]],
  ])('includes inactive agents when asked: %s', async (includeInactive, [, expected]) => {
    const policy = await givenPolicy();
    const silent = await atTime(-days(20), () => givenAgent({ policy }));
    await change({ agents: `policy_id:${policy}`, tagsToAdd: ['t'], includeInactive });
    await runJobs();
    expect(await tagsOf(silent.id)).toHaveLength(Number(expected));
  });

  it('takes all agents of the space for an empty text', async () => {
    const [blue, other] = [await givenAgent({ space: 'blue2' }), await givenAgent()];
    await api.call('POST /s/blue2/api/fleet/agents/bulk_update_agent_tags', {
      body: { agents: '', tagsToAdd: ['everybody'] },
    });
    await runJobs();
    expect((await getAgent(blue.id, '/s/blue2')).tags).toEqual(['everybody']);
    expect(await tagsOf(other.id)).toEqual([]);
  });

  it.each([
    [{ agents: '(' }, /^Kuery is malformed: /],
    [{ agents: 'status:online', tagsToAdd: ['a:b'] }, /^Kuery is malformed: /],
    [{ agents: '', tagsToRemove: ['('] }, /^Kuery is malformed: /],
  ])('refuses %j', async (body, message) => {
    expect(shown(await bulkTags(body))).toEqual(refusal(400, expect.stringMatching(message)));
  });

  it('lets fields that nobody has match nothing', async () => {
    const action = await change({ agents: 'nope.field:1', tagsToAdd: ['t'] });
    expect(await statusOf(action)).toBeUndefined();
  });
});

it.each<[unknown, string]>([
  [{}, '[request body.agents]: expected at least one defined value but got [undefined]'],
  [{ agents: ['a'], tagsToAdd: 'x' }, '[request body.tagsToAdd]: could not parse array value from json input'],
  [{ agents: ['a'], tagsToAdd: [1] }, '[request body.tagsToAdd.0]: expected value of type [string] but got [number]'],
  [
    { agents: ['a'], includeInactive: 1 },
    '[request body.includeInactive]: expected value of type [boolean] but got [number]',
  ],
  [{ agents: ['a'], tags: [] }, '[request body.tags]: definition for this key is missing'],
  [{ agents: ['a'], tagsToAdd: ['x'.repeat(1_025)] }, 'A tag can have at most 1024 bytes, not 1025'],
  [{ agents: ['a'], tagsToAdd: ['\ud800'] }, 'A tag must be well-formed Unicode'],
])('refuses %j', async (body, message) => {
  expect(shown(await bulkTags(body as Record<string, unknown>))).toEqual(refusal(400, message));
});
