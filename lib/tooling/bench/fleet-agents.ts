/**
 * A fleet of agents on the local store: what enrolling, checking in, listing and bulk changes take and cost. Run with
 * `node lib/tooling/bench/fleet-agents.ts [agents]`; it prints one JSON object.
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import * as z from 'zod';

const WRITES = /^(Put|Update|Delete|TransactWrite|BatchWrite)/;
/** Agents that call at the same time. */
const AT_ONCE = 16;
const FEW = 200;
const TAGS = ['linux', 'eu', 'production'];

const agents = Number(process.argv[2] ?? 20_000);

process.env.AWS_ACCESS_KEY_ID ??= 'local';
process.env.AWS_SECRET_ACCESS_KEY ??= 'local';
process.env.AWS_REGION ??= 'eu-central-1';
process.env.TABLE_PREFIX = `bench-${randomUUID()}-`;

const { startDynamoDb } = await import('../../local/dynamodb.ts');
const store = await startDynamoDb();
process.env.DYNAMODB_ENDPOINT = store.endpoint;

const { createTables } = await import('../../local/tables.ts');
const { wrapDynamoDB } = await import('../../stores/dynamodb.ts');
const { createPolicy } = await import('../../fleet/policies.ts');
const { authenticateEnrolment, createEnrollmentKey } = await import('../../fleet/enrollment-keys.ts');
const { enroll } = await import('../../fleet/agents/enroll.ts');
const { findAgent } = await import('../../fleet/agents/agents.ts');
const { checkIn } = await import('../../fleet/agents/check-in.ts');
const { listAgents } = await import('../../fleet/agents/list-agents.ts');
const { getAgent } = await import('../../fleet/agents/get-agent.ts');
const { agentTags } = await import('../../fleet/agents/agent-tags.ts');
const { bulkUnenroll, bulkUpdateTags } = await import('../../fleet/actions/bulk-action.ts');
const { actionStatuses } = await import('../../fleet/actions/action-status.ts');
const { runAgentAction } = await import('../../fleet/actions/run-action.ts');
const { jobOf } = await import('../../stores/jobs.ts');
const { rows } = await import('../../stores/read.ts');
const { anonymous } = await import('../../security/principal.ts');

const newId = randomUUID;
const spent = { requests: 0, writes: 0, units: 0 };

const consumption = z.object({
  ConsumedCapacity: z
    .union([z.object({ CapacityUnits: z.number() }), z.array(z.object({ CapacityUnits: z.number() }))])
    .optional(),
});

/** Counts requests and what DynamoDB bills for them. */
wrapDynamoDB((inner) => {
  const send = async (command: { input: object; constructor: { name: string } }) => {
    Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
    const answer: unknown = await Reflect.apply(inner.send, inner, [command]);
    spent.requests += 1;
    if (WRITES.test(command.constructor.name)) spent.writes += 1;
    const { ConsumedCapacity = [] } = consumption.parse(answer);
    for (const { CapacityUnits } of [ConsumedCapacity].flat()) spent.units += CapacityUnits;
    return answer;
  };
  return new Proxy(inner, { get: (target, name) => (name === 'send' ? send : Reflect.get(target, name)) });
});

type Cost = { ms: number; requests: number; writes: number; units: number };

/** What something takes, per repetition. */
async function cost(work: () => Promise<unknown>, per = 1): Promise<Cost> {
  const before = { ...spent };
  const start = performance.now();
  await work();
  const round = (value: number) => Math.round((value / per) * 100) / 100;
  return {
    ms: round(performance.now() - start),
    requests: round(spent.requests - before.requests),
    writes: round(spent.writes - before.writes),
    units: round(spent.units - before.units),
  };
}

async function inParallel(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

const space = 'default';
const policy = await (async () => {
  await createTables(store.endpoint, process.env.TABLE_PREFIX ?? '');
  const actor = { space, principal: anonymous, now: new Date(), newId };
  return createPolicy({ name: 'bench', namespace: 'default', inactivity_timeout: 1_209_600 }, actor);
})();
const { api_key_id } = await createEnrollmentKey(policy, 'bench', { now: new Date(), newId });
const ticket = await authenticateEnrolment({ id: api_key_id });

const ids: string[] = [];
const local = {
  elastic: { agent: { version: '9.0.0', snapshot: false, upgradeable: true, log_level: 'info' } },
  host: { architecture: 'x86_64', ip: ['10.0.0.1/24', '::1/128'], mac: ['00-00-5E-00-53-23'] },
  os: {
    family: 'debian',
    full: 'Ubuntu noble(24.04)',
    kernel: '6.8.0',
    name: 'Ubuntu',
    platform: 'ubuntu',
    version: '24.04',
  },
};

async function enrollAgents(count: number): Promise<void> {
  await inParallel(count, async (index) => {
    const host = { ...local.host, hostname: `host-${ids.length}-${index}`, name: `host-${index}`, id: newId() };
    const request = {
      type: 'PERMANENT',
      local: { ...local, host },
      user_provided: undefined,
      tags: TAGS,
      version: '9.0.0',
    } as const;
    const { agent } = await enroll(request, { ticket, now: new Date(), newId });
    ids.push(agent.id);
  });
}

const page = {
  page: 1,
  perPage: 20,
  showInactive: false,
  showUpgradeable: false,
  withMetrics: false,
  getStatusSummary: false,
};

/** What reading costs with as many agents as there are now. */
async function reading() {
  const id = ids[0] ?? '';
  const now = new Date();
  return {
    'list page': await cost(() => listAgents(space, page, now)),
    tags: await cost(() => agentTags({ showInactive: false }, now)),
    'get agent': await cost(() => getAgent(space, id, { withMetrics: false }, now)),
    'action status': await cost(() => actionStatuses(space, { page: 0, perPage: 20, errorSize: 5 }, now)),
    'list with KQL': await cost(() => listAgents(space, { ...page, kuery: 'local_metadata.os.platform:ubuntu' }, now)),
  };
}

async function runJobs(): Promise<void> {
  for (;;) {
    const jobs = await Array.fromAsync(rows({ table: 'Jobs', pk: 'jobs' }));
    if (jobs.length === 0) return;
    for (const job of jobs) await runAgentAction(jobOf(job), Date.now() + 60_000);
  }
}

const context = () => ({ space, now: new Date(), newId, deadline: Date.now() + 25_000 });
const checkInRequest = { status: 'online', message: 'Running', version: '9.0.0' };

try {
  await enrollAgents(FEW);
  const withFew = await reading();
  const result = {
    agents,
    'enrol, per agent': await cost(() => enrollAgents(agents - FEW), agents - FEW),
    [`read with ${FEW}`]: withFew,
    [`read with ${agents}`]: await reading(),
    'check in, per agent': await cost(
      () =>
        inParallel(FEW, async (index) => {
          const agent = await findAgent(ids[index] ?? '');
          if (agent !== undefined) await checkIn(agent, checkInRequest, new Date());
        }),
      FEW,
    ),
    'order tags by KQL': await cost(() =>
      bulkUpdateTags({ agents: 'tags:linux' }, { tagsToAdd: ['new'], tagsToRemove: ['eu'] }, context()),
    ),
    'change tags, per agent': await cost(runJobs, agents),
    'order unenrolment by KQL': await cost(() =>
      bulkUnenroll({ agents: '', batchSize: 0 }, { force: false, revoke: true }, context()),
    ),
    'unenrol by force, per agent': await cost(runJobs, agents),
    'status after': await actionStatuses(space, { page: 0, perPage: 2, errorSize: 5 }, new Date()),
  };
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
} finally {
  await store.stop();
}
