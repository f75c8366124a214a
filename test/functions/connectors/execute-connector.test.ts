import { beforeAll, describe, expect, it } from 'vitest';
import { useConfig } from '../../../lib/config.ts';
import { executeConnector } from '../../../lib/connectors/execute.ts';
import { reservedRole } from '../../../lib/security/reserved-roles.ts';
import { changeRole } from '../../../lib/security/roles.ts';
import { createObject } from '../../../lib/stores/saved-objects.ts';
import { nothing, outside } from '../../lib/connectors/outside.ts';
import { record } from '../../lib/stores/store.ts';
import { givenUser } from '../../support/callers.ts';
import { principalWith } from '../../support/identities.ts';
import { kibana } from '../../support/kibana.ts';
import { badRequest, forbidden, givenConnectorUsers, INDEX, JIRA, notFound, statusAndBody } from './connectors.ts';

const world = outside();
const { call, send } = kibana();
const run = async (id: string, params: unknown, as = 'elastic') =>
  statusAndBody(await call(`POST /api/actions/connector/${id}/_execute`, { as, body: { params } }));
const ROUTE = '/api/actions/connector/index/_execute';

beforeAll(async () => {
  await givenConnectorUsers();
  useConfig({ CONNECTORS_ALLOWED_HOSTS: '*,127.0.0.1' });
  const jira = { ...JIRA, config: { ...JIRA.config, apiUrl: world.url } };
  const webhook = {
    name: 'Hook',
    connector_type_id: '.webhook',
    config: { url: world.url },
    secrets: { user: 'elastic', password: 'hook-password' },
  };
  const slack = { name: 'Slack', connector_type_id: '.slack', secrets: { webhookUrl: `${world.url}/services/T0/B0` } };
  const created = await Promise.all([
    call('POST /api/actions/connector/index', { body: INDEX }),
    call('POST /api/actions/connector/jira', { body: jira }),
    call('POST /api/actions/connector/hook', { body: webhook }),
    call('POST /api/actions/connector/slack', { body: slack }),
    call('POST /api/actions/connector/log', { body: { name: 'Log', connector_type_id: '.server-log' } }),
    call('POST /s/marketing/api/actions/connector/theirs', { body: INDEX }),
  ]);
  expect(created.map(({ status }) => status)).toEqual(Array(6).fill(200));
  const actor = { space: 'default', now: new Date() };
  const imported = { name: 'In', actionTypeId: '.jira', config: jira.config, isMissingSecrets: true };
  await createObject({ type: 'action', id: 'imported', attributes: imported }, actor);
  await createObject({ type: 'action', id: 'gone', attributes: { ...imported, actionTypeId: '.gone' } }, actor);
});

describe('POST /api/actions/connector/{id}/_execute refuses', () => {
  it.each([
    ['{}', '[request body.params]: expected value of type [object] but got [undefined]'],
    ['{"params":"x"}', '[request body.params]: could not parse record value from json input'],
    ['{"params":5}', '[request body.params]: expected value of type [object] but got [number]'],
    ['{"params":{},"foo":1}', '[request body.foo]: definition for this key is missing'],
    [undefined, '[request body]: expected a plain object value, but found [null] instead.'],
    ['{', 'Invalid request payload JSON format'],
    ['{"params":{"__proto__":{}}}', 'Invalid request payload JSON format'],
  ])('the body %s', async (body, message) => {
    const answer = await call(`POST ${ROUTE}`, { ...(body !== undefined && { body }) });
    expect(statusAndBody(answer)).toEqual(badRequest(message));
  });

  it('a request without kbn-xsrf', async () => {
    const headers = { authorization: `Basic ${btoa('elastic:changeme')}`, 'content-type': 'application/json' };
    const request = { method: 'POST', url: ROUTE, headers, body: '{"params":{"documents":[]}}' };
    expect(statusAndBody(await send(request))).toEqual(badRequest('Request must contain a kbn-xsrf header.'));
  });

  it('a caller without credentials', async () => {
    expect((await call(`POST ${ROUTE}`, { as: null, body: { params: {} } })).status).toBe(401);
  });

  it.each([
    ['system-connector-.cases', badRequest('Execution of system action is not allowed')],
    ['none', notFound('none')],
    ['theirs', notFound('theirs')],
    ['gone', badRequest('Action type ".gone" is not registered.')],
  ])('the connector %s', async (id, answer) => expect(await run(id, {})).toEqual(answer));

  it.each(['elsewhere', 'nobody'])('%s', async (as) => {
    expect(await run('jira', {}, as)).toEqual(forbidden('Unauthorized to execute a ".jira" action'));
    expect(await run('none', {}, as)).toEqual(forbidden('Unauthorized to execute actions'));
    expect(await run('theirs', {}, as)).toEqual(forbidden('Unauthorized to execute actions'));
  });
});

