import { beforeAll, describe, expect, it } from 'vitest';
import { createObject } from '../../../lib/stores/saved-objects.ts';
import { kibana } from '../../support/kibana.ts';
import { forbidden, givenConnectorUsers, INDEX, JIRA, notFound, refusal, statusAndBody } from './connectors.ts';

const { call } = kibana();
beforeAll(async () => {
  await givenConnectorUsers();
  await call('POST /api/actions/connector/mine', { body: JIRA });
  await call('POST /s/marketing/api/actions/connector/theirs', { body: INDEX });
});
const get = async (path: string, as = 'elastic') => statusAndBody(await call(`GET ${path}`, { as }));

describe('GET /api/actions/connector/{id}', () => {
  it('answers a connector without its secrets', async () => {
    const answer = await call('GET /api/actions/connector/mine', {
      as: 'reader',
      headers: { 'elastic-api-version': 'any' },
    });
    expect(statusAndBody(answer)).toEqual({
      status: 200,
      body: {
        id: 'mine',
        name: 'My Jira',
        config: JIRA.config,
        connector_type_id: '.jira',
        is_preconfigured: false,
        is_deprecated: false,
        is_missing_secrets: false,
        is_system_action: false,
      },
    });
    expect(answer.text).not.toMatch(/jira-token|elastic@example/);
    expect(answer.headers['elastic-api-version']).toBe('2023-10-31');
  });

  it('answers a connector that came without its secrets, and one of a type that is gone', async () => {
    const actor = { space: 'default', now: new Date() };
    const attributes = { name: 'In', actionTypeId: '.gone', config: {}, isMissingSecrets: true };
    await createObject({ type: 'action', id: 'imported', attributes }, actor);
    expect(await get('/api/actions/connector/imported')).toMatchObject({
      status: 200,
      body: { connector_type_id: '.gone', is_missing_secrets: true, is_deprecated: false },
    });
  });

  it('knows only connectors of the space', async () => {
    expect(await get('/s/marketing/api/actions/connector/theirs', 'elsewhere')).toMatchObject({
      status: 200,
      body: { id: 'theirs' },
    });
    expect(await get('/api/actions/connector/theirs')).toEqual(notFound('theirs'));
    expect(await get('/s/marketing/api/actions/connector/mine')).toEqual(notFound('mine'));
    expect(await get('/api/actions/connector/system-connector-.cases')).toEqual(
      refusal(404, 'Not Found', 'Connector system-connector-.cases not found'),
    );
  });

  it.each(['elsewhere', 'nobody'])('is not for %s', async (as) => {
    expect(await get('/api/actions/connector/mine', as)).toEqual(forbidden('Unauthorized to get actions'));
    expect(await get('/api/actions/connector/none', as)).toEqual(forbidden('Unauthorized to get actions'));
  });
});
