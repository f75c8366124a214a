import { expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';
import { anId, aTime, checksCallers, core, shown } from '../detections/detections.ts';

const api = kibana();
const { call } = api;
const LIST = 'POST /api/endpoint_list';

it('creates the list for one of many, and for all spaces', async () => {
  const answers = await Promise.all([
    ...Array.from({ length: 5 }, () => call(LIST)),
    call('POST /s/other/api/endpoint_list'),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const [created, ...more] = answers.filter(({ body }) => Object.keys(body).length > 0);
  expect(more).toEqual([]);
  expect(created!.body).toEqual({
    _version: expect.stringMatching(/^W[\w+/]+=*$/),
    created_at: aTime,
    created_by: 'elastic',
    description: 'Endpoint Security Exception List',
    id: 'endpoint_list',
    immutable: false,
    list_id: 'endpoint_list',
    name: 'Endpoint Security Exception List',
    namespace_type: 'agnostic',
    os_types: [],
    tags: [],
    tie_breaker_id: anId,
    type: 'endpoint',
    updated_at: aTime,
    updated_by: 'elastic',
    version: 1,
  });
  expect(Object.keys(created!.body)).toEqual(Object.keys(created!.body).sort());
});

it('answers an empty object ever after, whatever it is sent', async () => {
  for (const body of [undefined, {}, [], { id: 'mine' }]) {
    const answer = await call(`${LIST}?x=1`, { body });
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text: '{}' });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  }
  expect((await call('POST /s/another/api/endpoint_list')).text).toBe('{}');
});

checksCallers(api, LIST, {
  privilege: 'lists-all',
  granted: ['feature_siemV3.all', 'feature_siem.minimal_all', 'all'],
  refused: ['feature_siemV3.read', 'read'],
  xsrf: 'unless-cross-site',
});

it('has no other methods', async () => {
  expect(shown(await call('PUT /api/endpoint_list'))).toEqual(core(404, 'Not Found', 'Not Found'));
});
