import { expect, it } from 'vitest';
import { checksCallers, shown, siem, valueLists } from './value-lists.ts';

const api = valueLists();
const { call, givenStreams } = api;

checksCallers(api, 'GET /api/lists/index', { privilege: 'lists-read' });

it.each([
  ['', 'default'],
  ['/s/other', 'other'],
])('names what is missing in the space of %j', async (prefix, space) => {
  expect(shown(await call(`GET ${prefix}/api/lists/index`))).toEqual(
    siem(404, `data stream .lists-${space} and data stream .items-${space} does not exist`),
  );
});

it('finds both, in their own space only', async () => {
  await givenStreams('mine');
  const { status, text } = await call('GET /s/mine/api/lists/index');
  expect({ status, text }).toEqual({ status: 200, text: '{"list_index":true,"list_item_index":true}' });
  expect((await call('GET /s/yours/api/lists/index')).status).toBe(404);
});
