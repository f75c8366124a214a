import { expect, it } from 'vitest';
import { chooseExamples, type Exchange } from '../../../lib/tooling/openapi-examples.ts';

const exchange = (change: Partial<Exchange>): Exchange => ({
  route: 'POST /api/things',
  file: 'test/functions/things/create-thing.test.ts',
  request: { path: {}, query: {}, body: { name: 'n' } },
  status: 200,
  mediaType: 'application/json',
  body: { id: 'a' },
  ...change,
});
const choose = (...exchanges: Exchange[]) =>
  chooseExamples(exchanges, () => 'test/functions/things/create-thing.test.ts')['POST /api/things'];

it('takes the request of a success, and an answer for each status', () => {
  const refused = exchange({ status: 409, request: { path: {}, query: { x: '1' } }, body: { message: 'taken' } });
  expect(choose(refused, exchange({}))).toEqual({
    request: { path: {}, query: {}, body: { name: 'n' } },
    responses: {
      200: [{ mediaType: 'application/json', body: { id: 'a' } }],
      409: [{ mediaType: 'application/json', body: { message: 'taken' } }],
    },
  });
});

it('prefers what shows more, what is not too long, and what the own test sent', () => {
  const more = exchange({ body: { id: 'b', name: 'n', tags: [] } });
  const long = exchange({ body: { id: 'c', name: 'n', tags: [], text: 'x'.repeat(10_000) } });
  const foreign = exchange({ file: 'test/other.test.ts', body: { a: 1, b: 2, c: 3, d: 4 } });
  expect(choose(exchange({}), long, more, foreign)?.responses[200]?.[0]?.body).toEqual(more.body);
  expect(choose(foreign)?.responses[200]?.[0]?.body).toEqual(foreign.body);
});

it('keeps an answer of each type', () => {
  const types = choose(exchange({}), exchange({ mediaType: 'text/yaml', body: 'a: 1' }))?.responses[200];
  expect(types?.map(({ mediaType }) => mediaType)).toEqual(['application/json', 'text/yaml']);
});

it('counts an operation in a space, and one with a slash at the end, as the operation', () => {
  const chosen = choose(
    exchange({ route: 'POST /s/{space_id}/api/things', request: { path: { space_id: 'red', id: 'x' }, query: {} } }),
    exchange({ route: 'POST /api/things/', status: 404 }),
  );
  expect(chosen?.request).toEqual({ path: { id: 'x' }, query: {} });
  expect(Object.keys(chosen?.responses ?? {})).toEqual(['200', '404']);
});

it('keeps no secret', () => {
  const body = { id: 'a', api_key: 'SECRET', nested: [{ encoded: 'SECRET', access_api_key: 'SECRET' }] };
  const chosen = choose(exchange({ body, request: { path: {}, query: {}, body: { password_hash: 'SECRET' } } }));
  expect(JSON.stringify(chosen)).not.toContain('SECRET');
});
