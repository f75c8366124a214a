import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { BadRequest } from '../../../../lib/errors/errors.ts';
import { elasticsearchEndpoint } from '../../../../lib/http/elasticsearch-endpoint.ts';
import { kibanaEndpoint } from '../../../../lib/http/endpoint.ts';
import type { Answer } from '../../../../lib/http/exchange.ts';
import { json, noContent, ok } from '../../../../lib/http/response.ts';
import { none } from '../../../../lib/security/privileges.ts';
import { configSchema } from '../../../../lib/validation/config-schema.ts';
import { serve } from '../serve.ts';

const contract = { summary: 'Things', responses: { 200: z.unknown() } };
const kibana = (make: () => Answer) =>
  serve(
    kibanaEndpoint(
      { ...contract, route: ['GET /api/things', 'POST /api/things'], privileges: none, validation: configSchema },
      make,
    ),
  ).call;
const elasticsearch = (make: () => Answer) =>
  serve(elasticsearchEndpoint({ ...contract, route: 'GET /_security/things', parse: () => 0, action: 'anyone' }, make))
    .call;
const fails = () => {
  throw new BadRequest('no', { headers: { 'retry-after': '30' } });
};

const everywhere = {
  'kbn-name': expect.stringMatching(/^\S+$/),
  'kbn-license-sig': expect.stringMatching(/^[0-9a-f]{64}$/),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), display-capture=(), fullscreen=(self), geolocation=(), microphone=(), web-share=()',
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy': expect.stringMatching(/^script-src /),
  'cache-control': 'private, no-cache, no-store, must-revalidate',
};
const JSON_TYPE = 'application/json; charset=utf-8';
const VERSION = { 'elastic-api-version': '2023-10-31' };

describe("Kibana's headers", () => {
  it.each<[string, () => Answer, string, { as?: null; headers?: Record<string, string | undefined> }, object]>([
    ['an answer', () => ok({}), 'GET', {}, { ...VERSION, 'content-type': JSON_TYPE }],
    ['another status', () => json(201, {}), 'GET', {}, { ...VERSION, 'content-type': JSON_TYPE }],
    ['an answer without a body', noContent, 'GET', {}, VERSION],
    ['a refusal of the handler', fails, 'GET', {}, { ...VERSION, 'content-type': JSON_TYPE, 'retry-after': '30' }],
    [
      'a refusal of the pipeline',
      () => ok({}),
      'POST',
      { headers: { 'kbn-xsrf': undefined } },
      { 'content-type': JSON_TYPE },
    ],
    ['a caller who is nobody', () => ok({}), 'GET', { as: null }, { 'content-type': JSON_TYPE }],
    [
      'what the endpoint set itself',
      () => ok({}, { 'content-type': 'application/json', 'cache-control': 'no-cache' }),
      'GET',
      {},
      { ...VERSION, 'content-type': 'application/json', 'cache-control': 'no-cache' },
    ],
  ])('of %s', async (_name, make, method, options, own) => {
    const { headers } = await kibana(make)(`${method} /api/things`, options);
    expect(headers).toEqual({ ...everywhere, ...own });
  });

  it('never change', async () => {
    const [one, other] = await Promise.all([
      kibana(noContent)('GET /api/things'),
      kibana(noContent)('GET /api/things'),
    ]);
    expect(one.headers).toEqual(other.headers);
  });

  it('never let another origin read', async () => {
    const { headers } = await kibana(noContent)('GET /api/things', { headers: { origin: 'https://evil.example' } });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('come with a JSON body that has no line feed at its end', async () => {
    expect((await kibana(() => ok({ a: 1 }))('GET /api/things')).text).toBe('{"a":1}');
  });
});

describe("Elasticsearch's headers", () => {
  it.each<[string, () => Answer, string | undefined, string]>([
    ['an answer', () => ok({}), undefined, 'application/json'],
    ['any JSON', () => ok({}), 'application/json', 'application/json'],
    [
      'a client of version 9',
      () => ok({}),
      'application/vnd.elasticsearch+json; compatible-with=9',
      'application/vnd.elasticsearch+json;compatible-with=9',
    ],
    [
      'a client of version 8',
      () => ok({}),
      'application/vnd.elasticsearch+json;compatible-with=8,text/plain',
      'application/vnd.elasticsearch+json;compatible-with=8',
    ],
    ['a client of version 3', () => ok({}), 'application/vnd.elasticsearch+json;compatible-with=3', 'application/json'],
    [
      'a refusal',
      fails,
      'application/vnd.elasticsearch+json;compatible-with=9',
      'application/vnd.elasticsearch+json;compatible-with=9',
    ],
  ])('of %s', async (_name, make, accept, type) => {
    const { headers } = await elasticsearch(make)(
      'GET /_security/things',
      accept === undefined ? {} : { headers: { accept } },
    );
    expect(headers).toMatchObject({ 'x-elastic-product': 'Elasticsearch', 'content-type': type });
    expect(headers).not.toHaveProperty('kbn-name');
    expect(headers).not.toHaveProperty('elastic-api-version');
  });
});
