import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import * as z from 'zod';
import { Conflict } from '../../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../../lib/http/endpoint.ts';
import { ok } from '../../../lib/http/response.ts';
import { none } from '../../../lib/security/privileges.ts';
import * as schema from '../../../lib/validation/config-schema.ts';
import { basic, givenUser, storeIsReady } from '../../support/callers.ts';
import { type ClientRequest, eventOf, lambdaContext, match, routesOf } from '../../support/gateway.ts';
import { coreText, quoted, serve } from './serve.ts';

const things = kibanaEndpoint(
  {
    route: 'POST /api/things/{id}',
    summary: 'Makes a thing',
    xsrf: 'required',
    privileges: ['lists-all'],
    validation: schema.configSchema,
    request: {
      path: schema.object({ id: z.string().max(3) }),
      query: schema.object({ page: schema.number(z.number().min(1)).optional() }),
      body: schema.object({ name: z.string() }),
    },
    responses: { 200: z.unknown() },
  },
  ({ path, query, body }) => {
    if (body.name === 'taken') throw new Conflict('taken');
    return ok({ path, query, body });
  },
);
const { send } = serve(things);

type Draft = {
  prefix: string;
  id: string;
  query: string;
  headers: Record<string, string | undefined>;
  body: string;
};

const good = (): Draft => ({
  prefix: '',
  id: 'a',
  query: '',
  headers: { authorization: basic('elastic'), 'kbn-xsrf': 'true', 'content-type': 'application/json' },
  body: '{"name":"n"}',
});

function requestOf({ prefix, id, query, headers, body }: Draft): ClientRequest {
  const sent = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return {
    method: 'POST',
    url: `${prefix}/api/things/${id}${query}`,
    headers: Object.fromEntries(sent),
    body,
  };
}

type Violation = {
  name: string;
  apply: (draft: Draft) => void;
  status: number;
  body: (draft: Draft) => string;
  /** Whether the request came far enough for the answer to name the API version. */
  namesVersion?: true;
};

const unauthorizedFor = ({ id, query }: Draft) =>
  `API [POST /api/things/${id}${query}] is unauthorized for user, this action is granted by the Kibana privileges [lists-all]`;

/** What can be wrong with a request, in Kibana's order of checks. */
const violations: Violation[] = [
  {
    name: 'a path that no endpoint has',
    apply: (draft) => {
      draft.prefix = '/s/FOO';
    },
    status: 404,
    body: () => coreText(404, 'Not Found', 'Not Found'),
  },
  {
    name: 'no credentials',
    apply: ({ headers }) => {
      headers.authorization = undefined;
    },
    status: 401,
    body: () => coreText(401, 'Unauthorized', 'Unauthorized'),
  },
  {
    name: 'a body that is too large',
    apply: (draft) => {
      draft.body = `{"name":"${'x'.repeat(1_048_576)}`;
    },
    status: 413,
    body: () =>
      coreText(413, 'Request Entity Too Large', 'Payload content length greater than maximum allowed: 1048576'),
  },
  {
    name: 'an unknown media type',
    apply: ({ headers }) => {
      headers['content-type'] = 'application/zip';
    },
    status: 415,
    body: () => coreText(415, 'Unsupported Media Type', 'Unsupported Media Type'),
  },
  {
    name: 'malformed JSON',
    apply: (draft) => {
      if (draft.body.length < 100) draft.body = '{"name":';
    },
    status: 400,
    body: () => coreText(400, 'Bad Request', 'Invalid request payload JSON format'),
  },
  {
    name: 'no kbn-xsrf',
    apply: ({ headers }) => {
      headers['kbn-xsrf'] = undefined;
    },
    status: 400,
    body: () => coreText(400, 'Bad Request', 'Request must contain a kbn-xsrf header.'),
  },
  {
    name: 'another kbn-version',
    apply: ({ headers }) => {
      headers['kbn-version'] = '1.0.0';
    },
    status: 400,
    body: () =>
      coreText(
        400,
        'Bad Request',
        'Browser client is out of date, please refresh the page ("kbn-version" header was "1.0.0" but should be "9.1.0")',
        { expected: '9.1.0', got: '1.0.0' },
      ),
  },
  {
    name: 'a caller without the privilege',
    apply: ({ headers }) => {
      if (headers.authorization !== undefined) headers.authorization = basic('reader');
    },
    status: 403,
    body: (draft) => coreText(403, 'Forbidden', unauthorizedFor(draft)),
  },
  {
    name: 'a malformed API version',
    apply: ({ headers }) => {
      headers['elastic-api-version'] = '1';
    },
    status: 400,
    body: () =>
      coreText(
        400,
        'Bad Request',
        'Invalid version. Received "1", expected a valid date string formatted as YYYY-MM-DD.',
      ),
  },
  {
    name: 'a bad path parameter',
    apply: (draft) => {
      draft.id = 'abcd';
    },
    status: 400,
    body: () =>
      coreText(
        400,
        'Bad Request',
        '[request params.id]: value has length [4] but it must have a maximum length of [3].',
      ),
    namesVersion: true,
  },
  {
    name: 'a bad query',
    apply: (draft) => {
      draft.query = '?page=0';
    },
    status: 400,
    body: () => coreText(400, 'Bad Request', '[request query.page]: Value must be equal to or greater than [1].'),
    namesVersion: true,
  },
  {
    name: 'a bad body',
    apply: (draft) => {
      if (draft.body === good().body) draft.body = '{}';
    },
    status: 400,
    body: () =>
      coreText(400, 'Bad Request', '[request body.name]: expected value of type [string] but got [undefined]'),
    namesVersion: true,
  },
  {
    name: "the handler's own refusal",
    apply: (draft) => {
      if (draft.body === good().body) draft.body = '{"name":"taken"}';
    },
    status: 409,
    body: () => coreText(409, 'Conflict', 'taken'),
    namesVersion: true,
  },
];

