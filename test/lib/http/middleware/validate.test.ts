import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { kibanaEndpoint } from '../../../../lib/http/endpoint.ts';
import { ok } from '../../../../lib/http/response.ts';
import { none } from '../../../../lib/security/privileges.ts';
import * as schema from '../../../../lib/validation/config-schema.ts';
import { zod3 } from '../../../../lib/validation/zod3.ts';
import { zod4 } from '../../../../lib/validation/zod4.ts';
import { coreText, serve } from '../serve.ts';

const base = { summary: 'Things', privileges: none, responses: { 200: z.unknown() } };

/** Gives back what validation gave it. */
const { call } = serve(
  kibanaEndpoint(
    {
      ...base,
      validation: schema.configSchema,
      routes: [
        {
          ...base,
          route: ['GET /api/things/{id}', 'PUT /api/things/{id}'],
          request: {
            path: schema.object({ id: z.string() }),
            query: schema.object({
              text: z.union([z.string(), z.array(z.string())]).optional(),
              list: schema.array(z.string()).optional(),
              page: schema.number().default(1),
            }),
            body: schema.object({ name: z.string() }),
          },
        },
        { ...base, route: 'POST /api/things' },
      ],
    },
    ({ route, path, query, body }) => ok({ route, path, query, body }),
  ),
);
const { call: zod3Call } = serve(
  kibanaEndpoint(
    {
      ...base,
      route: 'POST /api/things',
      validation: zod3,
      request: { body: z.object({ name: z.string(), type: z.string() }) },
    },
    ({ body }) => ok(body),
  ),
);
const { call: zod4Call } = serve(
  kibanaEndpoint(
    { ...base, route: 'POST /api/things', validation: zod4, request: { body: z.object({ name: z.string() }) } },
    ({ body }) => ok(body),
  ),
);

describe('what a handler gets', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['decoded path parameters', '/api/things/a%20%C3%A4%25', { path: { id: 'a ä%' } }],
    ['path parameters that are decoded once', '/api/things/%2541', { path: { id: '%41' } }],
    ['no space among the path parameters', '/s/red/api/things/a', { path: { id: 'a' } }],
    ['a decoded query', '/api/things/a?text=x%20%26+y', { query: { text: 'x & y', page: 1 } }],
    ['repeated keys as an array', '/api/things/a?text=x&text=y,z', { query: { text: ['x', 'y,z'], page: 1 } }],
    ['a repeated key for a list', '/api/things/a?list=x&list=y', { query: { list: ['x', 'y'], page: 1 } }],
    ['a comma as it stands', '/api/things/a?text=x,y', { query: { text: 'x,y', page: 1 } }],
    ['an empty value', '/api/things/a?text=', { query: { text: '', page: 1 } }],
    ['no key of the platform', '/api/things/a?elasticInternalOrigin=true', { query: { page: 1 } }],
    ['a key without a value', '/api/things/a?text', { query: { text: '', page: 1 } }],
    ['the route, without the space', '/s/red/api/things/a', { route: 'GET /api/things/{id}' }],
    ['no body for GET', '/api/things/a', {}],
  ])('%s', async (_name, path, expected) => {
    const { status, json } = await call(`GET ${path}`);
    expect(status).toBe(200);
    expect(json).toMatchObject(expected);
    expect(json).not.toHaveProperty('body');
  });

  it('nothing of what has no schema', async () => {
    const { json } = await call('POST /api/things?any=thing', { body: { any: 'thing' } });
    expect(json).toEqual({ route: 'POST /api/things' });
  });
});

describe('the first source that fails answers', () => {
  it.each<[string, string, unknown, string]>([
    ['query before body', '/api/things/a?x=1', {}, '[request query.x]: definition for this key is missing'],
    [
      'one value for a list',
      '/api/things/a?list=x',
      {},
      '[request query.list]: could not parse array value from json input',
    ],
    [
      'declared keys before unknown ones',
      '/api/things/a?x=1&page=p',
      {},
      '[request query.page]: expected value of type [number] but got [string]',
    ],
    [
      'a __proto__ key in the query',
      '/api/things/a?__proto__=1',
      {},
      '[request query.__proto__]: definition for this key is missing',
    ],
    ['no body', '/api/things/a', undefined, '[request body]: expected a plain object value, but found [null] instead.'],
    [
      'a body of another type',
      '/api/things/a',
      [],
      '[request body]: expected a plain object value, but found [Array] instead.',
    ],
    [
      'a bad body',
      '/api/things/a',
      { name: 1 },
      '[request body.name]: expected value of type [string] but got [number]',
    ],
  ])('%s', async (_name, path, body, message) => {
    const { status, text } = await call(`PUT ${path}`, { body });
    expect({ status, text }).toEqual({ status: 400, text: coreText(400, 'Bad Request', message) });
  });
});

describe('an endpoint names its renderer', () => {
  it.each<[string, typeof call, unknown, string]>([
    ['zod 3', zod3Call, {}, '[request body]: name: Required, type: Required'],
    ['zod 3, no body', zod3Call, undefined, '[request body]: Expected object, received null'],
    ['zod 4', zod4Call, {}, '[request body]: name: Invalid input: expected string, received undefined'],
    ['zod 4, no body', zod4Call, undefined, '[request body]: Invalid input: expected object, received null'],
  ])('%s', async (_name, send, body, message) => {
    const { status, text } = await send('POST /api/things', { body });
    expect({ status, text }).toEqual({ status: 400, text: coreText(400, 'Bad Request', message) });
  });

  it('and text is no object to zod', async () => {
    const { json } = await zod3Call('POST /api/things', { body: '{}', headers: { 'content-type': 'text/plain' } });
    expect(json.message).toBe('[request body]: Expected object, received string');
  });
});
