import { beforeAll, expect, it } from 'vitest';
import { statusOf } from '../../../../lib/fleet/agents/agent-status.ts';
import { agentTags } from '../../../../lib/fleet/agents/agent-tags.ts';
import {
  agentsByRevision,
  countAgents,
  countAgentsOf,
  countInactive,
} from '../../../../lib/fleet/agents/agent-totals.ts';
import { type Agent, allAgents, findAgent } from '../../../../lib/fleet/agents/agents.ts';
import { changeAgent } from '../../../../lib/fleet/agents/change-agent.ts';
import { newestAgents } from '../../../../lib/fleet/agents/newest-agents.ts';
import { createPolicy, inactivityTimeouts } from '../../../../lib/fleet/policies.ts';
import { isSeenIn } from '../../../../lib/fleet/spaces.ts';
import { anonymous } from '../../../../lib/security/principal.ts';
import fc from '../../../support/fast-check.ts';
import { ownTables } from '../../stores/store.ts';
import { givenAgent } from './given.ts';

ownTables();

const HOUR = 3_600_000;
const POLICIES = { hours: 5 * 3_600, days: 3 * 86_400, never: 0 };

beforeAll(async () => {
  for (const [id, inactivity_timeout] of Object.entries(POLICIES)) {
    const actor = { space: 'default', principal: anonymous, now: new Date(), newId: () => id };
    await createPolicy({ id, name: id, namespace: 'default', inactivity_timeout, space_ids: ['default'] }, actor);
  }
});

const life = fc.record({
  policy_id: fc.constantFrom(...Object.keys(POLICIES)),
  namespaces: fc.constantFrom<string[]>(['default'], ['blue'], ['default', 'blue'], ['*'], []),
  tags: fc.subarray(['a', 'b', 'c', 'd']),
  enrolledHours: fc.double({ min: 0, max: 200, noNaN: true }),
  heardHours: fc.option(fc.double({ min: 0, max: 200, noNaN: true }), { nil: undefined }),
  policy_revision_idx: fc.constantFrom(0, 1, 2, 3, 10, Number.MAX_SAFE_INTEGER),
});
const change = fc.record({
  at: fc.nat(),
  tags: fc.option(fc.subarray(['a', 'b', 'c', 'd']), { nil: undefined }),
  heardHours: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined }),
  active: fc.boolean(),
  policy_revision_idx: fc.constantFrom(-1, 2, 3, 10),
});

const ago = (hours: number) => new Date(Date.now() - hours * HOUR).toISOString();

it('gives what looking at every agent gives, whatever happens to them', async () => {
  const known: string[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(life, { maxLength: 8 }), fc.array(change, { maxLength: 8 }), async (lives, changes) => {
      for (const { enrolledHours, heardHours, ...fields } of lives) {
        const heard = heardHours === undefined ? {} : { last_checkin: ago(heardHours) };
        known.push((await givenAgent({ ...fields, ...heard, enrolled_at: ago(enrolledHours) })).id);
      }
      for (const { at, tags, heardHours, active, policy_revision_idx } of changes) {
        const id = known[at % Math.max(known.length, 1)];
        if (id === undefined) continue;
        await changeAgent(id, (agent) => ({
          next: {
            ...agent,
            active,
            policy_revision_idx,
            ...(tags && { tags }),
            ...(heardHours !== undefined && { last_checkin: ago(heardHours) }),
          },
        }));
      }
      await isRight();
    }),
    { numRuns: 15 },
  );
});

async function isRight(): Promise<void> {
  const agents = await Array.fromAsync(allAgents());
  const timeouts = await inactivityTimeouts();
  const active = agents.filter(({ active }) => active);
  for (const hours of [0, 20, 70, 300]) {
    const now = new Date(Date.now() + hours * HOUR);
    const isInactive = (agent: Agent) => statusOf(agent, timeouts, now) === 'inactive';
    for (const space of ['default', 'blue', 'red']) {
      const seen = active.filter(({ namespaces }) => isSeenIn(space, namespaces));
      expect(await countAgents(space)).toBe(seen.length);
      expect(await countInactive(space, timeouts, now)).toBe(seen.filter(isInactive).length);
    }
    const tagsOf = (some: Agent[]) => [...new Set(some.flatMap(({ tags }) => tags))].toSorted();
    expect(await agentTags({ showInactive: true }, now)).toEqual(tagsOf(active));
    const awake = active.filter((agent) => !isInactive(agent));
    expect(await agentTags({ showInactive: false }, now)).toEqual(tagsOf(awake));
  }
  for (const policy of Object.keys(POLICIES)) {
    const its = active.filter(({ policy_id }) => policy_id === policy);
    expect(await countAgentsOf(policy)).toBe(its.length);
    for (const from of [2, 3, 4]) {
      const late = its.map(({ policy_revision_idx = 0 }) => policy_revision_idx).filter((runs) => runs >= from);
      const found = [...(await agentsByRevision(policy, from))].filter(([, agents]) => agents > 0);
      expect(new Map(found)).toEqual(
        new Map([...Map.groupBy(late, (runs) => runs)].map(([runs, { length }]) => [runs, length])),
      );
    }
  }
  const newest = await Array.fromAsync(newestAgents(3));
  expect(newest.map(({ enrolled_at }) => enrolled_at)).toEqual(
    active
      .map(({ enrolled_at }) => enrolled_at)
      .toSorted()
      .toReversed(),
  );
}

it('begins in the middle', async () => {
  for (let index = 0; index < 5; index++) await givenAgent({ enrolled_at: `2020-01-01T00:00:0${index}.000Z` });
  const page: string[] = [];
  for await (const { enrolled_at } of newestAgents(2, '2020-01-01T00:00:02.000Z')) page.push(enrolled_at.slice(17, 19));
  expect(page).toEqual(['02', '01', '00']);
});

it('moves the rows of an agent that gets other spaces', async () => {
  const counts = async () => [await countAgents('first'), await countAgents('second')];
  const [first = 0, second = 0] = await counts();
  const { id } = await givenAgent({ namespaces: ['first'], policy_id: 'never', tags: ['t'] });
  expect(await counts()).toEqual([first + 1, second]);
  await changeAgent(id, (agent) => ({ next: { ...agent, namespaces: ['second'] } }));
  expect(await counts()).toEqual([first, second + 1]);
  expect((await findAgent(id))?.version).toBe(2);
});