describe('POST /api/actions/connector/{id}/_execute answers 200 with an error', () => {
  const error = (id: string, message: string, more: object) => ({
    status: 200,
    body: { status: 'error', message, connector_id: id, ...more },
  });

  it.each([
    [
      'index',
      { indeX: 'a', documents: [] },
      'error validating action params: [indeX]: definition for this key is missing',
    ],
    ['index', {}, 'error validating action params: [documents]: expected value of type [array] but got [undefined]'],
    ['log', {}, 'error validating action params: [message]: expected value of type [string] but got [undefined]'],
  ])('for bad params: %s %j', async (id, params, message) => {
    expect(await run(id, params)).toEqual(error(id, message, { retry: false, errorSource: 'user' }));
  });

  it('with its keys in Kibana’s order', async () => {
    const { text } = await call(`POST ${ROUTE}`, { body: { params: {} } });
    expect(Object.keys(JSON.parse(text))).toEqual(['status', 'message', 'retry', 'errorSource', 'connector_id']);
  });

  it('for secrets that are missing, and judges params before', async () => {
    expect(await run('imported', { subAction: 'issueTypes' })).toEqual(
      error(
        'imported',
        'error validating action type secrets: [email]: expected value of type [string] but got [undefined]',
        { retry: false, errorSource: 'framework' },
      ),
    );
    expect(await run('imported', {})).toMatchObject({ body: { message: expect.stringContaining('action params') } });
  });

  it('for hosts that are no longer allowed; a secret URL stays secret', async () => {
    useConfig({ CONNECTORS_ALLOWED_HOSTS: 'example.com' });
    expect(await run('jira', { subAction: 'issueTypes' })).toEqual(
      error(
        'jira',
        `error validating action type config: error configuring connector action: target url "${world.url}" is not added to the Kibana config xpack.actions.allowedHosts`,
        { retry: false, errorSource: 'framework' },
      ),
    );
    expect(await run('slack', { message: 'm' })).toEqual(
      error(
        'slack',
        'error validating action type secrets: error configuring slack action: target hostname "127.0.0.1" is not added to the Kibana config xpack.actions.allowedHosts',
        { retry: false, errorSource: 'framework' },
      ),
    );
    expect(world.seen).toEqual([]);
  });

  it('for what an executor returns, with the user as the source', async () => {
    world.replies({ status: 404, body: { message: 'msg' } });
    expect(await run('hook', { body: 'b' })).toEqual(
      error('hook', 'error calling webhook, invalid response', {
        errorSource: 'user',
        service_message: '[404] Not Found: msg',
      }),
    );
    world.replies({ status: 429, headers: { 'retry-after': '60' } });
    expect(await run('hook', { body: 'b' })).toMatchObject({
      body: { retry: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), errorSource: 'user' },
    });
  });

  it('for what an executor throws', async () => {
    world.replies({ status: 400, body: { errorMessages: ['no'] } });
    expect(await run('jira', { subAction: 'issueTypes' })).toEqual(
      error('jira', 'an error occurred while running the action', {
        retry: true,
        errorSource: 'framework',
        service_message:
          '[Action][Jira]: Unable to get issue types. Error: Request failed with status code 400. Reason: no',
      }),
    );
  });

  it('without secrets that the other side repeats', async () => {
    const basic = btoa('elastic@example.com:jira-token');
    world.replies({ status: 401, body: { errorMessages: [`bad token jira-token of elastic@example.com (${basic})`] } });
    const { text } = await call('POST /api/actions/connector/jira/_execute', {
      body: { params: { subAction: 'issueTypes' } },
    });
    expect(JSON.parse(text).service_message).toMatch(
      /Reason: bad token \[redacted\] of \[redacted\] \(\[redacted\]\)$/,
    );
    world.replies({ body: { issueTypes: [{ id: 1, name: 'jira-token' }] } });
    expect(await run('jira', { subAction: 'issueTypes' })).toMatchObject({
      body: { data: [{ id: 1, name: '[redacted]' }] },
    });
  });

  it('for an index that takes no documents of the caller', async () => {
    expect(await run('index', { documents: [{}] }, 'reader')).toMatchObject({
      status: 200,
      body: {
        status: 'error',
        message: 'error indexing documents',
        errorSource: 'user',
        service_message: expect.stringContaining('user [reader] with effective roles [reader]'),
      },
    });
  });
});

describe('POST /api/actions/connector/{id}/_execute runs', () => {
  it('for whoever may read connectors', async () => {
    expect(await run('log', { message: 'hello' }, 'reader')).toEqual({
      status: 200,
      body: { status: 'ok', connector_id: 'log' },
    });
  });

  it('params that are JSON text', async () => {
    expect(await run('log', '{"message":"hello"}')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('in the connector’s own space', async () => {
    const path = '/s/marketing/api/actions/connector/theirs/_execute';
    const answer = await call(`POST ${path}`, { body: { params: { documents: [{ a: 1 }] } } });
    expect(answer.body).toMatchObject({ status: 'ok', connector_id: 'theirs' });
    expect(answer.headers['elastic-api-version']).toBe('2023-10-31');
  });

  it('as the caller, whose index privileges count', async () => {
    await givenUser('indexer', { kibana: ['feature_actions.read'] });
    await changeRole('indexer', (was) => ({
      ...was!,
      indices: [{ names: ['my-*'], privileges: ['create_doc'], allow_restricted_indices: false }],
    }));
    expect(await run('index', { documents: [{ a: 1 }] }, 'indexer')).toMatchObject({ body: { status: 'ok' } });
  });

  it('many at once, each for itself', async () => {
    world.replies({ body: 'fine' });
    const answers = await Promise.all(Array.from({ length: 5 }, (_, n) => run('hook', { body: String(n) })));
    expect(answers.map(({ body }) => (body as { data: string }).data)).toEqual(['0', '1', '2', '3', '4']);
  });

  it('with one read of the store', async () => {
    const sent = record();
    await run('log', { message: 'hello' });
    expect(sent.map(({ name }) => name)).toEqual(['BatchGetCommand', 'GetCommand']);
  });

  it('not beyond the time that the request has', async () => {
    world.replies(nothing);
    const now = new Date();
    const principal = principalWith([reservedRole('superuser')!]);
    const execution = { id: 'hook', params: { body: 'b' }, now, deadline: now.getTime() + 100 };
    expect(await executeConnector(execution, { principal, space: 'default' })).toMatchObject({
      service_message: '[ECONNABORTED] timeout of 20000ms exceeded',
    });
  });
});
