import { beforeAll, describe, expect, it } from 'vitest';
import { kibana } from '../support/kibana.ts';

const { call } = kibana();
const PATH = '/api/security/entity_store/entities/user';

/** The request of the document's curl line, and its request example. */
const curl = {
  entity: {
    id: 'user:jane.doe@example.com',
    name: 'jane.doe',
    type: 'user',
    attributes: { managed: true, mfa_enabled: true },
  },
  user: { name: 'jane.doe' },
};
const example = {
  entity: {
    attributes: { managed: true, mfa_enabled: true },
    id: 'user:jane.doe@example.com',
    lifecycle: { last_activity: '2026-04-10T14:30:00.000Z' },
    name: 'jane.doe',
    type: 'user',
  },
  user: { email: ['jane.doe@example.com'], name: 'jane.doe', roles: ['admin', 'analyst'] },
};

const notFound = {
  error: 'Not Found',
  message: "Entity ID 'user:jane.doe@example.com' not found",
  statusCode: 404,
};
const refused = {
  error: 'Bad Request',
  message:
    'Bad request: The following attributes are not allowed to be updated without forcing it (?force=true): entity.name, entity.type',
  statusCode: 400,
};

describe('PUT /api/security/entity_store/entities/{entityType}', () => {
  beforeAll(async () => {
    await call('POST /api/security/entity_store/install', { body: {} });
  });

  it('does not find an entity that is not there', async () => {
    const { status, body } = await call(`PUT ${PATH}?force=true`, { body: curl });
    expect({ status, body }).toEqual({ status: 404, body: notFound });
  });

  it.each([
    ['curl line', curl],
    ['request example', example],
  ])('takes the %s', async (_name, body) => {
    await call(`POST ${PATH}`, { body: { entity: { id: curl.entity.id }, user: { name: 'jane.doe' } } });
    const answer = await call(`PUT ${PATH}?force=true`, { body });
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: { ok: true } });
    const { body: stored } = await call('GET /api/security/entity_store/entities?filter=user.name:jane.doe');
    expect(stored.entities).toMatchObject([body]);
  });

  it('refuses protected fields by name', async () => {
    const { status, body, text } = await call(`PUT ${PATH}`, { body: curl });
    expect({ status, body }).toEqual({ status: 400, body: refused });
    expect(text).toMatch(/^\{"statusCode":400,"error":"Bad Request","message":"Bad request: /);
    const { body: more } = await call(`PUT ${PATH}`, { body: example });
    expect(more.message).toBe(
      'Bad request: The following attributes are not allowed to be updated without forcing it (?force=true): entity.lifecycle.last_activity, entity.name, entity.type, user.roles',
    );
  });

  it('works in a space', async () => {
    await call('POST /s/marketing/api/security/entity_store/install', { body: {} });
    const { status, body } = await call(`PUT /s/marketing${PATH}?force=true`, { body: curl });
    expect({ status, body }).toEqual({ status: 404, body: notFound });
  });
});
