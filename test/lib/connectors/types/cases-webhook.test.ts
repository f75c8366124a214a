import { describe, expect, it } from 'vitest';
import { useConfig } from '../../../../lib/config.ts';
import { casesWebhook } from '../../../../lib/connectors/types/cases-webhook.ts';
import { garbage, NOW, nothing, outside, page, refusalOf, runOf } from '../outside.ts';

const world = outside();
const secrets = { user: 'elastic', password: 'cases-password' };
const config = (more = {}) => ({
  createIncidentUrl: `${world.url}/issue/`,
  createIncidentJson: '{"summary":{{{case.title}}},"tags":{{{case.tags}}},"description":{{{case.description}}}}',
  createIncidentResponseKey: 'data.id',
  getIncidentUrl: `${world.url}/issue/{{{external.system.id}}}`,
  getIncidentResponseExternalTitleKey: 'key',
  viewIncidentUrl: 'https://view.example/browse/{{{external.system.title}}}',
  updateIncidentUrl: `${world.url}/issue/{{{external.system.id}}}`,
  updateIncidentJson: '{"summary":{{{case.title}}},"id":{{{external.system.id}}}}',
  createCommentUrl: `${world.url}/issue/{{{external.system.id}}}/comment`,
  createCommentJson: '{"body":{{{case.comment}}}}',
  createCommentMethod: 'post',
  headers: { 'x-a': 'b' },
  ...more,
});
const run = (incident: object, comments: object[] | null = null, more = {}) =>
  runOf(casesWebhook, {
    params: {
      subAction: 'pushToService',
      subActionParams: { incident: { title: 'a "title"', ...incident }, comments },
    },
    config: config(more),
    secrets,
  });
const created = { status: 201, body: { data: { id: 10 } } };
const read = { body: { key: 'K 1' } };
const pushed = { id: '10', title: 'K 1', url: 'https://view.example/browse/K%201', pushedDate: NOW.toISOString() };

