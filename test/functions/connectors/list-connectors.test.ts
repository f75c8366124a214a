import { beforeAll, describe, expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';
import { forbidden, givenConnectorUsers, INDEX, JIRA, statusAndBody } from './connectors.ts';

const { call } = kibana();
beforeAll(givenConnectorUsers);

describe('GET /api/actions/connectors', () => {
  it('lists the connectors of the space by name', async () => {
    expect(statusAndBody(await call('GET /api/actions/connectors', { as: 'reader' }))).toEqual({
      status: 200,
      body: [],
    });
    await call('POST /api/actions/connector/1', { body: { ...INDEX, name: 'b' } });
    await call('POST /api/actions/connector/2', { body: { ...JIRA, name: 'a' } });
    await call('POST /s/marketing/api/actions/connector/3', { body: INDEX });
    const { body, text } = await call('GET /api/actions/connectors', { as: 'reader' });
    const flags = { is_preconfigured: false, is_deprecated: false, is_missing_secrets: false, is_system_action: false };
    expect(body).toEqual([
      { id: '2', name: 'a', config: JIRA.config, connector_type_id: '.jira', ...flags, referenced_by_count: 0 },
      {
        id: '1',
        name: 'b',
        config: { index: 'my-index', refresh: false, executionTimeField: null },
        connector_type_id: '.index',
        ...flags,
        referenced_by_count: 0,
      },
    ]);
    expect(text).not.toContain('jira-token');
    expect((await call('GET /s/marketing/api/actions/connectors')).body).toMatchObject([{ id: '3' }]);
  });

  it.each(['elsewhere', 'nobody'])('is not for %s', async (as) => {
    expect(statusAndBody(await call('GET /api/actions/connectors', { as }))).toEqual(
      forbidden('Unauthorized to find actions'),
    );
  });
});
