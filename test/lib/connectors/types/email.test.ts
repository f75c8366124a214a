import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useConfig } from '../../../../lib/config.ts';
import { email, emailThrough } from '../../../../lib/connectors/types/email.ts';
import { beImpatient, closedPort, nothing, outside, refusalOf, runOf } from '../outside.ts';

const world = outside();

type Answers = Record<string, string>;
/** Answers that replace the usual ones, by command; `GREETING` for the first line, `DOT` for the end of a mail. */
let answers: Answers = {};
let lines: string[] = [];

/** A mail server as small as can be. */
const smtp = createServer((socket: Socket) => {
  const usual: Answers = {
    GREETING: '220 mail.example ESMTP',
    EHLO: '250-mail.example\r\n250 AUTH PLAIN LOGIN',
    AUTH: '235 welcome',
    MAIL: '250 ok',
    RCPT: '250 ok',
    DATA: '354 go on',
    DOT: '250 queued as 1',
    QUIT: '221 bye',
    RSET: '250 ok',
  };
  let inMail = false;
  let rest = '';
  const answer = (command: string) => {
    const text = answers[command] ?? usual[command] ?? '500 what';
    if (text !== 'SILENCE') socket.write(`${text}\r\n`);
  };
  socket.on('error', () => undefined);
  answer('GREETING');
  socket.on('data', (chunk) => {
    rest += chunk;
    for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      lines.push(line);
      if (inMail && line !== '.') continue;
      const command = inMail ? 'DOT' : (line.split(' ')[0]?.toUpperCase() ?? '');
      inMail = command === 'DATA' && answers.DATA === undefined;
      answer(command);
    }
  });
});
let port = 0;
beforeAll(async () => {
  smtp.listen(0, '127.0.0.1');
  await once(smtp, 'listening');
  port = (smtp.address() as AddressInfo).port;
});
afterAll(() => void smtp.close());
beforeEach(() => {
  answers = {};
  lines = [];
});

const secrets = { user: 'mailer', password: 'mail-password' };
const params = {
  to: ['a@example.com'],
  cc: ['b@example.com'],
  bcc: ['c@example.com'],
  subject: 'Hi\r\nBcc: evil@example.com',
  message: 'Hello\n.\nthere',
};
const config = (more = {}) => ({ host: '127.0.0.1', port, from: 'kibana@example.com', ...more });
const run = (more = {}, given: object = secrets, changed = {}) =>
  runOf(email, { params: { ...params, ...changed }, config: config(more), secrets: given });

describe('.email by SMTP', () => {
  it('logs in and sends', async () => {
    expect(await run()).toEqual({
      status: 'ok',
      data: {
        accepted: ['a@example.com', 'b@example.com', 'c@example.com'],
        rejected: [],
        response: '250 queued as 1',
        envelope: { from: 'kibana@example.com', to: ['a@example.com', 'b@example.com', 'c@example.com'] },
        messageId: expect.stringMatching(/^<.*@example\.com>$/),
      },
    });
    expect(lines).toContain(`AUTH PLAIN ${Buffer.from('\0mailer\0mail-password').toString('base64')}`);
    expect(lines).toContain('MAIL FROM:<kibana@example.com>');
    expect(lines.filter((line) => line.startsWith('RCPT'))).toEqual([
      'RCPT TO:<a@example.com>',
      'RCPT TO:<b@example.com>',
      'RCPT TO:<c@example.com>',
    ]);
    expect(lines).toContain('Subject: Hi Bcc: evil@example.com');
    expect(lines.some((line) => /^Bcc:/i.test(line))).toBe(false);
    expect(lines.join('\n')).toContain('Hello\n..\nthere\n\n---\n\nThis message was sent by Elastic.');
  });

  it('sends without logging in where it is told to', async () => {
    expect(await run({ hasAuth: false }, {})).toMatchObject({ status: 'ok' });
    expect(lines.some((line) => line.startsWith('AUTH'))).toBe(false);
  });

  it.each([
    ['a wrong password', { AUTH: '535 no' }, 'Invalid login: 535 no'],
    ['a refused sender', { MAIL: '550 no' }, 'Mail command failed: 550 no'],
    ['refused recipients', { RCPT: '550 no' }, "Can't send mail - all recipients were rejected: 550 no"],
    ['a refused mail', { DOT: '554 spam' }, 'Message failed: 554 spam'],
    ['too many calls', { GREETING: '421 later' }, 'Invalid greeting. response=421 later: 421 later'],
    ['garbage', { GREETING: 'HTTP/1.1 400' }, expect.stringContaining('Invalid greeting')],
    ['silence', { GREETING: 'SILENCE' }, 'timeout of 250ms exceeded'],
    ['silence later on', { DOT: 'SILENCE' }, 'timeout of 250ms exceeded'],
  ])('tells %s', async (_name, changed, serviceMessage) => {
    answers = changed as Answers;
    if (Object.values(changed).includes('SILENCE')) beImpatient();
    expect(await run()).toEqual({ status: 'error', message: 'error sending email', serviceMessage });
  });

  it('tells that nobody listens', async () => {
    const closed = await closedPort();
    expect(await run({ port: closed })).toMatchObject({
      message: 'error sending email',
      serviceMessage: `connect ECONNREFUSED 127.0.0.1:${closed}`,
    });
  });

  it('takes a port that is no whole number, and tells that nothing can be sent there', async () => {
    expect(await run({ port: 25.5 })).toMatchObject({
      message: 'error sending email',
      serviceMessage: expect.stringContaining('(25.5)'),
    });
  });

  it('does not connect to a name that resolves to a private address', async () => {
    expect(await run({ host: 'localhost' })).toMatchObject({
      serviceMessage: 'target hostname "localhost" is not added to the Kibana config xpack.actions.allowedHosts',
    });
    useConfig({ CONNECTORS_ALLOWED_HOSTS: 'localhost' });
    expect(await run({ host: 'localhost', hasAuth: false }, {})).toMatchObject({ status: 'ok' });
  });

  it('sends no HTML', async () => {
    expect(await run({}, secrets, { messageHTML: '<b>' })).toEqual({
      status: 'error',
      message: 'HTML email can only be sent via notifications',
    });
    expect(lines).toEqual([]);
  });
});

