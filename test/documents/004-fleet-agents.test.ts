import { describe, expect, it } from 'vitest';
import { fleet, refusal, shown, UUID } from '../functions/fleet/fleet.ts';
import { noise, uploads } from '../functions/fleet-server/upload.ts';
import { basic } from '../support/callers.ts';

/** The examples of the API document for the operations on agents, as their curl lines send them. */
const api = fleet();
const { send, givenPolicy, givenAgent, checkIn, statusOf } = api;

/** `curl --request … --header … --data …`, with credentials, which the document leaves to the reader. */
async function curl(method: string, url: string, headers: Record<string, string>, data?: string) {
  const answer = await send({
    method,
    url,
    headers: { authorization: basic('elastic'), ...headers },
    ...(data !== undefined && { body: data }),
  });
  return shown(answer);
}

const KBN_XSRF = { 'kbn-xsrf': 'true' };
const JSON_TYPE = { 'Content-Type': 'application/json' };
/** Response example (400): `error`, `message`, `statusCode`. */
const documented400 = { status: 400, body: { error: 'Bad Request', message: expect.any(String), statusCode: 400 } };

describe('POST /api/fleet/agents/bulk_unenroll', () => {
  const EXAMPLE = '{"agents":["string"],"batchSize":42.0,"force":true,"includeInactive":true,"revoke":true}';
  const PATH = '/api/fleet/agents/bulk_unenroll';

  it('as its curl line: nobody is called «string», so the action is empty', async () => {
    const { status, body } = await curl('POST', PATH, { ...JSON_TYPE, ...KBN_XSRF }, EXAMPLE);
    expect({ status, body }).toEqual({ status: 200, body: { actionId: expect.stringMatching(UUID) } });
    expect(await statusOf(body.actionId)).toMatchObject({
      type: 'FORCE_UNENROLL',
      nbAgentsActioned: 0,
      status: 'COMPLETE',
    });
  });

  it('as its curl line, with an agent in place of the placeholder', async () => {
    const agent = await givenAgent();
    const { body } = await curl(
      'POST',
      PATH,
      { ...JSON_TYPE, ...KBN_XSRF },
      EXAMPLE.replace('"string"', JSON.stringify(agent.id)),
    );
    expect(await statusOf(body.actionId)).toMatchObject({ nbAgentsActioned: 1, nbAgentsAck: 1, status: 'COMPLETE' });
    expect((await checkIn(agent)).status).toBe(401);
  });

  it('demands the header that it lists as required, and documents a 400', async () => {
    expect(await curl('POST', PATH, JSON_TYPE, EXAMPLE)).toEqual(documented400);
    expect(await curl('POST', PATH, { ...JSON_TYPE, ...KBN_XSRF }, '{}')).toEqual(documented400);
  });
});

describe('POST /api/fleet/agents/bulk_update_agent_tags', () => {
  const EXAMPLE =
    '{"agents":["string"],"batchSize":42.0,"includeInactive":false,"tagsToAdd":["string"],"tagsToRemove":["string"]}';
  const PATH = '/api/fleet/agents/bulk_update_agent_tags';

  it('as its curl line: nobody is called «string», so the id is of no action', async () => {
    const { status, body } = await curl('POST', PATH, { ...JSON_TYPE, ...KBN_XSRF }, EXAMPLE);
    expect({ status, body }).toEqual({ status: 200, body: { actionId: expect.stringMatching(UUID) } });
    expect(await statusOf(body.actionId)).toBeUndefined();
  });

  it('as its curl line, with an agent in place of the placeholder: the tag is renamed to itself', async () => {
    const { id } = await givenAgent({ tags: ['a', 'string'] });
    const data = EXAMPLE.replace('["string"]', JSON.stringify([id]));
    expect((await curl('POST', PATH, { ...JSON_TYPE, ...KBN_XSRF }, data)).status).toBe(200);
    expect(await api.tagsOf(id)).toEqual(['a', 'string']);
  });

  it('demands the header that it lists as required, and documents a 400', async () => {
    expect(await curl('POST', PATH, JSON_TYPE, EXAMPLE)).toEqual(documented400);
    expect(await curl('POST', PATH, { ...JSON_TYPE, ...KBN_XSRF }, '{}')).toEqual(documented400);
  });
});

