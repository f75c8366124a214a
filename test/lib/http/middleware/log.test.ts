import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { useConfig } from '../../../../lib/config.ts';
import { Conflict, ServerError } from '../../../../lib/errors/errors.ts';
import { elasticsearchEndpoint } from '../../../../lib/http/elasticsearch-endpoint.ts';
import { kibanaEndpoint } from '../../../../lib/http/endpoint.ts';
import { ok } from '../../../../lib/http/response.ts';
import { none } from '../../../../lib/security/privileges.ts';
import { configSchema } from '../../../../lib/validation/config-schema.ts';
import { basic, givenUser } from '../../../support/callers.ts';
import { serve } from '../serve.ts';

// Test runs are silent otherwise.
beforeEach(() => useConfig({ LOG_LEVEL: 'info' }));

const failures: Record<string, () => never> = {
  conflict: () => {
    throw new Conflict('there already');
  },
  unforeseen: () => {
    throw new Error('the store is gone', { cause: new TypeError('no socket') });
  },
  foreseen: () => {
    throw new ServerError('said to the client');
  },
  thrown: () => {
    throw 'no error at all';
  },
};
const { call } = serve(
  kibanaEndpoint(
    {
      route: ['GET /api/things/{id}', 'POST /api/things/{id}'],
      summary: 'Things',
      privileges: none,
      validation: configSchema,
      request: { path: z.object({ id: z.string() }) },
      responses: { 200: z.unknown() },
    },
    ({ path }) => failures[path.id]?.() ?? ok({ token: 'SECRET-IN-ANSWER' }),
  ),
);
const { call: callElasticsearch } = serve(
  elasticsearchEndpoint(
    {
      route: 'GET /_security/things',
      summary: 'Things',
      responses: { 200: z.unknown() },
      parse: () => 0,
      action: 'anyone',
    },
    () => ok({}),
  ),
);

let written: string[] = [];
beforeEach(() => {
  written = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
  }
});
afterEach(() => void vi.restoreAllMocks());

/** The one line that a request wrote, parsed. */
function line(): Record<string, unknown> {
  expect(written).toHaveLength(1);
  const [text = ''] = written;
  expect(text).toMatch(/^\{.*\}\n$/);
  return JSON.parse(text);
}

const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const common = {
  message: 'request',
  service: 'kibana',
  sampling_rate: 0,
  timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  requestId: UUID,
  durationMs: expect.any(Number),
};

describe('one line of JSON per request', () => {
  it('says who called what, and how it ended', async () => {
    await call('GET /s/red/api/things/a');
    expect(line()).toEqual({
      ...common,
      level: 'INFO',
      method: 'GET',
      route: 'GET /api/things/{id}',
      status: 200,
      principal: 'elastic',
    });
  });

  it('comes for Elasticsearch, too', async () => {
    await callElasticsearch('GET /_security/things');
    expect(line()).toEqual({
      ...common,
      level: 'INFO',
      method: 'GET',
      route: 'GET /_security/things',
      status: 200,
      principal: 'elastic',
    });
  });

  it.each<[string, string, { as?: string | null; body?: unknown }, object]>([
    ['nobody', 'GET /api/things/a', { as: null }, { status: 401, level: 'INFO' }],
    ['a refusal of the handler', 'GET /api/things/conflict', {}, { status: 409, level: 'INFO', principal: 'elastic' }],
    ['a malformed body', 'POST /api/things/a', { body: '{' }, { status: 400, level: 'INFO', principal: 'elastic' }],
    ['an unknown path', 'GET /api/other', {}, { status: 404, level: 'INFO', route: '$default' }],
  ])('comes for %s, without an error', async (_name, request, options, expected) => {
    await call(request, options);
    expect(line()).toMatchObject(expected);
    expect(written[0]).not.toContain('"error"');
  });

  it('has the stack and the causes of what nobody foresaw; the client hears nothing of it', async () => {
    const { text } = await call('GET /api/things/unforeseen');
    expect(text).not.toMatch(/store|socket/);
    expect(line()).toMatchObject({
      level: 'ERROR',
      status: 500,
      error: {
        name: 'Error',
        message: 'the store is gone',
        stack: expect.stringContaining('log.test.ts'),
        cause: { name: 'TypeError', message: 'no socket' },
      },
    });
  });

  it('has the error of a failure with a text for the client', async () => {
    await call('GET /api/things/foreseen');
    expect(line()).toMatchObject({ level: 'ERROR', status: 500, error: { message: 'said to the client' } });
  });

  it('survives what is thrown and is no error', async () => {
    const { status } = await call('GET /api/things/thrown');
    expect({ status, ...line() }).toMatchObject({ status: 500, level: 'ERROR' });
  });
});

describe('metrics, where the stage wants them', () => {
  it('stand in the line of the request', async () => {
    useConfig({ LOG_LEVEL: 'info', METRICS: 'on', POWERTOOLS_SERVICE_NAME: 'kibana' });
    await call('GET /api/things/conflict');
    const { _aws, ...rest } = line();
    expect(rest).toMatchObject({ ...common, status: 409, Duration: rest.durationMs, ClientErrors: 1, ServerErrors: 0 });
    expect(_aws).toEqual({
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'Kibana',
          Dimensions: [['service']],
          Metrics: [
            { Name: 'Duration', Unit: 'Milliseconds' },
            { Name: 'ClientErrors', Unit: 'Count' },
            { Name: 'ServerErrors', Unit: 'Count' },
          ],
        },
      ],
    });
  });

  it('count each request once', async () => {
    useConfig({ METRICS: 'on', LOG_LEVEL: 'info' });
    await call('GET /api/things/unforeseen');
    await call('GET /api/things/a');
    const counted = written.map((text) => JSON.parse(text)).map(({ ServerErrors }) => ServerErrors);
    expect(counted).toEqual([1, 0]);
  });

  it('come also when the level hides the line', async () => {
    useConfig({ METRICS: 'on', LOG_LEVEL: 'warn' });
    await call('GET /api/things/a');
    expect(line()).toMatchObject({ service: 'kibana', Duration: expect.any(Number) });
    expect(line()).not.toHaveProperty('principal');
  });

  it('are not written in silence', async () => {
    useConfig({ METRICS: 'on', LOG_LEVEL: 'silent' });
    await call('GET /api/things/a');
    expect(written).toEqual([]);
  });
});

describe('no secret', () => {
  it.each<[string, string, object]>([
    ['an answer', 'POST /api/things/SECRET-IN-PATH?key=SECRET-IN-QUERY', {}],
    ['a refusal', 'POST /api/things/conflict?key=SECRET-IN-QUERY', {}],
    ['a failure', 'POST /api/things/unforeseen?key=SECRET-IN-QUERY', {}],
    ['a malformed body', 'POST /api/things/a', { body: '{"password":"SECRET-IN-BODY"' }],
    [
      'a wrong password',
      'POST /api/things/a',
      { as: null, headers: { authorization: basic('elastic', 'SECRET-PASSWORD') } },
    ],
    ['an API key', 'POST /api/things/a', { as: null, headers: { authorization: 'ApiKey U0VDUkVUOlNFQ1JFVA==' } }],
  ])('stands in the line of %s', async (_name, request, options) => {
    await givenUser('elastic-too', []);
    await call(request, { body: { password: 'SECRET-IN-BODY' }, ...options });
    expect(JSON.stringify(line())).not.toMatch(/SECRET|changeme|U0VDUkVU|Y2hhbmdlbWU/);
  });
});
