import { expect, it } from 'vitest';
import { teams } from '../../../../lib/connectors/types/teams.ts';
import { garbage, NOW, nothing, outside, refusalOf, runOf } from '../outside.ts';

const world = outside();
const run = (message = 'hello') =>
  runOf(teams, { params: { message }, secrets: { webhookUrl: `${world.url}/secret/path` } });

it('posts the message', async () => {
  world.replies({ body: '1' });
  expect(await run()).toEqual({ status: 'ok', data: { text: 'hello' } });
  expect(world.seen).toEqual([
    expect.objectContaining({ method: 'POST', path: '/secret/path', body: { text: 'hello' } }),
  ]);
  expect(world.seen[0]?.headers['content-type']).toBe('application/json');
});

const later = { message: 'error posting a Microsoft Teams message, retry later', retry: true };
const invalid = 'error posting to Microsoft Teams, invalid response';
const unexpected = { message: 'error posting to Microsoft Teams, unexpected error' };
it.each([
  ['400', { status: 400 }, { message: invalid, serviceMessage: '[400] Bad Request' }],
  ['429', { status: 429 }, { message: invalid, serviceMessage: '[429] Too Many Requests' }],
  ['500', { status: 500 }, later],
  ['a 200 that asks to slow down', { body: 'x ErrorCode:ApplicationThrottled y' }, later],
  [
    'a 200 that asks to slow down until then',
    { body: 'ErrorCode:ApplicationThrottled', headers: { 'retry-after': '10' } },
    {
      message: 'error posting a Microsoft Teams message, retry at 2025-05-06T07:08:19.123Z',
      retry: new Date(NOW.getTime() + 10_000),
      serviceMessage: 'hello',
    },
  ],
  ['garbage', garbage, unexpected],
  ['silence', nothing, unexpected],
  ['a redirect elsewhere', { status: 307, headers: { location: 'http://169.254.169.254' } }, unexpected],
])('tells %s', async (_name, reply, result) => {
  world.replies(reply);
  expect(await run()).toEqual({ status: 'error', ...result });
});

it.each([
  ['nonsense', 'unable to parse host name from webhookUrl'],
  ['http://10.0.0.1/hidden', 'target hostname "10.0.0.1" is not added to the Kibana config xpack.actions.allowedHosts'],
  ['http://a:b@teams.example/hidden', 'target url must not contain credentials'],
])('refuses the URL %s without telling it', (webhookUrl, text) => {
  expect(refusalOf(teams, { params: { message: 'a' }, secrets: { webhookUrl } })).toBe(
    `error validating action type secrets: error configuring teams action: ${text}`,
  );
});

it('refuses an empty message', () => {
  expect(refusalOf(teams, { params: { message: '' } })).toBe(
    'error validating action params: [message]: value has length [0] but it must have a minimum length of [1].',
  );
});
