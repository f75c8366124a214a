import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { useConfig } from '../../../lib/config.ts';
import { send, sendOk } from '../../../lib/connectors/http.ts';
import { closedPort, garbage, nothing, outside, tooLarge } from './outside.ts';

const world = outside();
const outbound = { timeoutMs: 60_000, maxBytes: 2_000 };
const impatient = { ...outbound, timeoutMs: 250 };
const get = (path = '/', more = {}, limits = outbound) =>
  send({ method: 'GET', url: `${world.url}${path}`, ...more }, limits);
const redirect = (location: string, status = 302) => ({ status, headers: { location } });

describe('send', () => {
  it('sends method, headers and body, and reads JSON', async () => {
    world.replies({ status: 201, headers: { 'x-a': 'b' }, body: { ok: true } });
    const headers = { 'Content-Type': 'text/plain', 'X-Mine': 'yes' };
    const answer = await send({ method: 'PUT', url: `${world.url}/a?b=c`, headers, body: 'hello é' }, outbound);
    expect(answer).toMatchObject({ status: 201, statusText: 'Created', data: { ok: true }, headers: { 'x-a': 'b' } });
    expect(world.seen).toEqual([expect.objectContaining({ method: 'PUT', path: '/a', body: 'hello é' })]);
    expect(world.seen[0]?.headers).toMatchObject({
      'content-type': 'text/plain',
      'x-mine': 'yes',
      'accept-encoding': 'identity',
      'content-length': '8',
    });
  });

  it('gives text that is no JSON as it is, and every status', async () => {
    world.replies({ status: 500, body: 'no' });
    expect(await get()).toMatchObject({ status: 500, data: 'no' });
    await expect(sendOk({ method: 'GET', url: world.url }, outbound)).rejects.toThrow(
      'Request failed with status code 500',
    );
  });

  it('tells a connection that is refused with its code', async () => {
    const port = await closedPort();
    await expect(send({ method: 'GET', url: `http://127.0.0.1:${port}` }, outbound)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
      message: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  it('tells garbage with its code', async () => {
    world.replies(garbage);
    await expect(get()).rejects.toMatchObject({ name: 'HttpFailure', code: expect.stringMatching(/^HPE_/) });
  });

  it.each([
    ['no answer', nothing],
    [
      'an answer that never ends',
      (response: ServerResponse) => {
        response.write('x');
        const timer = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('gives up on %s', async (_name, reply) => {
    world.replies(reply);
    await expect(get('/', {}, impatient)).rejects.toMatchObject({
      code: 'ECONNABORTED',
      message: 'timeout of 250ms exceeded',
    });
  });

  it('counts redirects into the time', async () => {
    world.replies((response) => setTimeout(() => response.writeHead(302, { location: '/again' }).end(), 100));
    await expect(get('/', {}, impatient)).rejects.toThrow('timeout of 250ms exceeded');
    expect(world.seen.length).toBeLessThanOrEqual(4);
  });

  it('ends at the deadline when that comes first', async () => {
    world.replies(nothing);
    const request = send(
      { method: 'GET', url: world.url },
      { timeoutMs: 20_000, maxBytes: 10, deadline: Date.now() + 50 },
    );
    await expect(request).rejects.toThrow('timeout of 20000ms exceeded');
  });

  it('gives up on a name that nobody resolves in time', async () => {
    const resolve = () => new Promise<never>(() => undefined);
    const request = send({ method: 'GET', url: 'http://a.example/' }, { ...impatient, resolve });
    await expect(request).rejects.toThrow('timeout of 250ms exceeded');
  });

  it('refuses an answer that is too large, announced or not', async () => {
    world.replies(tooLarge);
    await expect(get()).rejects.toThrow('maxContentLength size of 2000 exceeded');
    world.replies((response) => {
      for (let part = 0; part < 30; part++) response.write('y'.repeat(100));
      response.end();
    });
    await expect(get()).rejects.toThrow('maxContentLength size of 2000 exceeded');
    world.replies({ body: 'z'.repeat(2_000) });
    expect((await get()).data).toHaveLength(2_000);
  });

  it('refuses JSON that is nested too deeply', async () => {
    world.replies({ body: '['.repeat(900) + ']'.repeat(900) });
    await expect(get()).rejects.toThrow('Response is nested too deeply');
  });

  it.each(['Content-Length', 'Transfer-Encoding', 'Connection', 'Upgrade', 'Expect'])(
    'refuses the header %s',
    async (name) => {
      await expect(get('/', { headers: { [name]: '1' } })).rejects.toThrow(
        `header "${name.toLowerCase()}" cannot be set`,
      );
      expect(world.seen).toEqual([]);
    },
  );

  it.each([
    ['a value', { 'x-a': 'b\r\nx-c: d' }],
    ['a name', { 'x-a\r\nx-c': 'd' }],
  ])('refuses a line break in %s of a header', async (_name, headers) => {
    await expect(get('/', { headers })).rejects.toMatchObject({
      name: 'HttpFailure',
      code: expect.stringMatching(/^ERR_INVALID/),
    });
    expect(world.seen).toEqual([]);
  });
});

describe('redirects', () => {
  const post = (more = {}) =>
    send(
      {
        method: 'POST',
        url: `${world.url}/first`,
        headers: { authorization: 'Basic x', 'content-type': 'a/b' },
        body: 'text',
        ...more,
      },
      outbound,
    );

  it.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'text'],
    [308, 'POST', 'text'],
  ])('follows %s as %s', async (status, method, body) => {
    world.replies(redirect('/second?x=1', status), { body: 'done' });
    expect((await post()).data).toBe('done');
    expect(world.seen[1]).toMatchObject({ method, path: '/second', body, headers: { authorization: 'Basic x' } });
    expect(world.seen[1]?.headers['content-type']).toBe(method === 'GET' ? undefined : 'a/b');
  });

  it('sends nothing secret to another origin', async () => {
    useConfig({ CONNECTORS_ALLOWED_HOSTS: '127.0.0.1,localhost' });
    world.replies(redirect(`http://localhost:${world.port}/other`, 307), { body: 'done' });
    const headers = { authorization: 'a', 'private-token': 'b', cookie: 'c', 'content-type': 'a/b' };
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    await send({ method: 'POST', url: world.url, headers, body: 'x' }, { ...outbound, resolve });
    expect(world.seen[1]?.headers).toMatchObject({ host: `localhost:${world.port}`, 'content-type': 'a/b' });
    for (const name of ['authorization', 'private-token', 'cookie'])
      expect(world.seen[1]?.headers).not.toHaveProperty(name);
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data/', 'target hostname "169.254.169.254" is not added'],
    ['http://[::1]/', 'target hostname "[::1]" is not added'],
    ['http://2130706434/', 'target hostname "127.0.0.2" is not added'],
    ['//10.0.0.1/', 'target hostname "10.0.0.1" is not added'],
    ['http://localhost/', 'target hostname "localhost" is not added'],
    ['file:///etc/passwd', 'target url has the protocol "file:"'],
    ['http://a:b@127.0.0.1/', 'target url must not contain credentials'],
    ['http://[', 'Invalid URL in a redirect'],
  ])('does not follow to %s', async (location, text) => {
    world.replies(redirect(location));
    await expect(post()).rejects.toThrow(text);
    expect(world.seen).toHaveLength(1);
  });

  it('does not follow to a name that resolves to a private address', async () => {
    world.replies(redirect('http://rebound.example/'));
    const resolve = async () => [{ address: '10.0.0.1', family: 4 }];
    const request = send({ method: 'GET', url: world.url }, { ...outbound, resolve });
    await expect(request).rejects.toThrow('target hostname "rebound.example" is not added to the Kibana config');
  });

  it('gives up after five', async () => {
    world.replies(redirect('/again'));
    await expect(post()).rejects.toThrow('Maximum number of redirects exceeded');
    expect(world.seen).toHaveLength(6);
  });

  it('gives the redirect itself where it must not be followed', async () => {
    world.replies(redirect('/second'));
    expect((await post({ redirects: 'answer' })).status).toBe(302);
    expect(world.seen).toHaveLength(1);
  });
});