describe('.email through Microsoft Graph', () => {
  const exchange = { service: 'exchange_server', clientId: 'client', tenantId: 'tenant', from: 'k@example.com' };
  const graph = () => emailThrough({ loginUrl: world.url, graphUrl: `${world.url}/v1.0` });
  const send = () => runOf(graph(), { params, config: exchange, secrets: { clientSecret: 'graph-secret' } });

  it('gets a token and sends', async () => {
    world.replies({ body: { access_token: 'tok' } }, { status: 202 });
    expect(await send()).toEqual({ status: 'ok', data: { status: 202, statusText: 'Accepted' } });
    expect(world.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /tenant/oauth2/v2.0/token',
      'POST /v1.0/users/k%40example.com/sendMail',
    ]);
    expect(new URLSearchParams(String(world.seen[0]?.body)).get('client_secret')).toBe('graph-secret');
    expect(world.seen[1]).toMatchObject({
      headers: { authorization: 'Bearer tok' },
      body: {
        message: {
          body: { contentType: 'Text', content: 'Hello\n.\nthere\n\n---\n\nThis message was sent by Elastic.' },
          toRecipients: [{ emailAddress: { address: 'a@example.com' } }],
        },
      },
    });
  });

  it.each([
    ['a refused login', [{ status: 401, body: {} }], 'Request failed with status code 401'],
    ['a refused mail', [{ body: { access_token: 'tok' } }, { status: 503 }], 'Request failed with status code 503'],
    ['silence', [nothing], 'timeout of 250ms exceeded'],
  ])('tells %s', async (_name, replies, serviceMessage) => {
    world.replies(...replies);
    expect(await send()).toEqual({ status: 'error', message: 'error sending email', serviceMessage });
  });
});

describe('.email refuses', () => {
  const part = (name: string, text: string) => `error validating action ${name}: ${text}`;
  it.each([
    [{ host: null }, '[host] is required'],
    [{ port: null }, '[port] is required'],
    [{ host: null, port: null }, '[host]/[port] is required'],
    [
      { port: 0.5 },
      '[port]: types that failed validation:\n- [port.0]: Value must be equal to or greater than [1].\n- [port.1]: expected value to equal [null]',
    ],
    [{ host: '127.0.0.2' }, "[host] value '127.0.0.2' is not in the allowedHosts configuration"],
    [{ host: '::1' }, "[host] value '::1' is not in the allowedHosts configuration"],
    [{ host: '2130706433' }, "[host] value '2130706433' is not in the allowedHosts configuration"],
    [{ host: '0x7f.1' }, "[host] value '0x7f.1' is not in the allowedHosts configuration"],
    [{ host: 'fe80::1%eth0' }, "[host] value 'fe80::1%eth0' is not in the allowedHosts configuration"],
    [{ host: 'a.example:25/x' }, "[host] value 'a.example:25/x' is not in the allowedHosts configuration"],
    [{ service: 'nowhere' }, "[service] value 'nowhere' is not valid"],
    [{ service: 'exchange_server' }, '[clientId]/[tenantId] is required'],
    [{ service: 'exchange_server', clientId: 'a' }, '[tenantId] is required'],
    [
      { oauthTokenUrl: 'http://10.0.0.1/' },
      "[oauthTokenUrl]: host name value for 'http://10.0.0.1/' is not in the allowedHosts configuration",
    ],
  ])('the config %j', (more, text) => {
    expect(refusalOf(email, { params, config: config(more), secrets })).toBe(part('type config', text));
  });

  it('a well-known service that is not allowed', () => {
    expect(refusalOf(email, { params, config: { service: 'gmail', from: 'a@b.c' }, secrets })).toBe('accepted');
    useConfig({ CONNECTORS_ALLOWED_HOSTS: 'example.com' });
    expect(refusalOf(email, { params, config: { service: 'gmail', from: 'a@b.c' }, secrets })).toBe(
      part(
        'type config',
        "[service] value 'gmail' resolves to host 'smtp.gmail.com' which is not in the allowedHosts configuration",
      ),
    );
  });

  it.each([
    [{}, {}, '[user] is required'],
    [{}, { user: 'a' }, '[password] is required'],
    [{ service: 'exchange_server', clientId: 'a', tenantId: 'b' }, {}, '[clientSecret] is required'],
  ])('config %j with secrets %j', (more, given, text) => {
    expect(refusalOf(email, { params, config: config(more), secrets: given })).toBe(part('type connector', text));
  });

  it('a mail to nobody', () => {
    expect(refusalOf(email, { params: { subject: 's', message: 'm' }, config: config(), secrets })).toBe(
      part('params', 'no [to], [cc], or [bcc] entries'),
    );
  });
});
