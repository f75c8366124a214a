import { expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';
import { anId, aTime, badRequest, checksCallers, shown, siem } from '../detections/detections.ts';
import { ITEMS, item } from './endpoint-items.ts';

const api = kibana();
const { call } = api;
const create = (body: unknown) => call(`POST ${ITEMS}`, { body });

it('creates the list with the first item', async () => {
  expect((await create(item)).status).toBe(200);
  expect(shown(await call('POST /api/endpoint_list'))).toEqual({ status: 200, body: {} });
});

checksCallers(api, `POST ${ITEMS}`, {
  privilege: 'lists-all',
  granted: ['feature_siemV3.all'],
  refused: ['feature_siemV3.read'],
  xsrf: 'required',
  body: {},
});

it('adds an item', async () => {
  const { status, body } = await create(item);
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      _version: expect.any(String),
      comments: [],
      created_at: aTime,
      created_by: 'elastic',
      description: item.description,
      entries: item.entries,
      id: anId,
      item_id: anId,
      list_id: 'endpoint_list',
      name: item.name,
      namespace_type: 'agnostic',
      os_types: [],
      tags: [],
      tie_breaker_id: anId,
      type: 'simple',
      updated_at: aTime,
      updated_by: 'elastic',
    },
  });
});

it('keeps everything that can be set', async () => {
  const full = {
    ...item,
    item_id: 'full',
    os_types: ['windows', 'linux'],
    tags: ['policy:all'],
    meta: { a: [null, 1e-9] },
    entries: [
      ...item.entries,
      { type: 'match_any', field: 'user.name', value: ['a', 'b'], operator: 'included' },
      { type: 'wildcard', field: 'file.path', value: 'C:\\*', operator: 'included' },
      {
        type: 'nested',
        field: 'process.Ext.code_signature',
        entries: [{ type: 'match', field: 'subject_name', value: 'Us', operator: 'included' }],
      },
    ],
    comments: [{ comment: 'why' }],
  };
  const { body } = await create(full);
  expect(body).toMatchObject({
    ...full,
    comments: [{ comment: 'why', created_at: aTime, created_by: 'elastic', id: anId }],
  });
});

it('gives an item id to one of many', async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => create({ ...item, item_id: 'wanted' })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  expect(answers.filter(({ status }) => status === 409).map(shown)[0]).toEqual(
    siem(409, 'exception list item id: "wanted" already exists'),
  );
});

it.each([
  ['exists', [{ type: 'exists', field: 'a', operator: 'included' }], 'Invalid value "exists" supplied to "type"'],
  [
    'list',
    [{ type: 'list', field: 'a', list: { id: 'l', type: 'ip' }, operator: 'included' }],
    'Invalid value "list" supplied to "type"',
  ],
  ['excluded', [{ ...item.entries[0], operator: 'excluded' }], 'Invalid value "excluded" supplied to "operator"'],
])('refuses entries of Elastic Defend that are %s', async (_name, entries, problem) => {
  expect(shown(await create({ ...item, entries }))).toEqual(siem(400, [problem]));
});

it('looks at the item id before it looks at the entries', async () => {
  await create({ ...item, item_id: 'taken' });
  const entries = [{ type: 'exists', field: 'a', operator: 'included' }];
  expect(shown(await create({ ...item, item_id: 'taken', entries }))).toEqual(
    siem(409, 'exception list item id: "taken" already exists'),
  );
});

it('refuses fields that Elastic Defend makes up', async () => {
  const entries = [{ ...item.entries[0], field: 'process.entity_id' }];
  expect(shown(await create({ ...item, entries }))).toEqual(
    siem(400, 'cannot add endpoint exception item on field process.entity_id'),
  );
});

it.each([
  [{ ...item, entries: [] }, 'entries: Array must contain at least 1 element(s)'],
  [{ ...item, type: 'x' }, 'type: Invalid literal value, expected "simple"'],
  [{ ...item, name: ' ' }, 'name: No empty strings allowed'],
  [
    { ...item, entries: [{ type: 'x' }] },
    "entries.0.type: Invalid discriminator value. Expected 'match' | 'match_any' | 'list' | 'exists' | 'nested' | 'wildcard'",
  ],
  [{ ...item, entries: [{ type: 'match', field: 'a', operator: 'included' }] }, 'entries.0.value: Required'],
])('refuses %j', async (body, message) => {
  expect(shown(await create(body))).toEqual(badRequest(`[request body]: ${message}`));
});
