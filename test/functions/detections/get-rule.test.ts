import { expect, it } from 'vitest';
import { putAlias } from '../../../lib/stores/saved-object-aliases.ts';
import { write } from '../../../lib/stores/write.ts';
import { badRequest, checksCallers, detections, RULES, shown, siem } from './detections.ts';

const api = detections();
const { call, givenRule } = api;
const read = (query: string, prefix = '') => call(`GET ${prefix}${RULES}${query}`);
const UNKNOWN = 'c4e80a0d-e20f-4efc-84c1-08112da5a612';

checksCallers(api, `GET ${RULES}?rule_id=x`, {
  privilege: 'securitySolution',
  granted: ['feature_siemV3.read', 'read'],
  refused: ['feature_discover.read'],
});

it('finds a rule by either id', async () => {
  const rule = await givenRule({ rule_id: 'mine' });
  expect(shown(await read(`?id=${rule.id}`))).toEqual({ status: 200, body: rule });
  expect(shown(await read(`?id=${rule.id.toUpperCase()}`))).toEqual(
    siem(404, `id: "${rule.id.toUpperCase()}" not found`),
  );
  expect(shown(await read('?rule_id=mine&x=1'))).toEqual({ status: 200, body: rule });
});

it.each([
  [`?id=${UNKNOWN}`, `id: "${UNKNOWN}" not found`],
  ['?rule_id=nope', 'rule_id: "nope" not found'],
  ['?rule_id=', 'rule_id: "" not found'],
  ['?rule_id=__proto__', 'rule_id: "__proto__" not found'],
  [`?rule_id=${'x'.repeat(2_000)}`, `rule_id: "${'x'.repeat(2_000)}" not found`],
])('says that %s is not found', async (query, message) => {
  expect(shown(await read(query))).toEqual(siem(404, message));
});

it.each([
  ['', 'either "id" or "rule_id" must be set'],
  [`?id=${UNKNOWN}&rule_id=x`, 'both "id" and "rule_id" cannot exist, choose one or the other'],
])('refuses the query %j', async (query, message) => {
  expect(shown(await read(query))).toEqual(siem(400, [message]));
});

it.each([
  ['?id=abc', 'id: Invalid uuid'],
  ['?rule_id=a&rule_id=b', 'rule_id: Expected string, received array'],
])('refuses the query %j by its schema', async (query, message) => {
  expect(shown(await read(query))).toEqual(badRequest(`[request query]: ${message}`));
});

it('keeps the rules of each space apart', async () => {
  const rule = await givenRule({ rule_id: 'here', space: 'here' });
  expect((await read('?rule_id=here', '/s/here')).body).toEqual(rule);
  expect((await read('?rule_id=here')).status).toBe(404);
  expect((await read(`?id=${rule.id}`)).status).toBe(404);
});

it('follows the former id of a rule', async () => {
  const rule = await givenRule();
  const where = { type: 'alert', id: UNKNOWN, space: 'default' };
  await write(...putAlias(where, { targetId: rule.id, purpose: 'savedObjectConversion', now: new Date() }));
  expect(shown(await read(`?id=${UNKNOWN}`))).toEqual({
    status: 200,
    body: { ...rule, outcome: 'aliasMatch', alias_target_id: rule.id, alias_purpose: 'savedObjectConversion' },
  });
});
