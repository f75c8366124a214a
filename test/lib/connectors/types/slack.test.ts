import { expect, it } from 'vitest';
import { slack } from '../../../../lib/connectors/types/slack.ts';
import { garbage, NOW, nothing, outside, refusalOf, runOf } from '../outside.ts';

const world = outside();
const run = () => runOf(slack, { params: { message: 'hi' }, secrets: { webhookUrl: `${world.url}/services/T0/B0` } });

it('posts the message', async () => {
  world.replies({ body: 'ok' });
  expect(await run()).toEqual({ status: 'ok', data: { text: 'ok' } });
  expect(world.seen).toEqual([
    expect.objectContaining({ method: 'POST', path: '/services/T0/B0', body: { text: 'hi' } }),
  ]);
});

const refused = 'error posting slack message';
const later = 'error posting a slack message, retry later';
it.each([
  ['a refusal', { body: 'channel_is_archived' }, { message: refused, serviceMessage: 'channel_is_archived' }],
  ['JSON', { body: { ok: true } }, { message: refused, serviceMessage: '{"ok":true}' }],
  ['404', { status: 404 }, { message: 'unexpected http response from slack: 404 Not Found' }],
  [
    '429',
    { status: 429 },
    { message: later, retry: true, serviceMessage: 'An HTTP protocol error occurred: statusCode = 429' },
  ],
  [
    '429 with a time',
    { status: 429, headers: { 'retry-after': '60' } },
    {
      message: 'error posting a slack message, retry at 2025-05-06T07:09:09.123Z',
      retry: new Date(NOW.getTime() + 60_000),
      serviceMessage: 'An HTTP protocol error occurred: statusCode = 429',
    },
  ],
  [
    '429 with a time beyond all dates',
    { status: 429, headers: { 'retry-after': '9'.repeat(30) } },
    { message: later, retry: true, serviceMessage: 'An HTTP protocol error occurred: statusCode = 429' },
  ],
  [
    '502',
    { status: 502 },
    { message: later, retry: true, serviceMessage: 'An HTTP protocol error occurred: statusCode = 502' },
  ],
  [
    'garbage',
    garbage,
    { message: refused, serviceMessage: expect.stringMatching(/^A request error occurred: Parse Error/) },
  ],
  ['silence', nothing, { message: refused, serviceMessage: 'A request error occurred: timeout of 250ms exceeded' }],
])('tells %s', async (_name, reply, result) => {
  world.replies(reply);
  expect(await run()).toEqual({ status: 'error', ...result });
});

it.each([
  ['nonsense', 'unable to parse host name from webhookUrl'],
  [
    'http://127.0.0.2/hidden',
    'target hostname "127.0.0.2" is not added to the Kibana config xpack.actions.allowedHosts',
  ],
])('refuses the URL %s without telling it', (webhookUrl, text) => {
  expect(refusalOf(slack, { params: { message: 'a' }, secrets: { webhookUrl } })).toBe(
    `error validating action type secrets: error configuring slack action: ${text}`,
  );
});
