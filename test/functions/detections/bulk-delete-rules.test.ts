import { expect, it } from 'vitest';
import { failFirst } from '../../lib/stores/store.ts';
import { givenUser } from '../../support/callers.ts';
import { badRequest, checksCallers, detections, RULES, ruleTypes, shown } from './detections.ts';

const api = detections();
const { call, givenRule } = api;
const BULK = `${RULES}/_bulk_delete`;
const WARNING =
  '299 Kibana "Deprecated endpoint: /api/detection_engine/rules/_bulk_delete API is deprecated since v8.2. Please use the /api/detection_engine/rules/_bulk_action API instead. See https://www.elastic.co/guide/en/security/master/rule-api-overview.html for more detail."';
const UNKNOWN = 'c4e80a0d-e20f-4efc-84c1-08112da5a612';
const remove = (body: unknown, method = 'DELETE', prefix = '') => call(`${method} ${prefix}${BULK}`, { body });

for (const method of ['DELETE', 'POST']) {
  checksCallers(api, `${method} ${BULK}`, {
    privilege: 'securitySolution',
    granted: ['feature_siemV3.read', 'all'],
    refused: ['feature_discover.all'],
    xsrf: 'unless-cross-site',
    body: [],
  });
}

it.each(['DELETE', 'POST'])('deletes by either id, with %s, and answers the rules as they were', async (method) => {
  const one = await givenRule({ rule_id: `one-${method}`, enabled: true });
  const other = await givenRule({ rule_id: `other-${method}` });
  const { status, body, headers } = await remove([{ id: one.id }, { rule_id: other.rule_id }], method);
  expect({ status, body }).toEqual({ status: 200, body: [one, other] });
  expect(headers.warning).toBe(WARNING);
  expect((await call(`GET ${RULES}?id=${one.id}`)).status).toBe(404);
  expect((await call(`GET ${RULES}?rule_id=${one.rule_id}`)).status).toBe(404);
  expect((await call(`GET ${RULES}?id=${other.id}`)).status).toBe(404);
});

it('deletes rules of every type', async () => {
  const rules = [];
  for (const [type, request] of ruleTypes) rules.push(await givenRule({ ...request, rule_id: `delete-${type}` }));
  const { body } = await remove(rules.map(({ rule_id }) => ({ rule_id })));
  expect(body).toEqual(rules);
});

const missing = (key: 'id' | 'rule_id', value: string) => ({
  [key]: value,
  error: { status_code: 404, message: `${key}: "${value}" not found` },
});

it('tells what is wrong with each element, in its place', async () => {
  const rule = await givenRule({ rule_id: 'among others' });
  const { status, body } = await remove([
    {},
    { id: UNKNOWN },
    { rule_id: 'fake_id' },
    { rule_id: 'among others', unknown: 1 },
    { id: UNKNOWN, rule_id: 'x' },
    { rule_id: '' },
    { rule_id: 'x'.repeat(2_000) },
  ]);
  expect(status).toBe(200);
  expect(body).toEqual([
    { rule_id: '(unknown id)', error: { status_code: 400, message: 'either "id" or "rule_id" must be set' } },
    missing('id', UNKNOWN),
    missing('rule_id', 'fake_id'),
    rule,
    {
      rule_id: UNKNOWN,
      error: { status_code: 400, message: 'both "id" and "rule_id" cannot exist, choose one or the other' },
    },
    missing('rule_id', ''),
    missing('rule_id', 'x'.repeat(2_000)),
  ]);
});

it('deletes a rule that is named twice the first time', async () => {
  for (let round = 0; round < 10; round++) {
    const rule = await givenRule({ rule_id: 'named twice' });
    const error = { status_code: 404, message: `Saved object [alert/${rule.id}] not found` };
    expect((await remove([{ id: rule.id }, { rule_id: 'named twice' }])).body).toEqual([
      rule,
      { rule_id: 'named twice', error },
    ]);
  }
});

it('tells a failure of the store for the rule that it concerns', async () => {
  const rules = await Promise.all(['fails 1', 'fails 2', 'fails 3'].map((rule_id) => givenRule({ rule_id })));
  failFirst('TransactWriteCommand', 1, () => new Error('the store is down'));
  const { status, body } = await remove(rules.map(({ id }) => ({ id })));
  expect(status).toBe(200);
  const failed = body.findIndex(({ error }: { error?: unknown }) => error !== undefined);
  expect(body).toEqual(
    rules.map((rule, index) =>
      index === failed ? { rule_id: rule.id, error: { status_code: 500, message: 'Internal Server Error' } } : rule,
    ),
  );
  expect((await call(`GET ${RULES}?id=${rules[failed]?.id}`)).status).toBe(200);
});

