import { expect, it } from 'vitest';
import { partition } from '../../lib/stores/store.ts';
import { givenUser } from '../../support/callers.ts';
import { aTime, badRequest, checksCallers, detections, RULES, ruleTypes, shown, siem } from './detections.ts';

const api = detections();
const { call, givenRule } = api;
const patch = (body: unknown, as?: string) => call(`PATCH ${RULES}`, { body, ...(as && { as }) });
const UNKNOWN = 'c4e80a0d-e20f-4efc-84c1-08112da5a612';

checksCallers(api, `PATCH ${RULES}`, {
  privilege: 'securitySolution',
  granted: ['feature_siemV3.read'],
  refused: ['feature_discover.all'],
  xsrf: 'required',
  body: { rule_id: 'nope' },
});

it('changes what is named and keeps the rest', async () => {
  const rule = await givenRule({ rule_id: 'patched', tags: ['a'], note: 'n' });
  const { status, body } = await patch({ rule_id: 'patched', name: 'New', tags: ['b'], unknown: 1, version: 5 });
  expect({ status, body }).toEqual({
    status: 200,
    body: { ...rule, name: 'New', tags: ['b'], version: 5, revision: 1, updated_at: aTime },
  });
  expect(body.updated_at > rule.updated_at).toBe(true);
  expect((await call(`GET ${RULES}?rule_id=patched`)).body).toEqual(body);
});

it.each<[name: string, change: Record<string, unknown>, revisions: number]>([
  ['a change', { description: 'other' }, 1],
  ['a change of a list', { tags: ['x'] }, 1],
  ['switching on', { enabled: true }, 0],
  ['the same again', { description: 'Simple Rule Query', tags: [] }, 0],
  ['a change and switching on', { enabled: true, name: 'other' }, 1],
  ['nothing', {}, 0],
])('counts %s in the revision', async (_name, change, revisions) => {
  const { id } = await givenRule();
  expect((await patch({ id, ...change })).body.revision).toBe(revisions);
});

it.each(ruleTypes)('changes rules of type %s', async (type, request) => {
  const rule = await givenRule({ ...request, rule_id: `patch-${type}` });
  const { status, body } = await patch({ ...request, id: rule.id, max_signals: 7 });
  expect({ status, body }).toEqual({
    status: 200,
    body: { ...rule, max_signals: 7, revision: 1, updated_at: aTime },
  });
});

it('brings what it changes into the stored form', async () => {
  const { id } = await givenRule({ type: 'threshold', threshold: { field: 'a', value: 1 } });
  const { body } = await patch({
    id,
    threshold: { field: 'b', value: 2 },
    required_fields: [{ name: 'user.name', type: 'keyword' }],
    actions: [{ id: 'c', action_type_id: '.slack', params: {} }],
  });
  expect(body.threshold).toEqual({ field: ['b'], value: 2 });
  expect(body.required_fields).toEqual([{ name: 'user.name', type: 'keyword', ecs: true }]);
  expect(body.actions[0]).toMatchObject({ group: 'default', frequency: { summary: true } });
});

it('drops fields of other types', async () => {
  const { id } = await givenRule();
  const { status, body } = await patch({ id, anomaly_threshold: 5, threshold: { field: 'a', value: 1 } });
  expect(status).toBe(200);
  expect(body).not.toHaveProperty('anomaly_threshold');
  expect(body).not.toHaveProperty('threshold');
  expect(body.revision).toBe(0);
});

it.each([
  [{ type: 'eql' }, 'type: Invalid literal value, expected "query"'],
  [{ language: 'eql' }, "language: Invalid enum value. Expected 'kuery' | 'lucene', received 'eql'"],
  [{ alert_suppression: { duration: { value: 1, unit: 'm' } } }, 'alert_suppression.group_by: Required'],
])('refuses what does not suit the type: %j', async (change, message) => {
  const { id } = await givenRule();
  expect(shown(await patch({ id, ...change }))).toEqual(siem(400, message));
});

const fiveTimes = (text: string) => `${Array.from({ length: 5 }, () => text).join(', ')}, and 3 more`;

it.each([
  ['no body', undefined, 'Expected object, received null'],
  ['a name that is none', { rule_id: 'x', name: 5 }, 'name: Expected string, received number'],
  ['a null', { rule_id: 'x', note: null }, 'note: Expected string, received null'],
])('refuses %s for every type there is', async (_name, body, text) => {
  expect(shown(await patch(body))).toEqual(badRequest(`[request body]: ${fiveTimes(text)}`));
});

it.each([
  [{ id: 'abc' }, 'id: Invalid uuid'],
  [{ rule_id: 'x', max_signals: 0 }, 'max_signals: Number must be greater than or equal to 1'],
])('refuses a value of the right type once: %j', async (body, text) => {
  expect(shown(await patch(body))).toEqual(badRequest(`[request body]: ${text}`));
});

const counting = (field: string, per: string | string[]) => ({
  field: per,
  value: 1,
  cardinality: [{ field, value: 1 }],
});

