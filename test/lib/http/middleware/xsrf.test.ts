import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { kibanaEndpoint } from '../../../../lib/http/endpoint.ts';
import { ok } from '../../../../lib/http/response.ts';
import { none } from '../../../../lib/security/privileges.ts';
import { configSchema } from '../../../../lib/validation/config-schema.ts';
import { coreText, serve } from '../serve.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const route = methods.map((method) => `${method} /api/things`);
const base = { route, summary: 'Things', privileges: none, validation: configSchema, responses: { 200: z.unknown() } };

const required = serve(kibanaEndpoint({ ...base, xsrf: 'required' }, () => ok({})));
const byDefault = serve(kibanaEndpoint(base, () => ok({})));
const unlessCrossSite = serve(kibanaEndpoint({ ...base, xsrf: 'unless-cross-site' }, () => ok({})));

const refusal = { status: 400, text: coreText(400, 'Bad Request', 'Request must contain a kbn-xsrf header.') };
const outcome = ({ status, text }: { status: number; text: string }) => ({ status, text });
const unsafe = methods.filter((method) => method !== 'GET');

/** `kbn-xsrf` only where a row names it. */
const withHeaders = (headers: Record<string, string>) => ({ headers: { 'kbn-xsrf': undefined, ...headers } });

describe('kbn-xsrf, where it is required', () => {
  it.each(unsafe)('is demanded of %s', async (method) => {
    expect(outcome(await required.call(`${method} /api/things`, withHeaders({})))).toEqual(refusal);
    expect(outcome(await byDefault.call(`${method} /api/things`, withHeaders({})))).toEqual(refusal);
  });

  it('is not demanded of GET, even from elsewhere', async () => {
    const headers = withHeaders({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
    expect((await required.call('GET /api/things', headers)).status).toBe(200);
  });

  it.each([
    ['kbn-xsrf', { 'kbn-xsrf': 'true' }],
    ['kbn-xsrf with any value', { 'kbn-xsrf': 'no' }],
    ['an empty kbn-xsrf', { 'kbn-xsrf': '' }],
    ['the name in capitals', { 'KBN-XSRF': 'true' }],
    ['kbn-version', { 'kbn-version': '9.1.0' }],
    ['an empty kbn-version', { 'kbn-version': '' }],
    ['kbn-xsrf from elsewhere', { 'kbn-xsrf': 'x', origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ])('is satisfied by %s', async (_name, headers) => {
    expect((await required.call('POST /api/things', withHeaders(headers))).status).toBe(200);
  });

  it.each([
    ['x-elastic-internal-origin', { 'x-elastic-internal-origin': 'Kibana' }],
    ['an API version', { 'elastic-api-version': '2023-10-31' }],
    ['the own origin', { origin: 'http://localhost:5601', 'sec-fetch-site': 'same-origin' }],
    ['another header that custom code sends', { 'x-requested-with': 'XMLHttpRequest' }],
  ])('is not satisfied by %s', async (_name, headers) => {
    expect(outcome(await required.call('POST /api/things', withHeaders(headers)))).toEqual(refusal);
  });
});

describe('where the documents demand no kbn-xsrf', () => {
  const host = 'kibana.example:8443';

  it.each<[string, Record<string, string>]>([
    ['a client that is no browser', {}],
    ['the own page', { host, origin: `https://${host}`, 'sec-fetch-site': 'same-origin' }],
    ['the address bar', { host, 'sec-fetch-site': 'none' }],
    ['the own origin, from an old browser', { host, origin: `https://${host}` }],
    ['the own origin in other letters', { host: 'Kibana.Example', origin: 'https://kibana.example' }],
    ['the own origin on the default port', { host: 'kibana.example', origin: 'https://kibana.example' }],
    [
      'the default port of https, named by the client',
      { host: 'kibana.example:443', origin: 'https://kibana.example' },
    ],
    ['elsewhere, with kbn-xsrf', { host, origin: 'https://evil.example', 'kbn-xsrf': '' }],
    ['elsewhere, with kbn-version', { host, origin: 'https://evil.example', 'kbn-version': '9.1.0' }],
  ])('takes a request of %s', async (_name, headers) => {
    expect((await unlessCrossSite.call('POST /api/things', withHeaders(headers))).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
    ['a site of no known kind', { 'sec-fetch-site': 'somewhere' }],
    ['another site, by its own word the same origin', { 'sec-fetch-site': 'cross-site', origin: `https://${host}` }],
    ['another origin', { origin: 'https://evil.example' }],
    [
      'another origin, though the browser calls it the same',
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    ],
    ['another port', { origin: 'https://kibana.example:8444' }],
    ['the default port, where ours is another', { origin: 'https://kibana.example' }],
    ['a host that begins like ours', { origin: `https://${host}.evil.example` }],
    ['our host as the user of another', { origin: `https://${host}@evil.example` }],
    ['an origin without a name', { origin: 'null' }],
    ['an origin that is no URL', { origin: 'kibana.example' }],
    ['an empty origin', { origin: '' }],
  ])('refuses a request from %s', async (_name, headers) => {
    const answer = await unlessCrossSite.call('POST /api/things', withHeaders({ host, ...headers }));
    expect(outcome(answer)).toEqual(refusal);
  });

  it('refuses the plain-text page of the same host', async () => {
    const headers = withHeaders({
      host: 'kibana.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      origin: 'http://kibana.example',
    });
    expect(outcome(await unlessCrossSite.call('POST /api/things', headers))).toEqual(refusal);
  });
});

describe('kbn-version', () => {
  it.each(methods)('of another version is refused for %s', async (method) => {
    const { status, text } = await required.call(`${method} /api/things`, { headers: { 'kbn-version': '1.0.0' } });
    const message =
      'Browser client is out of date, please refresh the page ("kbn-version" header was "1.0.0" but should be "9.1.0")';
    expect({ status, text }).toEqual({
      status: 400,
      text: coreText(400, 'Bad Request', message, { expected: '9.1.0', got: '1.0.0' }),
    });
  });

  it.each(['9.1.0', ''])('%j passes', async (version) => {
    expect((await required.call('GET /api/things', { headers: { 'kbn-version': version } })).status).toBe(200);
  });
});
