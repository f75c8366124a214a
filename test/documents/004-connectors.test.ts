import { beforeAll, describe, expect, it } from 'vitest';
import { executeConnector } from '../../lib/connectors/execute.ts';
import { slackApiAt } from '../../lib/connectors/types/slack-api.ts';
import { reservedRole } from '../../lib/security/reserved-roles.ts';
import { outside } from '../lib/connectors/outside.ts';
import { principalWith } from '../support/identities.ts';
import { kibana } from '../support/kibana.ts';

const world = outside();
const { call, send } = kibana();
let authorization = '';
beforeAll(() => {
  authorization = `Basic ${btoa('elastic:changeme')}`;
});

/** Creates the connector of an example at the id that the example's answer names. */
async function given(id: string, connector: object): Promise<void> {
  const { status, body } = await call(`POST /api/actions/connector/${id}`, { body: { name: 'Example', ...connector } });
  expect({ status, id: body.id }).toEqual({ status: 200, id });
}

/** Sends an example's body as its curl line does. */
async function execute(id: string, body: string) {
  const headers = { 'Content-Type': 'application/json', 'kbn-xsrf': 'true', authorization };
  const answer = await send({ method: 'POST', url: `/api/actions/connector/${id}/_execute`, headers, body });
  return { status: answer.status, body: answer.body };
}

