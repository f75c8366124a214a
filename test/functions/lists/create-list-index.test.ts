import { expect, it } from 'vitest';
import { checksCallers, shown, valueLists } from './value-lists.ts';

const api = valueLists();
const { call, givenList } = api;
const acknowledged = { status: 200, body: { acknowledged: true } };

checksCallers(api, 'POST /api/lists/index', { privilege: 'lists-all', xsrf: 'required' });

it('creates both data streams of a space, again without harm', async () => {
  expect((await call('GET /s/new/api/lists/index')).status).toBe(404);
  expect(shown(await call('POST /s/new/api/lists/index'))).toEqual(acknowledged);
  await givenList({ id: 'stays', space: 'new' });
  expect(shown(await call('POST /s/new/api/lists/index'))).toEqual(acknowledged);
  expect((await call('GET /s/new/api/lists/index')).status).toBe(200);
  expect((await call('GET /s/new/api/lists?id=stays')).status).toBe(200);
});

it('can be called by many at once', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => call('POST /s/busy/api/lists/index')));
  expect(answers.map(shown)).toEqual(answers.map(() => acknowledged));
});

it('does not read its body', async () => {
  expect(shown(await call('POST /s/body/api/lists/index', { body: { acknowledged: false } }))).toEqual(acknowledged);
});