describe('.cases-webhook', () => {
  it('creates a case and comments by its templates', async () => {
    world.replies(created, read, { status: 204 });
    const comments = [{ comment: 'a\n"b"', commentId: 'c1' }];
    expect(await run({ tags: ['x', 'y'] }, comments)).toEqual({
      status: 'ok',
      data: { ...pushed, comments: [{ commentId: 'c1', pushedDate: NOW.toISOString() }] },
    });
    expect(world.seen.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['POST', '/issue', { summary: 'a "title"', tags: ['x', 'y'], description: '' }],
      ['GET', '/issue/10', ''],
      ['POST', '/issue/10/comment', { body: 'a\n"b"' }],
    ]);
    for (const { headers } of world.seen) {
      expect(headers).toMatchObject({ authorization: `Basic ${btoa('elastic:cases-password')}`, 'x-a': 'b' });
    }
  });

  it.each([{ createCommentUrl: null }, { createCommentJson: null }, { createCommentMethod: null }])(
    'lists comments that it does not send, with %j',
    async (more) => {
      world.replies(created, read);
      const comments = [{ comment: 'a', commentId: 'c1' }];
      expect(await run({}, comments, more)).toEqual({
        status: 'ok',
        data: { ...pushed, comments: [{ commentId: 'c1', pushedDate: NOW.toISOString() }] },
      });
      expect(world.seen).toHaveLength(2);
    },
  );

  it('leaves out comments without a text', async () => {
    world.replies(created, read, { status: 204 });
    const comments = ['', 'b', ''].map((comment, index) => ({ comment, commentId: `c${index}` }));
    expect(await run({}, comments)).toMatchObject({ data: { comments: [{ commentId: 'c1' }] } });
    expect(world.seen).toHaveLength(3);
    world.replies(created, read);
    expect(await run({}, comments.slice(0, 1))).toMatchObject({ data: { comments: [] } });
  });

  it('updates a case; its id stays one part of the path', async () => {
    world.replies({ body: {} }, read);
    expect(await run({ externalId: '../1' })).toMatchObject({ status: 'ok', data: { id: '../1', title: 'K 1' } });
    expect(world.seen.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['PUT', '/issue/..%2F1', { summary: 'a "title"', id: '../1' }],
      ['GET', '/issue/..%2F1', ''],
    ]);
  });

  it('asks for the case by POST where it is told to', async () => {
    world.replies(created, read);
    await run({}, null, { getIncidentMethod: 'post', getIncidentJson: '{"id":{{{external.system.id}}}}' });
    expect(world.seen[1]).toMatchObject({ method: 'POST', body: { id: '10' } });
  });

  const failed = (text: string) => `[Action][Webhook - Case Management]: Unable to create case. Error: ${text}`;
  it.each([
    [
      '400',
      { status: 400, body: { a: 1 } },
      failed('Request failed with status code 400. {"a":1} Reason: Bad Request'),
    ],
    ['429', { status: 429 }, failed('Request failed with status code 429.  Reason: Too Many Requests')],
    ['500', { status: 500 }, failed('Request failed with status code 500.  Reason: Internal Server Error')],
    ['silence', nothing, failed('timeout of 250ms exceeded.  ')],
    ['garbage', garbage, expect.stringContaining('Parse Error')],
    ['a page', page, expect.stringContaining('Unsupported content type: text/html in post')],
    ['no type', { body: 'x' }, expect.stringContaining('Missing content type header in post')],
    ['an answer without the field', { body: { id: 1 } }, failed('Response is missing the expected field: data.id.  ')],
    [
      'a redirect elsewhere',
      { status: 307, headers: { location: 'http://10.0.0.1' } },
      expect.stringContaining('target hostname "10.0.0.1"'),
    ],
  ])('fails on %s', async (_name, reply, thrown) => {
    world.replies(reply);
    expect(await run({})).toEqual({ thrown });
  });

  it('fails on 404 for what it created', async () => {
    world.replies(created, { status: 404, body: { a: 1 } });
    expect(await run({})).toEqual({
      thrown: failed(
        '[Action][Webhook - Case Management]: Unable to get case with id 10. Error: Request failed with status code 404. {"a":1} Reason: Not Found.  ',
      ),
    });
  });

  it.each([
    [{ createIncidentJson: '{' }, failed('JSON Error: Create case JSON body must be valid JSON.  ')],
    [{ createIncidentUrl: 'http://127.0.0.1:1/' }, expect.stringContaining('connect ECONNREFUSED 127.0.0.1:1')],
  ])('fails with %j', async (more, thrown) => {
    expect(await run({}, null, more)).toEqual({ thrown });
  });

  it('calls no host that a template makes up', async () => {
    const updateIncidentUrl = 'http://a{{{external.system.id}}}/';
    useConfig({ CONNECTORS_ALLOWED_HOSTS: '127.0.0.1,view.example,a{{{external.system.id}}},a' });
    expect(await run({ externalId: '.evil.example' }, null, { updateIncidentUrl })).toMatchObject({
      thrown: expect.stringContaining(
        'Invalid Update case URL: Error: target url "http://a.evil.example/" is not added',
      ),
    });
  });

  const bad = 'error validating action type config: error configuring cases webhook action: ';
  it.each([
    [{ viewIncidentUrl: 'nonsense' }, `${bad}unable to parse url nonsense: TypeError: Invalid URL`],
    [
      { createCommentUrl: 'http://10.0.0.1/' },
      `${bad}target url "http://10.0.0.1/" is not added to the Kibana config xpack.actions.allowedHosts`,
    ],
  ])('refuses the config %j', (more, text) => {
    const params = { subAction: 'pushToService', subActionParams: { incident: { title: 't' } } };
    expect(refusalOf(casesWebhook, { params, config: config(more), secrets })).toBe(text);
  });

  it('needs secrets when it has to log in', () => {
    const params = { subAction: 'pushToService', subActionParams: { incident: { title: 't' } } };
    expect(refusalOf(casesWebhook, { params, config: config() })).toMatch(
      /^error validating action type connector: must specify/,
    );
    expect(refusalOf(casesWebhook, { params, config: config({ hasAuth: false }) })).toBe('accepted');
  });
});