describe('GET /api/fleet/agents/{agentId}', () => {
  it('as its curl line: the placeholder is nobody', async () => {
    const url = `/api/fleet/agents/${encodeURIComponent('{agentId}')}`;
    expect(await curl('GET', url, {})).toEqual(refusal(404, 'Agent {agentId} not found'));
  });

  it('answers only fields that the document lists, of the documented types', async () => {
    const agent = await givenAgent({ tags: ['t'] });
    const components = [
      {
        id: 'string',
        message: 'string',
        status: 'STARTING',
        type: 'string',
        units: [{ id: 'string', message: 'string', payload: {}, status: 'STARTING', type: 'input' }],
      },
    ];
    const upgrade_details = {
      action_id: 'string',
      metadata: {
        download_percent: 42.0,
        download_rate: 42.0,
        error_msg: 'string',
        failed_state: 'UPG_REQUESTED',
        retry_error_msg: 'string',
        retry_until: 'string',
        scheduled_at: 'string',
      },
      state: 'UPG_REQUESTED',
      target_version: 'string',
    };
    await checkIn(agent, { components, upgrade_details, status: 'error' });
    const { status, body } = await curl('GET', `/api/fleet/agents/${agent.id}?withMetrics=true`, {});
    expect(status).toBe(200);
    expect(body.item).toMatchObject({ components, upgrade_details, last_checkin_status: 'error', type: 'PERMANENT' });
    const documented = [
      'access_api_key',
      'access_api_key_id',
      'active',
      'agent',
      'audit_unenrolled_reason',
      'components',
      'default_api_key',
      'default_api_key_history',
      'default_api_key_id',
      'enrolled_at',
      'id',
      'last_checkin',
      'last_checkin_message',
      'last_checkin_status',
      'local_metadata',
      'metrics',
      'namespaces',
      'outputs',
      'packages',
      'policy_id',
      'policy_revision',
      'sort',
      'status',
      'tags',
      'type',
      'unenrolled_at',
      'unenrollment_started_at',
      'unhealthy_reason',
      'upgrade_details',
      'upgrade_started_at',
      'upgraded_at',
      'user_provided_metadata',
    ];
    expect(documented).toEqual(expect.arrayContaining(Object.keys(body.item)));
    // The document lists them, and they are never answered: they are secrets.
    for (const secret of ['access_api_key', 'default_api_key']) expect(body.item).not.toHaveProperty(secret);
  });

  it('documents a 400', async () => {
    expect(await curl('GET', '/api/fleet/agents/x?withMetrics=1', {})).toEqual(documented400);
  });
});

describe('DELETE /api/fleet/agents/files/{fileId}', () => {
  it('as its curl line: the placeholder is no file', async () => {
    const url = `/api/fleet/agents/files/${encodeURIComponent('{fileId}')}`;
    expect(await curl('DELETE', url, KBN_XSRF)).toEqual(refusal(400, 'Failed to update file {fileId} metadata'));
  });

  it('as its curl line, with a file: the documented answer', async () => {
    const { fileId } = await uploads(api).uploaded(await givenAgent(), [noise(3)]);
    expect(await curl('DELETE', `/api/fleet/agents/files/${fileId}`, KBN_XSRF)).toEqual({
      status: 200,
      body: { deleted: true, id: fileId },
    });
  });

  it('demands the header that it lists as required', async () => {
    expect(await curl('DELETE', '/api/fleet/agents/files/x', {})).toEqual(documented400);
  });
});

describe('GET /api/fleet/agents/tags', () => {
  it('as its curl line', async () => {
    await givenAgent({ tags: ['string'] });
    const { status, body } = await curl('GET', '/api/fleet/agents/tags', {});
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['items']);
    expect(body.items).toContain('string');
  });

  it('documents a 400', async () => {
    expect(await curl('GET', '/api/fleet/agents/tags?perPage=5', {})).toEqual(documented400);
  });
});

describe('POST /api/fleet/enrollment_api_keys', () => {
  const EXAMPLE = '{"expiration":"string","name":"string","policy_id":"string"}';
  const PATH = '/api/fleet/enrollment_api_keys';

  it('as its curl line: there is no policy «string»', async () => {
    expect(await curl('POST', PATH, { ...JSON_TYPE, ...KBN_XSRF }, EXAMPLE)).toEqual(
      refusal(404, 'Agent policy "string" not found'),
    );
  });

  it('as its curl line, with the policy: the documented answer, and nothing besides', async () => {
    await givenPolicy({ id: 'string' });
    const { status, body } = await curl('POST', PATH, { ...JSON_TYPE, ...KBN_XSRF }, EXAMPLE);
    expect(status).toBe(200);
    expect(body).toEqual({
      action: 'created',
      item: {
        active: true,
        api_key: expect.any(String),
        api_key_id: expect.any(String),
        created_at: expect.any(String),
        id: expect.stringMatching(UUID),
        name: expect.stringMatching(/^string \(/),
        policy_id: 'string',
      },
    });
  });

  it('demands the header that it lists as required, and documents a 400', async () => {
    expect(await curl('POST', PATH, JSON_TYPE, EXAMPLE)).toEqual(documented400);
    expect(await curl('POST', PATH, { ...JSON_TYPE, ...KBN_XSRF }, '{}')).toEqual(documented400);
  });
});
