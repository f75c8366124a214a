import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  BadRequest,
  Conflict,
  ElasticsearchError,
  Forbidden,
  type HttpError,
  NotFound,
  NotImplemented,
  PayloadTooLarge,
  ServerError,
  TooManyRequests,
  Unauthorized,
  UnsupportedMediaType,
  WriteConflict,
} from '../../../../lib/errors/errors.ts';
import { elasticsearchEndpoint } from '../../../../lib/http/elasticsearch-endpoint.ts';
import { kibanaEndpoint } from '../../../../lib/http/endpoint.ts';
import { ok } from '../../../../lib/http/response.ts';
import { core } from '../../../../lib/http/styles/core.ts';
import { siem } from '../../../../lib/http/styles/siem.ts';
import type { ErrorStyle } from '../../../../lib/http/styles/style.ts';
import { none } from '../../../../lib/security/privileges.ts';
import { configSchema, object } from '../../../../lib/validation/config-schema.ts';
import { coreText, quoted, serve } from '../serve.ts';

let thrown: unknown;
const run = () => {
  if (thrown !== undefined) throw thrown;
  return ok({});
};
const kibana = (errors?: ErrorStyle) =>
  serve(
    kibanaEndpoint(
      {
        route: ['GET /api/things', 'POST /api/things'],
        summary: 'Things',
        privileges: none,
        validation: configSchema,
        request: { query: object({}) },
        ...(errors && { errors }),
        responses: { 200: z.unknown() },
      },
      run,
    ),
  ).call;
const byDefault = kibana();
const inSiem = kibana(siem);
const elasticsearch = serve(
  elasticsearchEndpoint(
    {
      route: 'GET /_security/things',
      summary: 'Things',
      responses: { 200: z.unknown() },
      parse: () => 0,
      action: 'anyone',
    },
    run,
  ),
).call;

type Call = typeof byDefault;
async function answerTo(error: unknown, call: Call = byDefault, line = 'GET /api/things') {
  thrown = error;
  const { status, text, headers } = await call(line);
  return { status, text, headers };
}

const names: [number, string, HttpError][] = [
  [400, 'Bad Request', new BadRequest('m')],
  [401, 'Unauthorized', new Unauthorized('m')],
  [403, 'Forbidden', new Forbidden('m')],
  [404, 'Not Found', new NotFound('m')],
  [409, 'Conflict', new Conflict('m')],
  [413, 'Request Entity Too Large', new PayloadTooLarge('m')],
  [415, 'Unsupported Media Type', new UnsupportedMediaType('m')],
  [429, 'Too Many Requests', new TooManyRequests('m')],
  [500, 'Internal Server Error', new ServerError('m')],
  [501, 'Not Implemented', new NotImplemented('m')],
];
const unforeseen: [string, unknown][] = [
  ['an error of the runtime', new TypeError('SECRET')],
  ['a conflict that no area foresaw', new WriteConflict(0, { SECRET: 1 })],
  ['an error that claims a status', Object.assign(new Error('SECRET'), { statusCode: 404, status: 404 })],
  ['a text', 'SECRET'],
  ['an object', { message: 'SECRET' }],
  ['null', null],
];
const reason = 'role [x] is reserved';
const INTERNAL = 'An internal server error occurred. Check Kibana server logs for details.';

describe("Kibana's core shape", () => {
  it.each(names)('%s %s', async (status, name, error) => {
    expect(await answerTo(error)).toMatchObject({ status, text: coreText(status, name, 'm') });
    expect(await answerTo(error, kibana(core))).toMatchObject({ status, text: coreText(status, name, 'm') });
  });

  it('has attributes last, and the headers of the error', async () => {
    const error = new TooManyRequests('m', { attributes: { a: 1 }, headers: { 'retry-after': '30' } });
    const { text, headers } = await answerTo(error);
    expect(text).toBe('{"statusCode":429,"error":"Too Many Requests","message":"m","attributes":{"a":1}}');
    expect(headers['retry-after']).toBe('30');
  });

  it('quotes an error of Elasticsearch', async () => {
    const error = new ElasticsearchError(400, 'illegal_argument_exception', reason);
    const message = `[illegal_argument_exception\n\tRoot causes:\n\t\tillegal_argument_exception: ${reason}]: ${reason}`;
    expect(message).toBe(quoted('illegal_argument_exception', reason));
    expect(await answerTo(error)).toMatchObject({ status: 400, text: coreText(400, 'Bad Request', message) });
  });

  it.each(unforeseen)('says nothing of %s', async (_name, error) => {
    expect(await answerTo(error)).toMatchObject({
      status: 500,
      text: coreText(500, 'Internal Server Error', INTERNAL),
    });
  });

  it('says nothing of the cause', async () => {
    expect((await answerTo(new Conflict('m', { cause: new Error('SECRET') }))).text).not.toContain('SECRET');
  });
});

describe('the shape of the Security solution', () => {
  it.each(names)('%s', async (status, _name, error) => {
    expect(await answerTo(error, inSiem)).toMatchObject({ status, text: `{"message":"m","status_code":${status}}` });
  });

  it('quotes an error of Elasticsearch on one line', async () => {
    const error = new ElasticsearchError(403, 'security_exception', 'action [x] is unauthorized');
    expect(await answerTo(error, inSiem)).toMatchObject({
      status: 403,
      text: '{"message":"security_exception: action [x] is unauthorized","status_code":403}',
    });
  });

  it.each(unforeseen)('says nothing of %s', async (_name, error) => {
    expect(await answerTo(error, inSiem)).toMatchObject({
      status: 500,
      text: '{"message":"Internal Server Error","status_code":500}',
    });
  });

  it('is only for what the handler throws', async () => {
    expect(await answerTo(undefined, inSiem, 'GET /api/things?x=1')).toMatchObject({
      status: 400,
      text: coreText(400, 'Bad Request', '[request query.x]: definition for this key is missing'),
    });
  });
});

describe("Elasticsearch's shape", () => {
  const at = (error: unknown) => answerTo(error, elasticsearch, 'GET /_security/things');

  it('has type and reason, in the error and its root cause', async () => {
    const error = new ElasticsearchError(400, 'a_exception', 'r', {
      details: { line: 1 },
      causedBy: { type: 'b_exception', reason: 's' },
      headers: { allow: 'GET' },
    });
    const { status, text, headers } = await at(error);
    const cause = '"type":"a_exception","reason":"r","line":1';
    expect({ status, text }).toEqual({
      status: 400,
      text: `{"error":{"root_cause":[{${cause}}],${cause},"caused_by":{"type":"b_exception","reason":"s"}},"status":400}`,
    });
    expect(headers.allow).toBe('GET');
  });

  it('is a bare text for an error without a type', async () => {
    expect(await at(new NotFound('m'))).toMatchObject({ status: 404, text: '{"error":"m","status":404}' });
  });

  it.each(unforeseen)('says nothing of %s', async (_name, error) => {
    const cause = '"type":"exception","reason":"Internal Server Error"';
    expect(await at(error)).toMatchObject({
      status: 500,
      text: `{"error":{"root_cause":[{${cause}}],${cause}},"status":500}`,
    });
  });
});
