import { describe, expect, it } from 'vitest';
import { useConfig } from '../../../../lib/config.ts';
import { jira } from '../../../../lib/connectors/types/jira.ts';
import { closedPort, garbage, nothing, outside, page, refusalOf, runOf } from '../outside.ts';

const world = outside();
const secrets = { email: 'elastic@example.com', apiToken: 'jira-token' };
const config = () => ({ apiUrl: `${world.url}/`, projectKey: 'CK' });
const run = (subAction: string, subActionParams?: object) =>
  runOf(jira, { params: { subAction, ...(subActionParams && { subActionParams }) }, config: config(), secrets });
const requests = () =>
  world.seen.map(({ method, path, body }) => [`${method} ${path}`, ...(body === '' ? [] : [body])]);

const types = {
  body: {
    issueTypes: [
      { id: 10024, name: 'Improvement', x: 1 },
      { id: '10006', name: 'Task' },
    ],
  },
};
const issue = {
  body: {
    id: '1',
    key: 'CK-1',
    fields: { summary: 'T', created: '2025-01-01T00:00:00.000+0100', updated: '2025-01-02T00:00:00Z' },
  },
};

describe('.jira reads', () => {
  it('issue types, with ids as they come', async () => {
    world.replies(types);
    const data = [
      { id: 10024, name: 'Improvement' },
      { id: '10006', name: 'Task' },
    ];
    expect(await run('issueTypes')).toEqual({ status: 'ok', data });
    expect(requests()).toEqual([['GET /rest/api/2/issue/createmeta/CK/issuetypes']]);
    expect(world.seen[0]?.headers.authorization).toBe(`Basic ${btoa('elastic@example.com:jira-token')}`);
    world.replies({ body: { values: types.body.issueTypes } });
    expect(await run('issueTypes', {})).toEqual({ status: 'ok', data });
  });

  it('fields of an issue type', async () => {
    const fields = [
      { fieldId: 'summary', required: true, name: 'Summary', schema: { type: 'string' } },
      { fieldId: 'priority', required: false, name: 'P', schema: {}, allowedValues: [1], defaultValue: { a: 1 } },
    ];
    world.replies({ body: { fields } });
    expect(await run('fieldsByIssueType', { id: '10 1' })).toEqual({
      status: 'ok',
      data: {
        summary: { required: true, allowedValues: [], defaultValue: {}, schema: { type: 'string' }, name: 'Summary' },
        priority: { required: false, allowedValues: [1], defaultValue: { a: 1 }, schema: {}, name: 'P' },
      },
    });
    expect(requests()).toEqual([['GET /rest/api/2/issue/createmeta/CK/issuetypes/10%201']]);
  });

  it('fields that all issue types have', async () => {
    const withFields = (...names: string[]) => ({
      body: { values: names.map((fieldId) => ({ fieldId, name: fieldId })) },
    });
    world.replies(types, withFields('a', 'b'), withFields('b', 'c'));
    expect(await run('getFields')).toMatchObject({ status: 'ok', data: { b: { name: 'b' } } });
    const { data } = (await run('getFields')) as { data?: object };
    expect(Object.keys(data ?? {})).not.toContain('a');
  });

  it('issues by title', async () => {
    world.replies({ body: { issues: [issue.body] } });
    expect(await run('issues', { title: 'a "b" \\ [it\'s] c-d?' })).toEqual({
      status: 'ok',
      data: [{ id: '1', key: 'CK-1', title: 'T' }],
    });
    expect(world.seen[0]?.path).toBe('/rest/api/2/search');
    expect(world.seen[0]?.query.get('jql')).toBe(String.raw`project="CK" and summary ~"a b \\ \\[it\\s\\] c\\-d\\?"`);
    expect(world.seen[0]?.query.get('fields')).toBe('summary,key');
  });

  it('one issue', async () => {
    world.replies(issue);
    expect(await run('issue', { id: 'CK-1' })).toEqual({ status: 'ok', data: { id: '1', key: 'CK-1', title: 'T' } });
    expect(await run('getIncident', { externalId: 'CK-1' })).toEqual({ status: 'ok', data: {} });
    expect(requests()).toEqual([['GET /rest/api/2/issue/CK-1'], ['GET /rest/api/2/issue/CK-1']]);
  });

  it.each(['..', '.', ''])('no path that the id %j leads to', async (id) => {
    expect(await run('issue', { id })).toMatchObject({ thrown: expect.stringContaining('cannot be part of a path') });
    expect(world.seen).toEqual([]);
  });
});

