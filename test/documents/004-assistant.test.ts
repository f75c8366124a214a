import { describe, expect, it } from 'vitest';
import { basic } from '../support/callers.ts';
import { kibana } from '../support/kibana.ts';

const { call, send } = kibana();
const PATH = '/api/security_ai_assistant';
const text = expect.any(String);

/** As the documents' curl lines send it: without `kbn-xsrf`. */
const post = (url: string, body?: unknown) =>
  send({
    method: 'POST',
    url,
    headers: { authorization: basic('elastic'), ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

describe('POST /api/security_ai_assistant/anonymization_fields/_bulk_action', () => {
  const url = `${PATH}/anonymization_fields/_bulk_action`;
  const example = {
    create: [{ allowed: true, anonymized: true, field: 'string' }],
    delete: { ids: ['string'], query: 'string' },
    update: [{ allowed: true, anonymized: true, id: 'string' }],
  };

  it('takes the request example: unknown ids are left out, and nothing matches the query', async () => {
    const { status, body } = await post(url, example);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        success: true,
        anonymization_fields_count: 1,
        attributes: {
          results: {
            created: [
              {
                allowed: true,
                anonymized: true,
                createdAt: text,
                createdBy: 'elastic',
                field: 'string',
                id: text,
                timestamp: text,
                updatedAt: text,
              },
            ],
            updated: [],
            deleted: [],
            skipped: [],
          },
          summary: { failed: 0, skipped: 0, succeeded: 1, total: 1 },
        },
      },
    });
  });

  it('finds the field there when it is sent again', async () => {
    const { status, body } = await post(url, example);
    expect({ status, body }).toEqual({
      status: 409,
      body: {
        message: expect.stringMatching(/^anonymization field: "[\w-]{20}" already exists$/),
        status_code: 409,
      },
    });
  });

  it('refuses in the documented shape', async () => {
    const { status, body } = await post(url, { create: [{}] });
    expect({ status, body }).toEqual({
      status: 400,
      body: { statusCode: 400, error: 'Bad Request', message: '[request body]: create.0.field: Required' },
    });
  });
});

describe('POST /api/security_ai_assistant/knowledge_base/{resource}', () => {
  it.each(['%7Bresource%7D', 'user'])('takes the curl line for %s', async (resource) => {
    const { status, body } = await post(`${PATH}/knowledge_base/${resource}`);
    expect({ status, body }).toEqual({ status: 200, body: { success: true } });
  });
});

describe('GET /api/security_ai_assistant/prompts/_find', () => {
  it('answers a page of prompts, a system prompt of the beginning among them', async () => {
    const { status, body } = await call(`GET ${PATH}/prompts/_find`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ page: 1, perPage: 20, total: body.data.length });
    const [prompt] = body.data;
    expect(prompt).toEqual({
      consumer: text,
      content: text,
      createdAt: text,
      createdBy: text,
      id: text,
      isDefault: true,
      isNewConversationDefault: true,
      name: text,
      namespace: 'default',
      promptType: 'system',
      timestamp: text,
      users: [],
    });
  });

  it('answers a prompt with everything that the example shows', async () => {
    const create = [
      {
        name: 'string',
        content: 'string',
        promptType: 'system',
        categories: ['string'],
        color: 'string',
        consumer: 'string',
        isDefault: true,
        isNewConversationDefault: true,
      },
    ];
    await call(`POST ${PATH}/prompts/_bulk_action`, { body: { create } });
    const { body } = await call(`GET ${PATH}/prompts/_find?filter=name:string`);
    expect(body).toEqual({
      page: 1,
      perPage: 20,
      total: 1,
      data: [{ ...create[0], id: text, timestamp: text, updatedAt: text, users: [{ id: text, name: 'elastic' }] }],
    });
  });

  it('refuses in the documented shape', async () => {
    const { status, body } = await call(`GET ${PATH}/prompts/_find?page=0`);
    expect({ status, body }).toEqual({
      status: 400,
      body: {
        statusCode: 400,
        error: 'Bad Request',
        message: '[request query]: page: Number must be greater than or equal to 1',
      },
    });
  });
});
