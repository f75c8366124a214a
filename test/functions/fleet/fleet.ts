import { randomUUID } from 'node:crypto';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { handler as runAgentAction } from '../../../functions/workers/run-agent-action.ts';
import { rows } from '../../../lib/stores/read.ts';
import { basic, givenUser } from '../../support/callers.ts';
import { type CallResult, kibana, type Options } from '../../support/kibana.ts';

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const HOSTED_SUFFIX =
  ' in Fleet because the agent policy is managed by an external orchestration solution, such as Elastic Cloud, Kubernetes, etc. Please make changes using your orchestration solution.';

const phrases: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
};

/** A refusal in Kibana's core shape. */
export const refusal = (statusCode: number, message: unknown) => ({
  status: statusCode,
  body: { statusCode, error: phrases[statusCode], message },
});

/** Status and body: what most tests compare. */
export const shown = ({ status, body }: Pick<CallResult, 'status' | 'body'>) => ({ status, body });

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export type Anything = any;

export type Given = {
  id?: string;
  space?: string;
  tags?: string[];
  local?: Record<string, unknown>;
  version?: string;
  body?: Record<string, unknown>;
};

export type GivenAgent = { id: string; key: string; apiKeyId: string };

/** The API with short cuts for what tests begin with. */
export function fleet() {
  const { call, send, handlerOf } = kibana();
  const prefixOf = (space = 'default') => (space === 'default' ? '' : `/s/${space}`);

  async function succeed(line: string, options?: Options): Promise<Anything> {
    const answer = await call(line, options);
    expect(shown(answer), line).toMatchObject({ status: 200 });
    return answer.body;
  }

  const givenSpace = (id: string) => succeed('POST /api/spaces/space', { body: { id, name: id } });

  /** Creates a policy; gives its id. */
  async function givenPolicy({
    space,
    ...settings
  }: {
    space?: string;
    [setting: string]: unknown;
  } = {}): Promise<string> {
    const body = { name: `policy ${randomUUID()}`, namespace: 'default', ...settings };
    return (await succeed(`POST ${prefixOf(space)}/api/fleet/agent_policies`, { body })).item.id;
  }

  /** Creates an enrollment key; gives what the API answers. */
  async function givenKey(policy_id: string, { space, ...fields }: { space?: string; name?: string } = {}) {
    return (await succeed(`POST ${prefixOf(space)}/api/fleet/enrollment_api_keys`, { body: { policy_id, ...fields } }))
      .item;
  }

  /** What an agent sends to Fleet Server. */
  async function agentCall(line: string, key: string | null, body?: unknown, headers: Record<string, string> = {}) {
    const [method = '', url = ''] = line.split(' ');
    return send({
      method,
      url,
      headers: {
        ...(key !== null && { authorization: `ApiKey ${key}` }),
        'user-agent': 'Elastic Agent 9.0.0',
        'content-type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json',
        ...headers,
      },
      ...(body !== undefined && {
        body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    });
  }

  const enrollBody = ({ id, tags, local = { host: { hostname: 'web-1' } }, body = {} }: Given) => ({
    type: 'PERMANENT',
    ...(id !== undefined && { id }),
    metadata: { local, user_provided: {}, ...(tags && { tags }) },
    ...body,
  });

  /** Enrols an agent with an enrollment key. */
  async function enroll(key: string, given: Given = {}): Promise<GivenAgent> {
    const headers = given.version === undefined ? {} : { 'user-agent': `Elastic Agent ${given.version}` };
    const answer = await agentCall('POST /api/fleet/agents/enroll', key, enrollBody(given), headers);
    expect(shown(answer)).toMatchObject({ status: 200 });
    const { id, access_api_key, access_api_key_id } = answer.body.item;
    return { id, key: access_api_key, apiKeyId: access_api_key_id };
  }

  /** An agent of a policy of its own, or of the one that is given. */
  async function givenAgent({
    policy,
    ...given
  }: Given & { policy?: string } = {}): Promise<GivenAgent & { policy: string }> {
    const of = policy ?? (await givenPolicy(given.space === undefined ? {} : { space: given.space }));
    const { api_key } = await givenKey(of, given.space === undefined ? {} : { space: given.space });
    return { ...(await enroll(api_key, given)), policy: of };
  }

  const checkIn = (agent: GivenAgent, body: Record<string, unknown> = {}) =>
    agentCall(`POST /api/fleet/agents/${encodeURIComponent(agent.id)}/checkin`, agent.key, {
      status: 'online',
      message: 'Running',
      ...body,
    });

  const ack = (agent: GivenAgent, ...events: Record<string, unknown>[]) =>
    agentCall(`POST /api/fleet/agents/${encodeURIComponent(agent.id)}/acks`, agent.key, {
      events: events.map((event) => ({
        type: 'ACTION_RESULT',
        subtype: 'ACKNOWLEDGED',
        agent_id: agent.id,
        message: '',
        timestamp: '',
        ...event,
      })),
    });

  /** Checks in and takes the policy: the agent is online then. */
  async function goOnline(agent: GivenAgent): Promise<void> {
    const { body } = await checkIn(agent);
    for (const { id } of body.actions) await ack(agent, { action_id: id });
    expect((await checkIn(agent)).status).toBe(200);
  }

  const getAgent = async (id: string, prefix = ''): Promise<Anything> =>
    (await succeed(`GET ${prefix}/api/fleet/agents/${encodeURIComponent(id)}`)).item;

  const tagsOf = async (id: string): Promise<string[]> => (await getAgent(id)).tags;

  /** Status of one action; undefined when there is no such action. */
  async function statusOf(actionId: string, prefix = ''): Promise<Anything> {
    const { items } = await succeed(`GET ${prefix}/api/fleet/agents/action_status?perPage=1000`);
    return items.find((item: Anything) => item.actionId === actionId);
  }

  const bulkTags = (body: Record<string, unknown>, options: Options = {}) =>
    call('POST /api/fleet/agents/bulk_update_agent_tags', { ...options, body });
  const bulkUnenroll = (body: Record<string, unknown>, options: Options = {}) =>
    call('POST /api/fleet/agents/bulk_unenroll', { ...options, body });

  return {
    call,
    send,
    handlerOf,
    succeed,
    givenSpace,
    givenPolicy,
    givenKey,
    givenAgent,
    agentCall,
    enroll,
    enrollBody,
    checkIn,
    ack,
    goOnline,
    getAgent,
    tagsOf,
    statusOf,
    bulkTags,
    bulkUnenroll,
  };
}

/** The jobs that wait, as the stream would hand them to the worker. */
export async function waitingJobs() {
  const found = await Array.fromAsync(rows({ table: 'Jobs', pk: 'jobs' }));
  return found.filter(({ kind }) => kind === 'agent-action');
}

/** Hands the waiting jobs to the worker until none is left. */
export async function runJobs(): Promise<void> {
  for (let jobs = await waitingJobs(); jobs.length > 0; jobs = await waitingJobs()) {
    for (const job of jobs) await runAgentAction({ Records: [{ dynamodb: { NewImage: marshall(job) } }] });
  }
}

export type Gate = {
  /** Kibana privileges of roles that may, and of roles that may not. */
  allowed: string[];
  refused: string[];
  /** What the refusal names. */
  missing: string;
  /** What the request needs to get past the pipeline's own checks. */
  request?: Pick<Options, 'body'>;
};

/** What every operation of Fleet checks before anything else. */
export function checksCallers(
  { call, send }: Pick<ReturnType<typeof kibana>, 'call' | 'send'>,
  line: string,
  gate: Gate,
) {
  const { allowed, refused, missing, request = {} } = gate;
  const [method = '', url = ''] = line.split(' ');

  describe(`before anything else, ${line}`, () => {
    it('refuses nobody', async () => {
      expect(shown(await call(line, { ...request, as: null }))).toEqual(refusal(401, 'Unauthorized'));
    });

    it.each(refused)('refuses %s, and says what is missing', async (granted) => {
      const as = await givenUser(`has-${granted}`, { kibana: [granted] });
      const message = `API [${line}] is unauthorized for user, this action is granted by the Kibana privileges [${missing}]`;
      expect(shown(await call(line, { ...request, as }))).toEqual(refusal(403, message));
    });

    it.each(allowed)('lets %s in', async (granted) => {
      const as = await givenUser(`has-${granted}`, { kibana: [granted] });
      expect([401, 403]).not.toContain((await call(line, { ...request, as })).status);
    });

    it('refuses a version that it does not have', async () => {
      const { status, body } = await call(line, { ...request, headers: { 'elastic-api-version': '2020-01-01' } });
      expect(status).toBe(400);
      expect(body.message).toMatch(/^No version "2020-01-01" available for \[/);
    });

    if (method === 'GET') return;
    it.each([
      [{}, true],
      [{ 'kbn-xsrf': '' }, false],
      [{ 'kbn-version': '9.1.0' }, false],
    ])(
      'with %j refuses a request that a foreign page could have sent: %s',
      async (marks: Record<string, string>, isRefused) => {
        const answer = await send({
          method,
          url,
          headers: { authorization: basic('elastic'), 'content-type': 'application/json', ...marks },
          ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
        });
        const refused = refusal(400, 'Request must contain a kbn-xsrf header.');
        if (isRefused) expect(shown(answer)).toEqual(refused);
        else expect(shown(answer)).not.toEqual(refused);
      },
    );
  });
}

const DAY_MS = 86_400_000;
export const days = (count: number) => count * DAY_MS;

/** Lets the service believe that it is `milliseconds` earlier (or later) while something is done. */
export async function atTime<T>(milliseconds: number, act: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
  try {
    return await act();
  } finally {
    vi.useRealTimers();
  }
}

export const agentsAll = 'feature_fleetv2.agents_all';
export const agentsRead = 'feature_fleetv2.agents_read';