describe('.jira pushes', () => {
  const pushed = { id: '1', title: 'CK-1' };

  it('a new issue of the first type', async () => {
    world.replies(types, { body: { id: '1' } }, issue);
    const incident = {
      summary: ' a\r\n b\n',
      description: 'd',
      labels: ['x'],
      priority: 'High',
      parent: 'CK-0',
      otherFields: { c: 1 },
    };
    expect(await run('pushToService', { incident })).toEqual({
      status: 'ok',
      data: { ...pushed, url: `${world.url}/browse/CK-1`, pushedDate: '2024-12-31T23:00:00.000Z' },
    });
    const fields = {
      summary: 'a, b',
      project: { key: 'CK' },
      issuetype: { id: '10024' },
      description: 'd',
      labels: ['x'],
      priority: { name: 'High' },
      parent: { key: 'CK-0' },
      c: 1,
    };
    expect(requests().slice(1)).toEqual([['POST /rest/api/2/issue', { fields }], ['GET /rest/api/2/issue/1']]);
  });

  it('changes to an issue, and comments', async () => {
    const comment = { body: { id: '7', created: '2025-01-03T00:00:00Z' } };
    world.replies({ status: 204 }, issue, comment);
    const comments = [
      { comment: 'one', commentId: 'c1' },
      { comment: '', commentId: 'c2' },
      { comment: 'two', commentId: 'c3' },
    ];
    const incident = { summary: 's', externalId: 'CK-1', issueType: '5', description: null };
    expect(await run('pushToService', { incident, comments })).toEqual({
      status: 'ok',
      data: {
        ...pushed,
        url: `${world.url}/browse/CK-1`,
        pushedDate: '2025-01-02T00:00:00.000Z',
        comments: ['c1', 'c3'].map((commentId) => ({ commentId, pushedDate: '2025-01-03T00:00:00.000Z' })),
      },
    });
    expect(requests()).toEqual([
      ['PUT /rest/api/2/issue/CK-1', { fields: { summary: 's', project: { key: 'CK' }, issuetype: { id: '5' } } }],
      ['GET /rest/api/2/issue/CK-1'],
      ['POST /rest/api/2/issue/1/comment', { body: 'one' }],
      ['POST /rest/api/2/issue/1/comment', { body: 'two' }],
    ]);
  });
});

describe('.jira fails', () => {
  const prefix = '[Action][Jira]: Unable to get issue types. Error: ';
  const noReason = '. Reason: unknown: errorResponse was null';
  it.each([
    ['400', { status: 400, body: { errorMessages: ['a', 'b'] } }, 'Request failed with status code 400. Reason: a, b'],
    ['422', { status: 422, body: { errors: { x: 'a', y: 'b' } } }, 'Request failed with status code 422. Reason: a b'],
    [
      '500',
      { status: 500, body: 'oops' },
      'Request failed with status code 500. Reason: unknown: errorResponse.errors was null',
    ],
    ['silence', nothing, `timeout of 250ms exceeded${noReason}`],
    [
      'JSON that is none',
      { headers: { 'content-type': 'application/json' }, body: '5' },
      `Response is not a valid JSON${noReason}`,
    ],
    ['JSON of another kind', { body: { issueTypes: 5 } }, `Response has an unexpected form${noReason}`],
    [
      'a redirect elsewhere',
      { status: 302, headers: { location: 'http://192.168.0.1/' } },
      `target hostname "192.168.0.1" is not added to the Kibana config xpack.actions.allowedHosts${noReason}`,
    ],
  ])('on %s', async (_name, reply, text) => {
    world.replies(reply);
    expect(await run('issueTypes')).toEqual({ thrown: `${prefix}${text}`, errorSource: 'framework' });
  });

  it('on a page', async () => {
    world.replies(page);
    const url = `${world.url}/rest/api/2/issue/createmeta/CK/issuetypes`;
    expect(await run('issueTypes')).toMatchObject({
      thrown: `${prefix}Unsupported content type: text/html in GET ${url}. Supported content types: application/json${noReason}`,
    });
  });

  it('on garbage, 429 and a closed port', async () => {
    world.replies(garbage);
    expect(await run('issueTypes')).toMatchObject({ thrown: expect.stringContaining(`${prefix}Parse Error`) });
    world.replies({ status: 429 });
    expect(await run('issueTypes')).toMatchObject({ errorSource: 'user' });
    const port = await closedPort();
    const away = {
      params: { subAction: 'issueTypes' },
      config: { apiUrl: `http://127.0.0.1:${port}`, projectKey: 'CK' },
      secrets,
    };
    expect(await runOf(jira, away)).toMatchObject({ thrown: expect.stringContaining('connect ECONNREFUSED') });
  });

  it.each([
    [{ incident: { summary: 's', issueType: '1' } }, 'Unable to create incident'],
    [{ incident: { summary: 's', externalId: 'X' } }, 'Unable to update incident with id X'],
  ])('when it pushes %j', async (params, text) => {
    world.replies({ status: 404, body: { errorMessages: ['gone'] } });
    expect(await run('pushToService', params)).toEqual({
      thrown: `[Action][Jira]: ${text}. Error: Request failed with status code 404. Reason: gone`,
      errorSource: 'framework',
    });
  });

  it('when it asks for the type of a new issue', async () => {
    world.replies({ status: 404, body: { errorMessages: ['No project'] } });
    expect(await run('pushToService', { incident: { summary: 's' } })).toEqual({
      thrown: `${prefix}Request failed with status code 404. Reason: No project`,
      errorSource: 'framework',
    });
  });

  it('for a handshake', async () => {
    expect(await run('handshake')).toEqual({
      thrown: '[Action][ExternalService] subAction handshake not implemented.',
    });
  });
});

