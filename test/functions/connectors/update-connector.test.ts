import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getDecrypted } from '../../../lib/stores/saved-objects.ts';
import { record } from '../../lib/stores/store.ts';
import { kibana } from '../../support/kibana.ts';
import { badRequest, forbidden, givenConnectorUsers, JIRA, notFound, statusAndBody } from './connectors.ts';

const { call } = kibana();
beforeAll(givenConnectorUsers);
let counter = 0;
let id = '';
beforeEach(async () => {
  id = `jira-${counter++}`;
  await call(`POST /api/actions/connector/${id}`, { body: JIRA });
});
const { connector_type_id, ...change } = JIRA;
const update = async (body: unknown, as = 'elastic', path = `/api/actions/connector/${id}`) =>
  statusAndBody(await call(`PUT ${path}`, { as, body }));

describe('PUT /api/actions/connector/{id}', () => {
  it('replaces name, config and secrets', async () => {
    const config = { apiUrl: 'https://other.example', projectKey: 'X' };
    const secrets = { email: 'a@b.c', apiToken: 'new-token' };
    const body = {
      id,
      name: 'New',
      config,
      connector_type_id,
      is_preconfigured: false,
      is_deprecated: false,
      is_missing_secrets: false,
      is_system_action: false,
    };
    expect(await update({ name: 'New', config, secrets }, 'writer')).toEqual({ status: 200, body });
    expect((await call(`GET /api/actions/connector/${id}`)).body).toEqual(body);
    expect((await call('GET /api/actions/connectors')).body).toContainEqual({ ...body, referenced_by_count: 0 });
    const { attributes } = await getDecrypted({ type: 'action', id, space: 'default' });
    expect(attributes).toMatchObject({ secrets, actionTypeId: '.jira' });
  });

  it('keeps what stands when secrets are not resent', async () => {
    expect(await update({ name: 'New', config: change.config })).toEqual(
      badRequest('error validating action type secrets: [email]: expected value of type [string] but got [undefined]'),
    );
    expect((await call(`GET /api/actions/connector/${id}`)).body.name).toBe('My Jira');
  });

  it('takes two requests', async () => {
    const sent = record();
    await update(change);
    expect(sent.map(({ name }) => name).filter((name) => name !== 'BatchGetCommand')).toEqual([
      'GetCommand',
      'TransactWriteCommand',
    ]);
  });

  it.each([
    [JIRA, '[request body.connector_type_id]: definition for this key is missing'],
    [{}, '[request body.name]: expected value of type [string] but got [undefined]'],
    [
      { ...change, config: { ...change.config, apiUrl: 'http://10.0.0.1' } },
      'error validating action type config: error configuring connector action: target url "http://10.0.0.1" is not added to the Kibana config xpack.actions.allowedHosts',
    ],
  ])('refuses %j', async (body, message) => expect(await update(body)).toEqual(badRequest(message)));

  it('knows only connectors of the space', async () => {
    expect(await update(change, 'elastic', '/api/actions/connector/none')).toEqual(notFound('none'));
    expect(await update(change, 'elastic', `/s/marketing/api/actions/connector/${id}`)).toEqual(notFound(id));
    const system = await update(change, 'elastic', '/api/actions/connector/system-connector-.cases');
    expect(system).toEqual(badRequest('System action system-connector-.cases can not be updated.'));
  });

  it.each(['reader', 'elsewhere', 'nobody'])('is not for %s', async (as) => {
    expect(await update(change, as)).toEqual(forbidden('Unauthorized to update actions'));
    expect(await update(change, as, '/api/actions/connector/none')).toEqual(
      forbidden('Unauthorized to update actions'),
    );
  });
});
