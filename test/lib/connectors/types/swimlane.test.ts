import { describe, expect, it } from 'vitest';
import { swimlane } from '../../../../lib/connectors/types/swimlane.ts';
import { garbage, NOW, nothing, outside, page, refusalOf, runOf } from '../outside.ts';

const world = outside();
const secrets = { apiToken: 'swimlane-token' };
const field = (id: string, fieldType = 'text') => ({ id, key: `${id}-key`, name: id, fieldType });
const config = (mappings = {}) => ({
  apiUrl: world.url,
  appId: 'app 1',
  connectorType: 'all',
  mappings: {
    caseIdConfig: field('f-id', 'numeric'),
    caseNameConfig: field('f-name'),
    commentsConfig: field('f-c', 'comments'),
    ...mappings,
  },
});
const run = (subActionParams: object, mappings = {}) =>
  runOf(swimlane, { params: { subAction: 'pushToService', subActionParams }, config: config(mappings), secrets });
const incident = { caseId: '1000', caseName: 'Case name', description: 'not mapped' };
const created = { body: { id: 'r 1', name: 'TEST-457', createdDate: '2022-09-08T16:52:27.866Z' } };
const data = () => ({
  id: 'r 1',
  title: 'TEST-457',
  url: `${world.url}/record/app%201/r%201`,
  pushedDate: '2022-09-08T16:52:27.866Z',
});

describe('.swimlane', () => {
  it('creates a record, and comments with the ids they were sent with', async () => {
    world.replies(created, { body: {} });
    const comments = [
      { comment: 'one', commentId: 1 },
      { comment: 'two', commentId: 'c2' },
    ];
    const pushedDate = NOW.toISOString();
    expect(await run({ incident, comments })).toEqual({
      status: 'ok',
      data: {
        ...data(),
        comments: [
          { commentId: 1, pushedDate },
          { commentId: 'c2', pushedDate },
        ],
      },
    });
    const values = { 'f-id': 1000, 'f-name': 'Case name' };
    const record = '/api/app/app%201/record';
    const sent = (message: string) => ({ createdDate: pushedDate, fieldId: 'f-c', isRichText: true, message });
    expect(world.seen.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['POST', record, { applicationId: 'app 1', values }],
      ['POST', `${record}/r%201/f-c/comment`, sent('one')],
      ['POST', `${record}/r%201/f-c/comment`, sent('two')],
    ]);
    for (const { headers } of world.seen) expect(headers['private-token']).toBe('swimlane-token');
  });

  it('updates a record', async () => {
    world.replies({ body: { id: 'r 1', name: 'TEST-457', modifiedDate: '2022-09-08T16:52:27.866Z' } });
    expect(await run({ incident: { ...incident, caseId: 'no number', externalId: 'r 1' } })).toEqual({
      status: 'ok',
      data: data(),
    });
    expect(world.seen).toEqual([
      expect.objectContaining({
        method: 'PATCH',
        path: '/api/app/app%201/record/r%201',
        body: { applicationId: 'app 1', id: 'r 1', values: { 'f-id': 0, 'f-name': 'Case name' } },
      }),
    ]);
  });

  const failed = (text: string, status = 500) =>
    `[Action][Swimlane]: Unable to create record in application with id app 1. Status: ${status}. Error: ${text}`;
  it.each([
    [
      '400',
      { status: 400, body: { ErrorCode: 17, Argument: 'Name' } },
      failed('Request failed with status code 400. Reason: Name (17)', 400),
    ],
    ['429', { status: 429 }, failed('Request failed with status code 429. Reason: unknown', 429)],
    ['503', { status: 503, body: 'x' }, failed('Request failed with status code 503. Reason: unknown', 503)],
    [
      'JSON of another kind',
      { body: { id: 'r' } },
      failed('Response is missing at least one of the expected fields: id,name,createdDate. Reason: unknown'),
    ],
    ['silence', nothing, failed('timeout of 250ms exceeded. Reason: unknown')],
    ['garbage', garbage, expect.stringContaining('Error: Parse Error')],
    ['a page', page, expect.stringContaining('Unsupported content type: text/html in POST')],
    [
      'a redirect elsewhere',
      { status: 308, headers: { location: '//[::1]' } },
      expect.stringContaining('target hostname "[::1]"'),
    ],
  ])('fails on %s', async (_name, reply, thrown) => {
    world.replies(reply);
    expect(await run({ incident })).toEqual({ thrown });
  });

  it('fails to comment without a field for comments', async () => {
    world.replies(created);
    const comments = [{ comment: 'one', commentId: 'c' }];
    expect(await run({ incident, comments }, { commentsConfig: null })).toEqual({
      thrown:
        '[Action][Swimlane]: Unable to create comment in application with id app 1. Status: 500. Error: No comment field mapped in Swimlane connector. Reason: unknown',
    });
  });

  it.each([
    [{}, '[subAction]: expected value to equal [pushToService]'],
    [{ subAction: 'non-supported' }, '[subAction]: expected value to equal [pushToService]'],
    [
      { subAction: 'pushToService', subActionParams: { incident: { name: 'x' } } },
      '[subActionParams.incident.name]: definition for this key is missing',
    ],
  ])('refuses %j', (params, text) => {
    expect(refusalOf(swimlane, { params, config: config(), secrets })).toBe(`error validating action params: ${text}`);
  });

  it('refuses hosts that are not allowed', () => {
    const params = { subAction: 'pushToService', subActionParams: { incident: {} } };
    expect(refusalOf(swimlane, { params, config: { ...config(), apiUrl: 'http://10.1.1.1/' }, secrets })).toBe(
      'error validating action type config: error configuring connector action: target url "http://10.1.1.1/" is not added to the Kibana config xpack.actions.allowedHosts',
    );
  });
});
