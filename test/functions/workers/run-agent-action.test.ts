import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { handler } from '../../../functions/workers/run-agent-action.ts';
import { waitingActions } from '../../../lib/fleet/agents/agent-inbox.ts';
import { type Agent, findAgent } from '../../../lib/fleet/agents/agents.ts';
import { findApiKey } from '../../../lib/security/api-keys.ts';
import { type DynamoDB, wrapDynamoDB } from '../../../lib/stores/dynamodb.ts';
import { jobOf, resumeJobs } from '../../../lib/stores/jobs.ts';
import type { Row } from '../../../lib/stores/read.ts';
import { intercept } from '../../lib/stores/store.ts';
import { type Anything, atTime, fleet, type GivenAgent, runJobs, waitingJobs } from '../fleet/fleet.ts';

const { call, givenPolicy, givenKey, enroll, bulkTags, bulkUnenroll, statusOf } = fleet();

const WRITES = ['PutCommand', 'UpdateCommand', 'DeleteCommand', 'TransactWriteCommand', 'BatchWriteCommand'];
const deliver = (...jobs: Row[]) =>
  handler({ Records: jobs.map((job) => ({ dynamodb: { NewImage: marshall(job) } })) });

class Killed extends Error {}

/**
 * Kills whoever writes at the `moment`-th write: before it, or when it stands but nobody knows. Nothing is written any more
 * until the result is called. Gives how many writes were begun.
 */
function killAt(moment: number, when: 'before' | 'after') {
  let writes = 0;
  const revive = wrapDynamoDB((inner) => {
    const send = async (command: Anything) => {
      if (!WRITES.includes(command.constructor.name)) return inner.send(command);
      writes += 1;
      if (writes > moment || (writes === moment && when === 'before')) throw new Killed();
      const answer = await inner.send(command);
      if (writes === moment) throw new Killed();
      return answer;
    };
    return { send } as unknown as DynamoDB;
  });
  return { revive, writes: () => writes };
}

const AGENTS = 2;

async function givenAgents(): Promise<{ policy: string; agents: GivenAgent[]; before: Agent[] }> {
  const policy = await givenPolicy();
  const { api_key } = await givenKey(policy);
  const agents = await Promise.all(Array.from({ length: AGENTS }, () => enroll(api_key, { tags: ['old', 'kept'] })));
  return { policy, agents, before: await records(agents) };
}

const records = async (agents: GivenAgent[]): Promise<Agent[]> =>
  Promise.all(agents.map(async ({ id }) => (await findAgent(id)) as Agent));

type Kind = {
  name: string;
  order: (agents: string | string[]) => Promise<Anything>;
  isDone: (agent: Agent) => Promise<void>;
  acks: number;
};

const kinds: Kind[] = [
  {
    name: 'tags',
    order: (agents) => bulkTags({ agents, tagsToAdd: ['new'], tagsToRemove: ['old'] }),
    isDone: async ({ tags }) => expect(tags).toEqual(['kept', 'new']),
    acks: AGENTS,
  },
  {
    name: 'unenrolment',
    order: (agents) => bulkUnenroll({ agents, batchSize: 0 }),
    isDone: async (agent) => {
      expect(agent).toMatchObject({ active: true, unenrollment_started_at: expect.any(String), action_seq: 1 });
      expect(await waitingActions(agent)).toHaveLength(1);
    },
    acks: 0,
  },
  {
    name: 'forced unenrolment',
    order: (agents) => bulkUnenroll({ agents, batchSize: 0, revoke: true }),
    isDone: async (agent) => {
      expect(agent).toMatchObject({ active: false, unenrolled_at: expect.any(String) });
      expect((await findApiKey(agent.access_api_key_id))?.invalidation).toBeTypeOf('number');
    },
    acks: AGENTS,
  },
];

/** Every agent carries the change, has been written once, and is counted once. */
async function isDoneOnce(kind: Kind, actionId: string, agents: GivenAgent[], before: Agent[]): Promise<void> {
  for (const [index, agent] of (await records(agents)).entries()) {
    await kind.isDone(agent);
    expect(agent.version, 'writes of the agent').toBe((before[index]?.version ?? 0) + 1);
  }
  expect(await statusOf(actionId)).toMatchObject({
    nbAgentsActioned: AGENTS,
    nbAgentsActionCreated: AGENTS,
    nbAgentsAck: kind.acks,
    nbAgentsFailed: 0,
    status: kind.acks === AGENTS ? 'COMPLETE' : 'IN_PROGRESS',
  });
  expect(await waitingJobs()).toEqual([]);
}

