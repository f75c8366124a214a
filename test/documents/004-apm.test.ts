import { expect, it } from 'vitest';
import { agentConfigurations, PATH } from '../functions/apm/agent-configurations.ts';

// «Get single agent configuration»: GET /api/apm/settings/agent-configuration/view
const { call, put } = agentConfigurations();

/** The curl sample: `--header "elastic-api-version: 2023-10-31"`; the sample names no query. */
const sample = (query = '', as: string | null = 'elastic') =>
  call(`GET ${PATH}/view${query}`, { as, headers: { 'elastic-api-version': '2023-10-31' } });

it('answers the curl sample with the documented 404 while there is no configuration for all services', async () => {
  const { status, body } = await sample();
  expect(status).toBe(404);
  expect(body).toMatchObject({ error: 'Not Found', message: 'Not Found', statusCode: 404 });
});

it('answers the documented 200', async () => {
  const settings = { additionalProperty1: 'string', additionalProperty2: 'string' };
  await put({ name: 'node', environment: 'prod' }, settings, { agent_name: 'string' });
  await call(`POST ${PATH}/search`, {
    body: { service: { name: 'node', environment: 'prod' }, mark_as_applied_by_agent: true },
  });
  const { status, body } = await sample('?name=node&environment=prod');
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      id: expect.any(String),
      '@timestamp': expect.any(Number),
      agent_name: 'string',
      applied_by_agent: true,
      etag: expect.stringMatching(/^[0-9a-f]{40}$/),
      service: { environment: 'prod', name: 'node' },
      settings,
    },
  });
});

it('answers a bad request as such: the printed 400 says «Not Found», which no 400 does', async () => {
  const { status, body } = await sample('?foo=1');
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: 'Bad Request', statusCode: 400, message: expect.any(String) });
});

it('answers the documented 401', async () => {
  const { status, body } = await sample('', null);
  expect({ status, body }).toEqual({
    status: 401,
    body: { error: 'Unauthorized', message: expect.any(String), statusCode: 401 },
  });
});
