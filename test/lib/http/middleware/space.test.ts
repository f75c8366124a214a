import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { kibanaEndpoint } from '../../../../lib/http/endpoint.ts';
import { ok } from '../../../../lib/http/response.ts';
import { none } from '../../../../lib/security/privileges.ts';
import { configSchema } from '../../../../lib/validation/config-schema.ts';
import { coreText, serve } from '../serve.ts';

const { call } = serve(
  kibanaEndpoint(
    {
      route: ['GET /api/things', 'POST /api/things', 'DELETE /api/things/{id}'],
      summary: 'Names the space',
      privileges: none,
      validation: configSchema,
      responses: { 200: z.unknown() },
    },
    ({ space, uri }) => ok({ space, uri }),
  ),
);

describe('the space of a request', () => {
  it.each([
    ['/api/things', 'default'],
    ['/s/default/api/things', 'default'],
    ['/s/red/api/things', 'red'],
    ['/s/r-e_d-9/api/things', 'r-e_d-9'],
    ['/s/was-never-created/api/things', 'was-never-created'],
    ['/s/%72ed/api/things', 'red'],
  ])('%s is %s', async (path, space) => {
    const { status, json } = await call(`GET ${path}?a=b`);
    expect({ status, json }).toEqual({ status: 200, json: { space, uri: '/api/things?a=b' } });
  });
});

describe('a prefix that no space can have', () => {
  const notFound = { status: 404, text: coreText(404, 'Not Found', 'Not Found') };
  const outcome = ({ status, text }: { status: number; text: string }) => ({ status, text });
  const bad = ['FOO', 'Red', 'a.b', 'a%20b', '%C3%A4', '*', 'a%00', 'a%0A', '__proto__!'];

  it.each(bad)('/s/%s is an unknown path', async (id) => {
    for (const line of ['GET /s/%/api/things', 'POST /s/%/api/things', 'DELETE /s/%/api/things/a']) {
      expect(outcome(await call(line.replace('%', id)))).toEqual(notFound);
    }
  });

  it('GET asks who calls first, others do not', async () => {
    expect((await call('GET /s/FOO/api/things', { as: null })).status).toBe(401);
    expect(outcome(await call('POST /s/FOO/api/things', { as: null, headers: { 'kbn-xsrf': undefined } }))).toEqual(
      notFound,
    );
  });
});