const pairs = violations.flatMap((earlier, index) =>
  violations
    .slice(index + 1)
    .map((later): [string, string, Violation, Violation] => [earlier.name, later.name, earlier, later]),
);
// `kbn-version` counts as `kbn-xsrf`: a request cannot violate both.
const possible = pairs.filter(([earlier, later]) => earlier !== 'no kbn-xsrf' || later !== 'another kbn-version');

beforeAll(async () => {
  await givenUser('reader', ['viewer']);
});

describe('one request', () => {
  it('that is right reaches the handler', async () => {
    const { status, text, headers } = await send(requestOf({ ...good(), query: '?page=2' }));
    expect({ status, text }).toEqual({
      status: 200,
      text: '{"path":{"id":"a"},"query":{"page":2},"body":{"name":"n"}}',
    });
    expect(headers).toMatchObject({
      'kbn-name': 'kibana',
      'elastic-api-version': '2023-10-31',
      'content-type': 'application/json; charset=utf-8',
    });
  });

  it.each(violations)('with $name is refused, with headers', async ({ apply, status, body, namesVersion }) => {
    const draft = good();
    apply(draft);
    const answer = await send(requestOf(draft));
    expect({ status: answer.status, text: answer.text }).toEqual({ status, text: body(draft) });
    expect(answer.headers).toMatchObject({
      'kbn-name': 'kibana',
      'x-content-type-options': 'nosniff',
      'content-type': 'application/json; charset=utf-8',
    });
    expect(answer.headers['elastic-api-version']).toBe(namesVersion && '2023-10-31');
  });
});

describe('the earlier check answers', () => {
  it.each(possible)('%s before %s', async (_earlier, _later, earlier, later) => {
    const draft = good();
    earlier.apply(draft);
    later.apply(draft);
    const { status, text } = await send(requestOf(draft));
    expect({ status, text }).toEqual({ status: earlier.status, text: earlier.body(draft) });
  });
});

it('a request that may grow long has to stop three seconds before its function ends', async () => {
  await storeIsReady();
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const handler = kibanaEndpoint(
    {
      route: 'GET /api/left',
      summary: 'Tells how long it may work',
      privileges: none,
      validation: schema.configSchema,
      responses: { 200: z.unknown() },
    },
    ({ deadline }) => ok({ left: deadline - Date.now() }),
  );
  const request = { method: 'GET', url: '/api/left', headers: { authorization: basic('elastic') } };
  const routes = routesOf([{ key: 'left', routes: ['GET /api/left'] }]);
  const context = { ...lambdaContext('left'), getRemainingTimeInMillis: () => 28_000 };
  expect(await handler(eventOf(request, match(routes, request)), context)).toMatchObject({
    statusCode: 200,
    body: '{"left":25000}',
  });
});

it('quotes the path as most clients send it', async () => {
  const as = await givenUser('quoted', []);
  const { text } = await serve(things).call('POST /api/things/a:b@c!d%20%3F', { as });
  expect(text).toContain('API [POST /api/things/a:b@c!d%20%3F] is unauthorized');
});

describe('wrong credentials count like none', () => {
  it('before malformed JSON', async () => {
    const headers = { ...good().headers, authorization: basic('reader', 'wrong!') };
    const { status, text } = await send(requestOf({ ...good(), headers, body: '{' }));
    const reason = 'unable to authenticate user [reader] for REST request [/_security/_authenticate]';
    expect({ status, text }).toEqual({
      status: 401,
      text: coreText(401, 'Unauthorized', quoted('security_exception', reason)),
    });
  });
});
