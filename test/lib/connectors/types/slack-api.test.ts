import { describe, expect, it } from 'vitest';
import { useConfig } from '../../../../lib/config.ts';
import { slackApi, slackApiAt } from '../../../../lib/connectors/types/slack-api.ts';
import { garbage, NOW, nothing, outside, refusalOf, runOf } from '../outside.ts';

const world = outside();
const secrets = { token: 'xoxb-token' };
const run = (subAction: string, subActionParams: object, config = {}) =>
  runOf(slackApiAt(`${world.url}/api/`), { params: { subAction, subActionParams }, config, secrets });
const post = (params: object, config = {}) => run('postMessage', { text: 'hi', channelIds: ['C1'], ...params }, config);
const ID = '.slack_api';

describe('.slack_api', () => {
  it.each([
    ['postMessage', { text: 'hi', channelIds: ['C1'] }, { channel: 'C1', text: 'hi' }],
    ['postMessage', { text: 'hi', channels: ['old'] }, { channel: 'old', text: 'hi' }],
    ['postMessage', { text: 'hi', channelNames: ['#a'], channelIds: ['C1'] }, { channel: '#a', text: 'hi' }],
    [
      'postBlockkit',
      { text: '{"blocks":[{"type":"x"}]}', channelIds: ['C1'] },
      { channel: 'C1', blocks: [{ type: 'x' }] },
    ],
  ])('%s posts %j', async (subAction, params, body) => {
    world.replies({ body: { ok: true, ts: '1.2' } });
    expect(await run(subAction, params)).toEqual({ status: 'ok', data: { ok: true, ts: '1.2' }, connectorId: ID });
    expect(world.seen).toEqual([expect.objectContaining({ method: 'POST', path: '/api/chat.postMessage', body })]);
    expect(world.seen[0]?.headers).toMatchObject({
      authorization: 'Bearer xoxb-token',
      'content-type': 'application/json; charset=UTF-8',
    });
  });

  it('validChannelId asks for the channel', async () => {
    world.replies({ body: { ok: true, channel: {} } });
    expect(await run('validChannelId', { channelId: 'C1&x=y' })).toMatchObject({ status: 'ok' });
    expect(world.seen).toEqual([expect.objectContaining({ method: 'GET', path: '/api/conversations.info' })]);
    expect([...(world.seen[0]?.query ?? [])]).toEqual([['channel', 'C1&x=y']]);
  });

  const refused = 'error posting slack message';
  it.each([
    [
      'a refusal',
      { body: { ok: false, error: 'not_in_channel' } },
      { message: refused, serviceMessage: 'not_in_channel' },
    ],
    ['a text', { body: 'hm' }, { message: 'unexpected null response from slack' }],
    ['404', { status: 404 }, { message: 'unexpected http response from slack: 404 Not Found' }],
    [
      '429 with a time',
      { status: 429, headers: { 'retry-after': '1' } },
      {
        message: 'error posting a slack message, retry at 2025-05-06T07:08:10.123Z',
        retry: new Date(NOW.getTime() + 1_000),
        serviceMessage: 'Request failed with status code 429',
      },
    ],
    [
      '500',
      { status: 500 },
      {
        message: 'error posting a slack message, retry later',
        retry: true,
        serviceMessage: 'Request failed with status code 500',
      },
    ],
    ['garbage', garbage, { message: refused, serviceMessage: expect.stringMatching(/^Parse Error/) }],
    ['silence', nothing, { message: refused, serviceMessage: 'timeout of 250ms exceeded' }],
  ])('tells %s', async (_name, reply, result) => {
    world.replies(reply);
    expect(await post({})).toEqual({ status: 'error', connectorId: ID, ...result });
  });

  const notAllowed = 'One or more provided channels are not included in the allowed channels list';
  it.each([
    [{ channelIds: ['C2'] }, notAllowed],
    [{ channelNames: ['#other'] }, notAllowed],
    [{ channelIds: [], channels: ['other'] }, notAllowed],
    [{ channelIds: [] }, 'One of channels, channelIds, or channelNames is required and cannot be empty'],
  ])('does not post to %j', async (params, serviceMessage) => {
    const config = { allowedChannels: [{ id: 'C1', name: '#general' }] };
    expect(await post(params, config)).toEqual({ status: 'error', message: refused, serviceMessage, connectorId: ID });
    expect(world.seen).toEqual([]);
  });

  it('posts to allowed channels, by id or name', async () => {
    world.replies({ body: { ok: true } });
    const config = { allowedChannels: [{ id: 'C1', name: 'general' }] };
    for (const params of [{ channelIds: ['C1'] }, { channelNames: ['#general'] }]) {
      expect(await post(params, config)).toMatchObject({ status: 'ok' });
    }
  });

  const branch = (index: number, text: string) =>
    `- [${index}.subAction]: expected value to equal [${['validChannelId', 'postMessage', 'postBlockkit'][index]}]${text}`;
  it.each([
    [{}, [0, 1, 2].map((index) => branch(index, '')).join('\n')],
    [
      { subAction: 'postMessage', subActionParams: { text: '', channelIds: ['C1'] } },
      `${branch(0, '')}\n- [1.subActionParams.text]: value has length [0] but it must have a minimum length of [1].\n${branch(2, '')}`,
    ],
    [
      { subAction: 'postBlockkit', subActionParams: { text: '{}', channelIds: ['C1'] } },
      `${branch(0, '')}\n${branch(1, '')}\n- [2.subActionParams.text]: block kit body must contain field "blocks"`,
    ],
  ])('refuses %j', (params, lines) => {
    expect(refusalOf(slackApi, { params, secrets })).toBe(
      `error validating action params: types that failed validation:\n${lines}`,
    );
  });

  it('needs Slack to be allowed', () => {
    useConfig({ CONNECTORS_ALLOWED_HOSTS: 'example.com' });
    const params = { subAction: 'validChannelId', subActionParams: { channelId: 'C1' } };
    expect(refusalOf(slackApi, { params, secrets })).toBe(
      'error validating action type secrets: error configuring slack action: target url "https://slack.com/api/" is not added to the Kibana config xpack.actions.allowedHosts',
    );
  });
});
