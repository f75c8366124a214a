import { describe, expect, it } from 'vitest';
import { webhook } from '../../../../lib/connectors/types/webhook.ts';
import { closedPort, garbage, NOW, nothing, outside, refusalOf, runOf, tooLarge } from '../outside.ts';

const world = outside();
const secrets = { user: 'elastic', password: 'webhook-password' };
const run = (more = {}, params: object = { body: '{"a":1}' }, given: object = secrets) =>
  runOf(webhook, { params, config: { url: `${world.url}/hook?x=1`, ...more }, secrets: given });

describe('.webhook', () => {
  it.each([
    ['post', '{"a":1}'],
    ['put', '{"a":1}'],
    ['patch', '{"a":1}'],
    ['get', undefined],
    ['delete', undefined],
  ])('calls by %s', async (method, sent) => {
    expect(await run({ method })).toEqual({ status: 'ok', data: '{"a":1}' });
    expect(world.seen).toEqual([
      expect.objectContaining({
        method: method.toUpperCase(),
        path: '/hook',
        body: sent === undefined ? '' : { a: 1 },
      }),
    ]);
    expect(world.seen[0]?.query.get('x')).toBe('1');
    expect(world.seen[0]?.headers.authorization).toBe(`Basic ${btoa('elastic:webhook-password')}`);
    expect(world.seen[0]?.headers['content-type']).toBe(sent && 'application/json');
  });

  it('sends headers of its own, no body when there is none, and no credentials without hasAuth', async () => {
    expect(await run({ hasAuth: false, headers: { 'Content-Type': 'text/plain', 'x-a': 'b' } }, {}, {})).toEqual({
      status: 'ok',
    });
    expect(world.seen[0]).toMatchObject({ body: '', headers: { 'content-type': 'text/plain', 'x-a': 'b' } });
    expect(world.seen[0]?.headers).not.toHaveProperty('authorization');
  });

  it('lets nobody set credentials beside its own', async () => {
    await run({ headers: { Authorization: 'mine' } });
    expect(world.seen[0]?.headers.authorization).toBe(`Basic ${btoa('elastic:webhook-password')}`);
  });

  it('logs in by OAuth', async () => {
    world.replies({ body: { access_token: 'tok', token_type: 'bearer' } }, {});
    const oauth = {
      authType: 'webhook-oauth2-client-credentials',
      accessTokenUrl: `${world.url}/token`,
      clientId: 'client',
      scope: 'all',
      additionalFields: '{"audience":"x"}',
    };
    expect(await run(oauth, { body: 'b' }, { clientSecret: 'client-secret' })).toEqual({ status: 'ok', data: 'b' });
    expect(Object.fromEntries(new URLSearchParams(String(world.seen[0]?.body)))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: 'client-secret',
      scope: 'all',
      audience: 'x',
    });
    expect(world.seen[1]?.headers.authorization).toBe('bearer tok');
  });

  const later = { message: 'error calling webhook, retry later', retry: true };
  const invalid = 'error calling webhook, invalid response';
  const failed = 'error calling webhook, request failed';
  it.each([
    [
      '404 with a message',
      { status: 404, body: { message: 'msg' } },
      { message: invalid, serviceMessage: '[404] Not Found: msg' },
    ],
    [
      '400 with a strange message',
      { status: 400, body: { message: { a: 1 } } },
      { message: invalid, serviceMessage: '[400] Bad Request: {"a":1}' },
    ],
    ['401', { status: 401 }, { message: invalid, serviceMessage: '[401] Unauthorized' }],
    ['304', { status: 304 }, { message: invalid, serviceMessage: '[304] Not Modified' }],
    ['429', { status: 429 }, { ...later, serviceMessage: '[429] Too Many Requests' }],
    [
      '429 with a time',
      { status: 429, headers: { 'retry-after': '30' } },
      {
        message: 'error calling webhook, retry at 2025-05-06T07:08:39.123Z',
        retry: new Date(NOW.getTime() + 30_000),
        serviceMessage: '[429] Too Many Requests',
      },
    ],
    ['500', { status: 500 }, { ...later, serviceMessage: '[500] Internal Server Error' }],
    ['garbage', garbage, { message: failed, serviceMessage: expect.stringMatching(/^\[HPE_\w+\] Parse Error/) }],
    ['silence', nothing, { message: failed, serviceMessage: '[ECONNABORTED] timeout of 250ms exceeded' }],
    [
      'too much',
      tooLarge,
      { message: failed, serviceMessage: '[ERR_BAD_RESPONSE] maxContentLength size of 2000 exceeded' },
    ],
    [
      'a redirect elsewhere',
      { status: 302, headers: { location: 'http://169.254.169.254/' } },
      {
        message: failed,
        serviceMessage:
          'target hostname "169.254.169.254" is not added to the Kibana config xpack.actions.allowedHosts',
      },
    ],
  ])('tells %s', async (_name, reply, result) => {
    world.replies(reply);
    expect(await run()).toEqual({ status: 'error', ...result });
  });

  it('tells that nobody listens', async () => {
    const port = await closedPort();
    expect(await run({ url: `http://127.0.0.1:${port}` })).toMatchObject({
      message: failed,
      serviceMessage: `[ECONNREFUSED] connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  it.each([
    [{ 'x-a': 'b\r\nx-c: d' }, '[ERR_INVALID_CHAR] Invalid character in header content ["x-a"]'],
    [{ 'content-length': '0' }, '[ERR_INVALID_ARG_VALUE] header "content-length" cannot be set'],
  ])('sends no header like %j', async (headers, serviceMessage) => {
    expect(await run({ headers })).toEqual({ status: 'error', message: failed, serviceMessage });
    expect(world.seen).toEqual([]);
  });

  const bad = 'error validating action type config: error validation webhook action config: ';
  it.each([
    [{ url: 'nonsense' }, `${bad}unable to parse url: TypeError: Invalid URL`],
    [
      { url: 'http://127.0.0.2/' },
      `${bad}target url "http://127.0.0.2/" is not added to the Kibana config xpack.actions.allowedHosts`,
    ],
    [{ url: 'http://a:hidden@example.com/' }, `${bad}target url must not contain credentials`],
    [
      { hasAuth: false, authType: 'webhook-authentication-basic' },
      `${bad}authType must be null or undefined if hasAuth is false`,
    ],
    [
      { authType: 'webhook-oauth2-client-credentials' },
      `${bad}missing Access Token URL (accessTokenUrl), Client ID (clientId) fields`,
    ],
    [
      { authType: 'webhook-oauth2-client-credentials', clientId: 'a', accessTokenUrl: 'http://[::1]/' },
      `${bad}target url "http://[::1]/" is not added to the Kibana config xpack.actions.allowedHosts`,
    ],
    [{ additionalFields: '[]' }, `${bad}additionalFields must be a non-empty JSON object.`],
    [{ additionalFields: '{' }, `${bad}additionalFields must be a non-empty JSON object.`],
    [
      { headers: { a: 1 } },
      'error validating action type config: [headers]: types that failed validation:\n- [headers.0.a]: expected value of type [string] but got [number]\n- [headers.1]: expected value to equal [null]',
    ],
  ])('refuses the config %j', (more, text) => {
    expect(refusalOf(webhook, { params: {}, config: { url: 'http://example.com/', ...more }, secrets })).toBe(text);
  });

  const schemes =
    'error validating action type secrets: must specify one of the following schemas: user and password; crt and key (with optional password); pfx (with optional password); or OAuth2 client secret';
  it.each([
    [{}, 'accepted'],
    [{ user: 'a', password: 'b' }, 'accepted'],
    [{ crt: 'a', key: 'b', password: 'c' }, 'accepted'],
    [{ pfx: 'a', password: 'c' }, 'accepted'],
    [{ clientSecret: 'a' }, 'accepted'],
    [{ user: 'a' }, schemes],
    [{ password: 'a' }, schemes],
    [{ crt: 'a' }, schemes],
    [{ crt: 'a', key: 'b', pfx: 'c' }, schemes],
    [{ user: 'a', password: 'b', clientSecret: 'c' }, schemes],
  ])('judges the secrets %j', (given, text) => {
    expect(refusalOf(webhook, { params: {}, config: { url: 'http://example.com/' }, secrets: given })).toBe(text);
  });
});