it.each([
  [{}, ['either "id" or "rule_id" must be set']],
  [{ id: UNKNOWN, rule_id: 'x' }, ['both "id" and "rule_id" cannot exist, choose one or the other']],
  [{ rule_id: 'x', timeline_id: 'a' }, ['when "timeline_id" exists, "timeline_title" must also exist']],
  [
    { timeline_title: 'a' },
    ['either "id" or "rule_id" must be set', 'when "timeline_title" exists, "timeline_id" must also exist'],
  ],
  [
    { rule_id: 'x', timeline_id: 'a', threshold: 'of another type' },
    ['when "timeline_id" exists, "timeline_title" must also exist'],
  ],
  [{ rule_id: 'x', type: 'threshold' }, ['when "type" is "threshold", "threshold" is required']],
  [
    { rule_id: 'x', type: 'threshold', threshold: counting('a', ['a', 'b', 'c', 'd', 'e', 'f']) },
    ['Cardinality of a field that is being aggregated on is always 1', 'Number of fields must be 5 or less'],
  ],
])('refuses %j with a list', async (body, problems) => {
  expect(shown(await patch(body))).toEqual(siem(400, problems));
});

it.each([
  ['a threshold without the type', 3, { threshold: { ...counting('a', 'a'), field: ['a'] } }],
  ['one size of searches', 4, { type: 'threat_match', concurrent_searches: 1 }],
])('checks not together: %s', async (_name, type, change) => {
  const { id } = await givenRule(ruleTypes[type]![1]);
  const { status, body } = await patch({ id, ...change });
  expect({ status, body }).toMatchObject({ status: 200, body: change });
});

it('says which rule is not found', async () => {
  expect(shown(await patch({ id: UNKNOWN }))).toEqual(siem(404, `id: "${UNKNOWN}" not found`));
  expect(shown(await patch({ rule_id: 'nope' }))).toEqual(siem(404, 'rule_id: "nope" not found'));
});

it('lets only who has all of Security change rules', async () => {
  await givenRule({ rule_id: 'kept', name: 'Kept' });
  const reader = await givenUser('patch-reader', { kibana: ['feature_siemV3.read'] });
  expect(shown(await patch({ rule_id: 'kept', name: 'x' }, reader))).toEqual(
    siem(403, 'Unauthorized by "siem" to update "siem.queryRule" rule'),
  );
  const writer = await givenUser('patch-writer', { kibana: ['feature_siemV2.all'] });
  expect((await patch({ rule_id: 'kept', name: 'Mine' }, writer)).body).toMatchObject({
    name: 'Mine',
    created_by: 'elastic',
    updated_by: 'patch-writer',
  });
});

const defaultList = (list_id: string) => ({ id: 'x', list_id, type: 'rule_default', namespace_type: 'single' });

it('gives a rule one default exception list, which no other has', async () => {
  const owner = await givenRule({ rule_id: 'owner', exceptions_list: [defaultList('own')] });
  const other = await givenRule({ rule_id: 'other', exceptions_list: [defaultList('former')] });
  const take = (reference: object, ...lists: string[]) =>
    patch({ ...reference, exceptions_list: lists.map(defaultList) });
  expect(shown(await take({ rule_id: 'owner' }, 'own', 'second'))).toEqual(
    siem(500, 'More than one default exception list found on rule'),
  );
  const taken = (name: string) =>
    siem(409, `default exception list for rule: ${name} already exists in rule(s): ${owner.id}`);
  expect(shown(await take({ rule_id: 'other' }, 'own'))).toEqual(taken('other'));
  expect(shown(await take({ id: other.id }, 'own'))).toEqual(taken(other.id));
  expect((await take({ id: owner.id }, 'own')).body.revision).toBe(0);
  expect((await take({ id: owner.id }, 'another')).status).toBe(200);
  expect((await take({ id: other.id }, 'own')).body.exceptions_list).toEqual([defaultList('own')]);
  expect((await take({ id: owner.id }, 'former')).status).toBe(200);
});

it('gives a default exception list to one of many rules that take it at once', async () => {
  const rules = await Promise.all(Array.from({ length: 6 }, () => givenRule()));
  const answers = await Promise.all(rules.map(({ id }) => patch({ id, exceptions_list: [defaultList('wanted')] })));
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([200, 409, 409, 409, 409, 409]);
});

it('loses no change of those made at once', async () => {
  const { id } = await givenRule({ rule_id: 'busy' });
  const changes = [{ note: 'a' }, { setup: 'b' }, { license: 'c' }, { tags: ['d'] }, { references: ['e'] }];
  const answers = await Promise.all(changes.map((change) => patch({ id, ...change })));
  expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 200));
  expect((await call(`GET ${RULES}?id=${id}`)).body).toMatchObject({ ...Object.assign({}, ...changes), revision: 5 });
});

it('gives a default exception list back with the change that drops it', async () => {
  const { id } = await givenRule({ exceptions_list: [defaultList('given-back')] });
  const claims = async () => (await partition('SavedObjects', 'default#rule_default')).map(({ sk }) => sk);
  expect(await claims()).toContain('=given-back');
  expect((await patch({ id, exceptions_list: [] })).status).toBe(200);
  expect(await claims()).not.toContain('=given-back');
});
