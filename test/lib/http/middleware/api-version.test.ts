import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { BadRequest } from '../../../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../../../lib/http/endpoint.ts';
import { ok } from '../../../../lib/http/response.ts';
import { none } from '../../../../lib/security/privileges.ts';
import { configSchema, object } from '../../../../lib/validation/config-schema.ts';
import { coreText, serve } from '../serve.ts';

const base = {
  route: ['GET /api/things/{id}', 'DELETE /api/things/{id}'],
  summary: 'Things',
  privileges: none,
  validation: configSchema,
  request: { query: object({ fail: z.literal('yes').optional() }) },
  responses: { 200: z.unknown() },
};
const answer = ({ query }: { query: { fail?: 'yes' | undefined } }) => {
  if (query.fail) throw new BadRequest('failed');
  return ok(query);
};
const versioned = serve(kibanaEndpoint(base, answer));
const byQuery = serve(kibanaEndpoint({ ...base, versioning: 'versioned-also-by-query' }, answer));
const unversioned = serve(
  kibanaEndpoint({ ...base, request: { query: z.looseObject({}) }, versioning: 'unversioned' }, () => ok({})),
);

const asking = (version: string) => ({ headers: { 'elastic-api-version': version } });
const malformed = (version: string) =>
  `Invalid version. Received "${version}", expected a valid date string formatted as YYYY-MM-DD.`;
const unknown = (version: string, method: string) =>
  `No version "${version}" available for [${method}] [/api/things/{id}]. Available versions are: [2023-10-31]`;
const NOT_BY_QUERY =
  'Use of query parameter "apiVersion" is not allowed. Please specify the API version using the "elastic-api-version" header.';

type Row = [string, string, Record<string, string>, string];

const refusals: Row[] = [
  ['a number', 'GET /api/things/a', { 'elastic-api-version': '1' }, malformed('1')],
  ['another format of a date', 'GET /api/things/a', { 'elastic-api-version': '31.10.2023' }, malformed('31.10.2023')],
  ['a date and more', 'GET /api/things/a', { 'elastic-api-version': '2023-10-31 ' }, malformed('2023-10-31 ')],
  ['no such date', 'GET /api/things/a', { 'elastic-api-version': '2023-13-31' }, malformed('2023-13-31')],
  [
    'a day that its month has not',
    'GET /api/things/a',
    { 'elastic-api-version': '2023-02-30' },
    malformed('2023-02-30'),
  ],
  ['a leap day', 'GET /api/things/a', { 'elastic-api-version': '2024-02-29' }, unknown('2024-02-29', 'get')],
  ['an unknown version', 'GET /api/things/a', { 'elastic-api-version': '2024-01-01' }, unknown('2024-01-01', 'get')],
  [
    'an unknown version, of another method',
    'DELETE /api/things/a?x=1',
    { 'elastic-api-version': '2023-10-30' },
    unknown('2023-10-30', 'delete'),
  ],
  [
    'an unknown version, in a space',
    'GET /s/red/api/things/a',
    { 'elastic-api-version': '2023-10-30' },
    unknown('2023-10-30', 'get'),
  ],
  ['the version in the query', 'GET /api/things/a?apiVersion=2023-10-31', {}, NOT_BY_QUERY],
  ['no version in the query', 'GET /api/things/a?apiVersion=', {}, NOT_BY_QUERY],
  [
    'the version in the query and the header',
    'GET /api/things/a?apiVersion=2023-10-31',
    { 'elastic-api-version': '2023-10-31' },
    NOT_BY_QUERY,
  ],
];

describe('a versioned route', () => {
  it.each([
    ['without a version', {}],
    ['with the version', { 'elastic-api-version': '2023-10-31' }],
    ['with an empty version', { 'elastic-api-version': '' }],
  ])('answers a request %s with the version', async (_name, headers) => {
    const { status, headers: answered } = await versioned.call('GET /api/things/a', { headers });
    expect({ status, version: answered['elastic-api-version'] }).toEqual({ status: 200, version: '2023-10-31' });
  });

  it.each(refusals)('refuses %s, without naming a version', async (_name, line, headers, message) => {
    const { status, text, headers: answered } = await versioned.call(line, { headers });
    expect({ status, text }).toEqual({ status: 400, text: coreText(400, 'Bad Request', message) });
    expect(answered).not.toHaveProperty('elastic-api-version');
  });

  it.each([
    ['the validation', 'GET /api/things/a?x=1'],
    ['the handler', 'GET /api/things/a?fail=yes'],
  ])('names the version when %s refuses', async (_name, line) => {
    const { status, headers } = await versioned.call(line);
    expect({ status, version: headers['elastic-api-version'] }).toEqual({ status: 400, version: '2023-10-31' });
  });
});

describe('a route whose version may stand in the query', () => {
  it.each([
    ['it', 'apiVersion=2023-10-31'],
    ['an empty one for none', 'apiVersion='],
    ['two of them for none', 'apiVersion=2024-01-01&apiVersion=1'],
  ])('takes %s and hides it from validation', async (_name, query) => {
    const { status, json } = await byQuery.call(`GET /api/things/a?${query}`);
    expect({ status, json }).toEqual({ status: 200, json: {} });
  });

  it.each([
    ['malformed', 'GET /api/things/a?apiVersion=1', malformed('1')],
    ['unknown', 'GET /api/things/a?apiVersion=2024-01-01', unknown('2024-01-01', 'get')],
  ])('refuses one that is %s', async (_name, line, message) => {
    const { status, text } = await byQuery.call(line);
    expect({ status, text }).toEqual({ status: 400, text: coreText(400, 'Bad Request', message) });
  });

  it('lets the header win', async () => {
    const good = await byQuery.call('GET /api/things/a?apiVersion=1', asking('2023-10-31'));
    const bad = await byQuery.call('GET /api/things/a?apiVersion=2023-10-31', asking('1'));
    const empty = await byQuery.call('GET /api/things/a?apiVersion=1', asking(''));
    expect([good.status, bad.status, empty.status]).toEqual([200, 400, 400]);
  });
});

describe('an unversioned route', () => {
  it.each([
    ['the header', 'GET /api/things/a', { 'elastic-api-version': '1' }],
    ['the query', 'GET /api/things/a?apiVersion=1', {}],
  ])('ignores %s and still names the version', async (_name, line, headers) => {
    const { status, headers: answered } = await unversioned.call(line, { headers });
    expect({ status, version: answered['elastic-api-version'] }).toEqual({ status: 200, version: '2023-10-31' });
  });
});
