import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { kibanaEndpoint } from '../../../../lib/http/endpoint.ts';
import { ok } from '../../../../lib/http/response.ts';
import { none } from '../../../../lib/security/privileges.ts';
import { configSchema } from '../../../../lib/validation/config-schema.ts';
import { coreText, serve } from '../serve.ts';

// Read at the first request, as on a stage that is deployed with `--param xsrf=strict`.
process.env.XSRF = 'strict';

const { call } = serve(
  kibanaEndpoint(
    {
      route: ['GET /api/things', 'POST /api/things'],
      summary: 'Things',
      xsrf: 'unless-cross-site',
      privileges: none,
      validation: configSchema,
      responses: { 200: z.unknown() },
    },
    () => ok({}),
  ),
);

describe('a stage with xsrf: strict', () => {
  it.each([
    ['a client that is no browser', {}],
    ['the own page', { origin: 'http://localhost:5601', 'sec-fetch-site': 'same-origin' }],
  ])('demands kbn-xsrf of %s, too', async (_name, headers) => {
    const { status, text } = await call('POST /api/things', { headers: { 'kbn-xsrf': undefined, ...headers } });
    expect({ status, text }).toEqual({
      status: 400,
      text: coreText(400, 'Bad Request', 'Request must contain a kbn-xsrf header.'),
    });
  });

  it.each([
    ['GET without it', 'GET', {}],
    ['POST with it', 'POST', { 'kbn-xsrf': '' }],
    ['POST with kbn-version', 'POST', { 'kbn-version': '9.1.0' }],
  ])('takes %s', async (_name, method, headers) => {
    const { status } = await call(`${method} /api/things`, { headers: { 'kbn-xsrf': undefined, ...headers } });
    expect(status).toBe(200);
  });
});
