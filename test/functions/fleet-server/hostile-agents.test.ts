import { beforeAll, describe, expect, it } from 'vitest';
import { handler as ackActions } from '../../../functions/fleet-server/ack-actions.ts';
import { handler as checkInAgent } from '../../../functions/fleet-server/check-in-agent.ts';
import { handler as enrollAgent } from '../../../functions/fleet-server/enroll-agent.ts';
import { handler as finishUpload } from '../../../functions/fleet-server/finish-upload.ts';
import { handler as startUpload } from '../../../functions/fleet-server/start-upload.ts';
import fc from '../../support/fast-check.ts';
import { anything, fittingTo } from '../../support/from-schema.ts';
import { fleet, type GivenAgent } from '../fleet/fleet.ts';
import { uploads } from './upload.ts';

const api = fleet();
const { agentCall, givenAgent, givenKey, getAgent } = api;
const { started } = uploads(api);

let agent: GivenAgent & { policy: string };
let enrolmentKey: string;
let uploadId: string;
beforeAll(async () => {
  agent = await givenAgent();
  enrolmentKey = (await givenKey(agent.policy)).api_key;
  uploadId = await started(agent);
});

const operations: [
  string,
  { definition: { routes: readonly { request?: { body?: unknown } }[] } },
  () => [string, string],
][] = [
  ['enroll', enrollAgent, () => ['POST /api/fleet/agents/enroll', enrolmentKey]],
  ['checkin', checkInAgent, () => [`POST /api/fleet/agents/${agent.id}/checkin`, agent.key]],
  ['acks', ackActions, () => [`POST /api/fleet/agents/${agent.id}/acks`, agent.key]],
  ['start upload', startUpload, () => ['POST /api/fleet/uploads', agent.key]],
  ['finish upload', finishUpload, () => [`POST /api/fleet/uploads/${uploadId}`, agent.key]],
];

describe('whatever an agent sends, it gets a documented answer, and can still be read', () => {
  it.each(operations)('%s', async (_name, { definition }, target) => {
    const schema = definition.routes[0]?.request?.body as Parameters<typeof fittingTo>[0];
    await fc.assert(
      fc.asyncProperty(fc.oneof(fittingTo(schema), anything), async (body) => {
        const [line, key] = target();
        const { status, text, body: answer } = await agentCall(line, key, JSON.stringify(body) ?? '');
        expect([200, 400, 403, 404, 413], text).toContain(status);
        const id = answer.item?.id ?? agent.id;
        expect(await getAgent(id)).toMatchObject({ id });
      }),
      { numRuns: 40 },
    );
    expect((await api.call('GET /api/fleet/agents?kuery=id:*')).status).toBe(200);
    expect((await api.call('GET /api/fleet/agents?perPage=100')).status).toBe(200);
  });
});