describe('.jira refuses', () => {
  const names = [
    'getFields',
    'getIncident',
    'handshake',
    'pushToService',
    'issueTypes',
    'fieldsByIssueType',
    'issues',
    'issue',
  ];
  const lines = (changed: Record<number, string> = {}) =>
    `types that failed validation:\n${names.map((name, index) => `- [${changed[index] ?? `${index}.subAction]: expected value to equal [${name}]`}`).join('\n')}`;
  const push = (incident: object, text: string): [object, string] => [
    { subAction: 'pushToService', subActionParams: { incident } },
    lines({ 3: `3.subActionParams.incident.${text}` }),
  ];
  it.each([
    [{}, lines()],
    [{ subAction: 'non-supported' }, lines()],
    [
      { subAction: 'issue' },
      lines({ 7: '7.subActionParams.id]: expected value of type [string] but got [undefined]' }),
    ],
    [
      { subAction: 'issueTypes', subActionParams: { a: 1 } },
      lines({ 4: '4.subActionParams.a]: definition for this key is missing' }),
    ],
    push({}, 'summary]: expected value of type [string] but got [undefined]'),
    push(
      { summary: 's', labels: ['a b'] },
      'labels]: types that failed validation:\n - [3.subActionParams.incident.labels.0.0]: The label a b cannot contain spaces\n - [3.subActionParams.incident.labels.1]: expected value to equal [null]',
    ),
    push(
      { summary: 's', otherFields: { summary: 1 } },
      'otherFields]: types that failed validation:\n - [3.subActionParams.incident.otherFields.0.key("summary")]: The following properties cannot be defined inside otherFields: summary.\n - [3.subActionParams.incident.otherFields.1]: expected value to equal [null]',
    ),
    push(
      { summary: 's', otherFields: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`f${index}`, 1])) },
      'otherFields]: types that failed validation:\n - [3.subActionParams.incident.otherFields.0]: A maximum of 20 fields in otherFields can be updated at a time.\n - [3.subActionParams.incident.otherFields.1]: expected value to equal [null]',
    ),
  ])('params %j', (params, text) => {
    expect(refusalOf(jira, { params, config: config(), secrets })).toBe(`error validating action params: ${text}`);
  });

  const params = { subAction: 'issueTypes' };
  it('hosts that are not allowed', () => {
    useConfig({ CONNECTORS_ALLOWED_HOSTS: 'example.com' });
    const apiUrl = 'http://jira.mynonexistent.com';
    expect(refusalOf(jira, { params, config: { apiUrl, projectKey: 'CK' }, secrets })).toBe(
      'error validating action type config: error configuring connector action: target url "http://jira.mynonexistent.com" is not added to the Kibana config xpack.actions.allowedHosts',
    );
  });

  it('missing secrets', () => {
    expect(refusalOf(jira, { params, config: config() })).toBe(
      'error validating action type secrets: [email]: expected value of type [string] but got [undefined]',
    );
  });
});