it('tells the status of every failure before its message', async () => {
  const rule = await givenRule({ rule_id: 'in order' });
  const { body } = await remove([{}, { rule_id: 'fake_id' }, { id: rule.id }, { id: rule.id }]);
  const failed = body.filter(({ error }: { error?: unknown }) => error !== undefined);
  expect(failed).toHaveLength(3);
  for (const { error } of failed) expect(Object.keys(error)).toEqual(['status_code', 'message']);
});

it('tells of many ids that nobody has', async () => {
  const ids = Array.from({ length: 500 }, () => crypto.randomUUID());
  const { body } = await remove(ids.map((id) => ({ id })));
  expect(body).toEqual(ids.map((id) => ({ id, error: { status_code: 404, message: `id: "${id}" not found` } })));
});

it('answers the second time that nothing is found', async () => {
  await givenRule({ rule_id: 'again' });
  await remove([{ rule_id: 'again' }]);
  expect((await remove([{ rule_id: 'again' }])).body).toEqual([missing('rule_id', 'again')]);
});

it('gives the signature id back', async () => {
  const first = await givenRule({ rule_id: 'reused' });
  await remove([{ id: first.id }]);
  const second = await givenRule({ rule_id: 'reused' });
  expect(second.id).not.toBe(first.id);
  expect((await call(`GET ${RULES}?rule_id=reused`)).body).toEqual(second);
});

it('deletes only in its space', async () => {
  const rule = await givenRule({ rule_id: 'spaced', space: 'there' });
  expect((await remove([{ rule_id: 'spaced' }, { id: rule.id }])).body).toEqual([
    missing('rule_id', 'spaced'),
    missing('id', rule.id),
  ]);
  expect((await remove([{ id: rule.id }], 'POST', '/s/there')).body).toEqual([rule]);
});

it('deletes nothing for nothing', async () => {
  expect(shown(await remove([]))).toEqual({ status: 200, body: [] });
});

it.each([
  ['{}', {}, 'Expected array, received object'],
  ['no body', undefined, 'Expected array, received null'],
  ['an id that is none', [{ id: 'abc' }], '0.id: Invalid uuid'],
  ["the document's placeholders", [{ id: 'string', rule_id: 'string' }], '0.id: Invalid uuid'],
  ['a number', [{ rule_id: 5 }], '0.rule_id: Expected string, received number'],
  ['a text', ['x'], '0: Expected object, received string'],
])('refuses %s as a whole', async (_name, body, message) => {
  const answer = await remove(body);
  expect(shown(answer)).toEqual(badRequest(`[request body]: ${message}`));
  expect(answer.headers).not.toHaveProperty('warning');
});

it('leaves everything when one id is no id', async () => {
  const rule = await givenRule({ rule_id: 'kept' });
  await remove([{ rule_id: 'kept' }, { id: 'abc' }]);
  expect((await call(`GET ${RULES}?id=${rule.id}`)).status).toBe(200);
});

it('tells who may not delete so for each rule', async () => {
  const rule = await givenRule({ rule_id: 'protected' });
  const as = await givenUser('delete-reader', { kibana: ['feature_siemV3.read'] });
  const message = 'Unauthorized by "siem" to delete "siem.queryRule" rule';
  expect(shown(await call(`DELETE ${BULK}`, { as, body: [{ rule_id: 'protected' }, { id: rule.id }] }))).toEqual({
    status: 200,
    body: [
      { rule_id: 'protected', error: { status_code: 403, message } },
      { rule_id: rule.id, error: { status_code: 403, message } },
    ],
  });
  expect((await call(`GET ${RULES}?id=${rule.id}`)).status).toBe(200);
});

it('deletes many at once', async () => {
  const created = await Promise.all(Array.from({ length: 40 }, (_, index) => givenRule({ rule_id: `many-${index}` })));
  const { body } = await remove(created.map(({ id }) => ({ id })));
  expect(body).toEqual(created);
  const { body: left } = await call(`GET ${RULES}/_find?filter=alert.attributes.params.ruleId:many*`);
  expect(left.total).toBe(0);
});

it('does not let creating and deleting at once part a rule from its signature id', async () => {
  for (let round = 0; round < 5; round++) {
    const first = await givenRule({ rule_id: 'racing' });
    await Promise.all([
      remove([{ id: first.id }]),
      call(`POST ${RULES}`, { body: { ...first, rule_id: 'racing' } }),
      remove([{ rule_id: 'racing' }]),
    ]);
    const { body: left } = await call(`GET ${RULES}/_find?filter=alert.attributes.params.ruleId:racing`);
    const claimed = await call(`GET ${RULES}?rule_id=racing`);
    expect(claimed.status).toBe(left.total === 1 ? 200 : 404);
    if (left.total === 1) await remove([{ rule_id: 'racing' }]);
  }
});