async function ordered(kind: Kind) {
  const { policy, agents, before } = await givenAgents();
  const { body } = await kind.order(`policy_id:${policy}`);
  const [job] = await waitingJobs();
  if (job === undefined) throw new Error('no job was ordered');
  return { actionId: body.actionId, agents, before, job };
}

describe.each(kinds)('$name', (kind) => {
  it.each(['before', 'after'] as const)('survives that the worker dies at any write, %s it', async (when) => {
    let moment = 1;
    for (let finished = false; !finished; moment++) {
      const { actionId, agents, before, job } = await ordered(kind);
      const { revive, writes } = killAt(moment, when);
      const outcome = await deliver(job).then(
        () => 'done',
        (error) => error,
      );
      revive();
      finished = writes() < moment;
      if (finished) expect(outcome).toBe('done');
      else expect(outcome).toBeInstanceOf(Killed);
      // The stream hands the batch out again, as it was; a job that is over comes again, too.
      await deliver(job);
      await deliver(job);
      await isDoneOnce(kind, actionId, agents, before);
    }
    expect(moment).toBeGreaterThan(AGENTS + 1);
  });

  it.each(['before', 'after'] as const)('survives that the request dies at any write, %s it', async (when) => {
    let moment = 1;
    for (let finished = false; !finished; moment++) {
      const { agents, before } = await givenAgents();
      const { revive, writes } = killAt(moment, when);
      const { status, body } = await kind.order(agents.map(({ id }) => id));
      revive();
      finished = writes() < moment;
      expect(status).toBe(finished ? 200 : 500);
      const [job] = await waitingJobs();
      if (job !== undefined) {
        // Nobody else touches the job while the request could still be at it.
        await deliver(job);
        expect(await waitingJobs()).toHaveLength(1);
        await atTime(60 * 60_000, async () => {
          expect(await resumeJobs(5 * 60_000)).toBe(1);
          await runJobs();
        });
        const { action_id } = JSON.parse(String(job.action));
        await isDoneOnce(kind, action_id, agents, before);
      } else if (finished) {
        await isDoneOnce(kind, body.actionId, agents, before);
      } else {
        // Either the action never came to be, or it was over.
        const after = await records(agents);
        const isUntouched = after.every(({ version }, index) => version === before[index]?.version);
        if (!isUntouched) for (const agent of after) await kind.isDone(agent);
      }
    }
    expect(moment).toBeGreaterThan(AGENTS + 1);
  });

  it('is done once by two workers at a time', async () => {
    const { actionId, agents, before, job } = await ordered(kind);
    await Promise.all([deliver(job), deliver(job), deliver(job)]);
    await isDoneOnce(kind, actionId, agents, before);
  });
});

it('goes on where it stopped when time is over', async () => {
  const policy = await givenPolicy();
  const { api_key } = await givenKey(policy);
  const agents: GivenAgent[] = [];
  for (let start = 0; start < 504; start += 24) {
    agents.push(...(await Promise.all(Array.from({ length: 24 }, () => enroll(api_key)))));
  }
  const { body } = await bulkTags({ agents: `policy_id:${policy}`, tagsToAdd: ['t'] });
  const [job] = await waitingJobs();
  expect(job).toMatchObject({ page: 0, pages: 2 });
  // The clock jumps past the deadline with the first write.
  let jumped = false;
  const realNow = Date.now;
  const sent = intercept((_sent, send) => {
    if (!jumped && _sent.name === 'TransactWriteCommand') {
      jumped = true;
      Date.now = () => realNow() + 61_000;
    }
    return send();
  });
  onTestFinished(() => {
    Date.now = realNow;
  });
  await deliver(job as Row);
  Date.now = realNow;
  const [rest] = await waitingJobs();
  expect(rest).toMatchObject({ page: 1, pages: 2, held_until: 0 });
  expect((await statusOf(body.actionId)).nbAgentsAck).toBe(500);
  expect(sent.length).toBeGreaterThan(500);
  expect(jobOf(rest as Row).version).toBe(2);
  await runJobs();
  expect(await statusOf(body.actionId)).toMatchObject({ status: 'COMPLETE', nbAgentsActioned: 504, nbAgentsAck: 504 });
  const { total } = (await call(`GET /api/fleet/agents?kuery=${encodeURIComponent(`policy_id:${policy} and tags:t`)}`))
    .body;
  expect(total).toBe(504);
});
