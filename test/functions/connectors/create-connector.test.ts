import { beforeAll, describe, expect, it } from 'vitest';
import { partition, record } from '../../lib/stores/store.ts';
import { kibana } from '../../support/kibana.ts';
import { badRequest, forbidden, givenConnectorUsers, INDEX, JIRA, refusal, statusAndBody } from './connectors.ts';

const { call } = kibana();
beforeAll(givenConnectorUsers);
const create = async (body: unknown, as = 'elastic', id = '') =>
  statusAndBody(await call(`POST /api/actions/connector${id}`, { as, body }));

describe('POST /api/actions/connector/{id?}', () => {
  it('creates a connector at a new id, with defaults', async () => {
    expect(await create(INDEX, 'writer')).toEqual({
      status: 200,
      body: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: 'My index',
        config: { index: 'my-index', refresh: false, executionTimeField: null },
        connector_type_id: '.index',
        is_preconfigured: false,
        is_deprecated: false,
        is_missing_secrets: false,
        is_system_action: false,
      },
    });
  });

  it('creates one at an id of the caller’s, once', async () => {
    expect(await create(JIRA, 'writer', '/my id')).toMatchObject({
      status: 200,
      body: { id: 'my id', config: JIRA.config },
    });
    expect(await create(JIRA, 'writer', '/my id')).toEqual(
      refusal(409, 'Conflict', 'Saved object [action/my id] conflict'),
    );
  });

  it('tells which are deprecated', async () => {
    const config = { apiUrl: 'https://sn.example' };
    const body = { name: 'SN', connector_type_id: '.servicenow', config, secrets: { username: 'a', password: 'b' } };
    expect(await create(body)).toMatchObject({ body: { is_deprecated: true } });
    expect(await create({ ...body, config: { ...config, usesTableApi: false } })).toMatchObject({
      body: { is_deprecated: false },
    });
  });

  it('keeps secrets encrypted, and out of every answer', async () => {
    const { text } = await call('POST /api/actions/connector/secret', { body: JIRA });
    expect(text).not.toContain('jira-token');
    expect(text).not.toContain('elastic@example.com');
    for (const pk of ['object:action#secret', 'default#action', 'encrypted:action']) {
      expect(JSON.stringify(await partition('SavedObjects', pk))).not.toMatch(/jira-token|elastic@example/);
    }
    const [row] = await partition('SavedObjects', 'object:action#secret');
    expect(row).toMatchObject({ encrypted: { secrets: { key: expect.any(String) } } });
  });

  it('takes one request', async () => {
    const sent = record();
    await create(INDEX);
    expect(sent.map(({ name }) => name).filter((name) => name !== 'BatchGetCommand')).toEqual(['TransactWriteCommand']);
  });

  it.each([
    [{}, '[request body.name]: expected value of type [string] but got [undefined]'],
    [{ ...INDEX, name: ' ' }, "[request body.name]: value ' ' is not valid"],
    [{ ...INDEX, connector_type_id: '' }, "[request body.connector_type_id]: value '' is not valid"],
    [{ ...JIRA, config: { ...JIRA.config, apiUrl: '' } }, "[request body.config.apiUrl]: value '' is not valid"],
    [
      { ...JIRA, secrets: { ...JIRA.secrets, apiToken: { a: [''] } } },
      "[request body.secrets.apiToken]: value '' is not valid",
    ],
    [{ ...INDEX, x: 1 }, '[request body.x]: definition for this key is missing'],
    [{ ...INDEX, config: 5 }, '[request body.config]: expected value of type [object] but got [number]'],
    [{ ...INDEX, connector_type_id: '.x' }, 'Action type ".x" is not registered.'],
    [{ ...INDEX, connector_type_id: 'toString' }, 'Action type "toString" is not registered.'],
    [
      { ...INDEX, config: { indeX: 'a' } },
      'error validating action type config: [index]: expected value of type [string] but got [undefined]',
    ],
    [{ ...INDEX, secrets: { a: 1 } }, 'error validating action type secrets: [a]: definition for this key is missing'],
    [
      { ...JIRA, secrets: {} },
      'error validating action type secrets: [email]: expected value of type [string] but got [undefined]',
    ],
    [
      { ...JIRA, config: { ...JIRA.config, apiUrl: 'http://169.254.169.254/' } },
      'error validating action type config: error configuring connector action: target url "http://169.254.169.254/" is not added to the Kibana config xpack.actions.allowedHosts',
    ],
    [
      { name: 'e', connector_type_id: '.email', config: { host: 'a.example', port: 25, from: 'a@b.c' }, secrets: {} },
      'error validating action type connector: [user] is required',
    ],
  ])('refuses %j', async (body, message) => {
    expect(await create(body)).toEqual(badRequest(message));
  });

  it.each([
    ['/system-connector-.cases', 'System action creation is forbidden. Action type: .index.'],
    [`/${'x'.repeat(3_000)}`, 'an id is too long: 3014 bytes where 2048 are allowed'],
  ])('refuses the id %#', async (id, message) => {
    expect(await create(INDEX, 'elastic', id)).toEqual(badRequest(message));
  });

  it.each(['reader', 'elsewhere', 'nobody'])('is not for %s', async (as) => {
    const refused = forbidden('Unauthorized to create a ".jira" action');
    expect([await create(JIRA, as), await create(JIRA, as, '/an-id')]).toEqual([refused, refused]);
  });

  it('knows the types of system connectors, and who may create any first', async () => {
    const cases = { name: 'c', connector_type_id: '.cases' };
    expect(await create(cases)).toEqual(badRequest('System action creation is forbidden. Action type: .cases.'));
    const refused = forbidden('Unauthorized to create a ".index" action');
    expect(await create(INDEX, 'nobody', '/system-connector-.cases')).toEqual(refused);
  });

  it('needs kbn-xsrf', async () => {
    const { 'kbn-xsrf': _, ...headers } = { 'kbn-xsrf': '', 'content-type': 'application/json' };
    const { send } = kibana();
    const authorization = `Basic ${btoa('elastic:changeme')}`;
    const answer = await send({
      method: 'POST',
      url: '/api/actions/connector',
      headers: { ...headers, authorization },
      body: '{}',
    });
    expect(statusAndBody(answer)).toEqual(badRequest('Request must contain a kbn-xsrf header.'));
  });
});