describe('Run a connector', () => {
  it('index', async () => {
    const id = 'fd38c600-96a5-11ed-bb79-353b74189cba';
    await given(id, { connector_type_id: '.index', config: { index: 'my-index' } });
    const curl = '{"params":{"documents":[{"id":"my_doc_id","name":"my_doc_name","message":"hello, world"}]}}';
    expect(await execute(id, curl)).toEqual({
      status: 200,
      body: {
        data: {
          took: expect.any(Number),
          items: [
            {
              create: {
                _id: expect.stringMatching(/^[\w-]{20}$/),
                _index: 'my-index',
                result: 'created',
                status: 201,
                _seq_no: expect.any(Number),
                _shards: { total: 2, failed: 0, successful: 1 },
                _version: 1,
                _primary_term: 1,
              },
            },
          ],
          errors: false,
        },
        status: 'ok',
        connector_id: id,
      },
    });
  });

  it('Jira issue types', async () => {
    const id = 'b3aad810-edbe-11ec-82d1-11348ecbf4a6';
    await given(id, {
      connector_type_id: '.jira',
      config: { apiUrl: world.url, projectKey: 'ES' },
      secrets: { email: 'a@example.com', apiToken: 'a-token' },
    });
    const data = [
      { id: 10024, name: 'Improvement' },
      { id: 10006, name: 'Task' },
      { id: 10007, name: 'Sub-task' },
      { id: 10025, name: 'New Feature' },
      { id: 10023, name: 'Bug' },
      { id: 10000, name: 'Epic' },
    ];
    world.replies({ body: { issueTypes: data } });
    const body = { data, status: 'ok', connector_id: id };
    expect(await execute(id, '{ "params": { "subAction": "issueTypes" } }')).toEqual({ status: 200, body });
  });

  it('server log', async () => {
    const id = '7fc7b9a0-ecc9-11ec-8736-e7d63118c907';
    await given(id, { connector_type_id: '.server-log' });
    const body = { status: 'ok', connector_id: id };
    expect(await execute(id, '{ "params": { "message": "hello" } }')).toEqual({ status: 200, body });
  });

  it('ServiceNow choices', async () => {
    const id = '9d9be270-2fd2-11ed-b0e0-87533c532698';
    await given(id, {
      connector_type_id: '.servicenow',
      config: { apiUrl: world.url, usesTableApi: false },
      secrets: { username: 'a-user', password: 'a-password' },
    });
    const choice =
      (element: string) =>
      ([label, value]: [string, number]) => ({ label, value, element, dependent_value: '' });
    const severity: [string, number][] = [
      ['Critical', 1],
      ['Major', 2],
      ['Minor', 3],
      ['Warning', 4],
      ['OK', 5],
      ['Clear', 0],
    ];
    const urgency: [string, number][] = [
      ['1 - High', 1],
      ['2 - Medium', 2],
      ['3 - Low', 3],
    ];
    const data = [...severity.map(choice('severity')), ...urgency.map(choice('urgency'))];
    world.replies({ body: { result: data } });
    const request = '{"params":{"subAction":"getChoices","subActionParams":{"fields":["severity","urgency"]}}}';
    expect(await execute(id, request)).toEqual({ status: 200, body: { data, status: 'ok', connector_id: id } });
  });

  it('Slack message', async () => {
    await given('my-slack', { connector_type_id: '.slack_api', secrets: { token: 'xoxb-token' } });
    const data = {
      ok: true,
      ts: '1234567890.123456',
      channel: 'C123ABC456',
      message: {
        ts: '1234567890.123456',
        team: 'T01ABCDE2F',
        text: 'A test message',
        type: 'message',
        user: 'U12A345BC6D',
        app_id: 'A01BC2D34EF',
        blocks: [
          {
            type: 'rich_text',
            block_id: '/NXe',
            elements: [{ type: 'rich_text_section', elements: [{ text: 'A test message.', type: 'text' }] }],
          },
        ],
        bot_id: 'B12BCDEFGHI',
        bot_profile: {
          id: 'B12BCDEFGHI',
          name: 'test',
          icons: { image_36: '' },
          app_id: 'A01BC2D34EF',
          deleted: false,
          team_id: 'T01ABCDE2F',
          updated: 1672169705,
        },
      },
    };
    world.replies({ body: data });
    const { params } = JSON.parse(
      '{"params":{"subAction":"postMessage","subActionParams":{"text":"A test message.","channelIds":["C123ABC456"]}}}',
    );
    // Slack has one address, so that the type is made anew with the address of the server here.
    const principal = principalWith([reservedRole('superuser')!]);
    const now = new Date();
    const answer = await executeConnector(
      { id: 'my-slack', params, now, deadline: now.getTime() + 5_000 },
      { principal, space: 'default' },
      { types: [slackApiAt(`${world.url}/api/`)] },
    );
    expect(answer).toEqual({ data, status: 'ok', connector_id: '.slack_api' });
    expect(world.seen[0]?.body).toEqual({ channel: 'C123ABC456', text: 'A test message.' });
  });

  it('Swimlane push', async () => {
    const id = 'a4746470-2f94-11ed-b0e0-87533c532698';
    const field = (name: string) => ({ id: name, key: name, name, fieldType: 'text' });
    const mappings = {
      caseIdConfig: field('case-id'),
      caseNameConfig: field('case-name'),
      commentsConfig: field('notes'),
      descriptionConfig: field('text'),
    };
    await given(id, {
      connector_type_id: '.swimlane',
      config: { apiUrl: world.url, appId: 'app', connectorType: 'cases', mappings },
      secrets: { apiToken: 'a-token' },
    });
    world.replies({ body: { id: 'aKPmBHWzmdRQtx6Mx', name: 'TEST-457', createdDate: '2022-09-08T16:52:27.866Z' } }, {});
    const request =
      '{"params":{"subAction":"pushToService","subActionParams":{"comments":[{"comment":"A comment about the incident.","commentId":1}],"incident":{"caseId":"1000","caseName":"Case name","description":"Description of the incident."}}}}';
    expect(await execute(id, request)).toEqual({
      status: 200,
      body: {
        data: {
          id: 'aKPmBHWzmdRQtx6Mx',
          url: `${world.url}/record/app/aKPmBHWzmdRQtx6Mx`,
          title: 'TEST-457',
          comments: [{ commentId: 1, pushedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) }],
          pushedDate: '2022-09-08T16:52:27.866Z',
        },
        status: 'ok',
        connector_id: id,
      },
    });
    expect(world.seen[0]?.body).toEqual({
      applicationId: 'app',
      values: { 'case-id': '1000', 'case-name': 'Case name', text: 'Description of the incident.' },
    });
  });

  it.each(['acknowledge', 'resolve'])('PagerDuty %s', async (eventAction) => {
    const id = `pagerduty-${eventAction}`;
    await given(id, {
      connector_type_id: '.pagerduty',
      config: { apiUrl: world.url },
      secrets: { routingKey: 'a-key' },
    });
    const data = { status: 'success', message: 'Event processed', dedup_key: 'k' };
    world.replies({ status: 202, body: data });
    const body = { data, status: 'ok', connector_id: id };
    expect(await execute(id, JSON.stringify({ params: { dedupKey: 'k', eventAction } }))).toEqual({
      status: 200,
      body,
    });
    expect(world.seen[0]?.body).toEqual({ event_action: eventAction, dedup_key: 'k' });
  });

  it('401', async () => {
    const url = '/api/actions/connector/x/_execute';
    const { status, body } = await send({ method: 'POST', url, headers: { 'kbn-xsrf': 'true' } });
    expect({ status, body }).toEqual({
      status: 401,
      body: { statusCode: 401, error: 'Unauthorized', message: expect.any(String) },
    });
  });
});
