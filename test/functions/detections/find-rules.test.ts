import { beforeAll, describe, expect, it } from 'vitest';
import { badRequest, checksCallers, detections, query, queryRule, RULES, shown, siem } from './detections.ts';

const api = detections();
const { call, givenRule } = api;
const find = (parameters: Record<string, string | number> = {}, prefix = '') =>
  call(`GET ${prefix}${RULES}/_find?${query(parameters)}`);

checksCallers(api, `GET ${RULES}/_find`, {
  privilege: 'securitySolution',
  granted: ['feature_siemV3.read'],
  refused: ['feature_discover.read'],
});

const rules = [
  {
    rule_id: 'r1',
    name: 'mshta spawned',
    tags: ['key: value', 'Windows'],
    severity: 'high',
    risk_score: 70,
    enabled: true,
  },
  { rule_id: 'r2', name: 'Another one', tags: ['key: value'], severity: 'low', risk_score: 20 },
  {
    rule_id: 'r3',
    name: 'beta',
    tags: ['Linux'],
    severity: 'critical',
    risk_score: 99,
    note: 'find me',
    interval: '1h',
  },
  {
    ...queryRule,
    rule_id: 'r4',
    type: 'eql',
    language: 'eql',
    name: 'MSHTA again',
    severity: 'medium',
    risk_score: 50,
  },
];
beforeAll(async () => {
  for (const rule of rules) await givenRule(rule);
  await givenRule({ rule_id: 'elsewhere', space: 'other' });
});

it('finds all rules of the space, in the order of their creation', async () => {
  const { status, body } = await find();
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(['page', 'perPage', 'total', 'data']);
  expect(body).toMatchObject({ page: 1, perPage: 20, total: 4 });
  expect(body.data.map(({ rule_id }: { rule_id: string }) => rule_id)).toEqual(['r1', 'r2', 'r3', 'r4']);
  expect(body.data[0]).toEqual((await call(`GET ${RULES}?rule_id=r1`)).body);
  expect((await find({}, '/s/other')).body.total).toBe(1);
  expect((await find({}, '/s/empty')).body).toEqual({ page: 1, perPage: 20, total: 0, data: [] });
});

it.each<[filter: string, found: string]>([
  ['', 'r1 r2 r3 r4'],
  ['*:*', 'r1 r2 r3 r4'],
  ['alert.attributes.name: mshta', 'r1 r4'],
  ['alert.attributes.name: "mshta spawned"', 'r1'],
  ['alert.attributes.name.keyword: beta', 'r3'],
  ['alert.attributes.tags:("key: value")', 'r1 r2'],
  ['alert.attributes.enabled: false AND alert.attributes.tags:("key: value")', 'r2'],
  ['alert.attributes.enabled: true', 'r1'],
  ['not alert.attributes.tags: *', 'r4'],
  ['alert.attributes.params.severity: (low or critical)', 'r2 r3'],
  ['alert.attributes.params.riskScore >= 70', 'r1 r3'],
  ['alert.attributes.alertTypeId: siem.eqlRule', 'r4'],
  ['alert.attributes.params.type: eql', 'r4'],
  ['alert.attributes.params.immutable: false and alert.attributes.params.ruleId: r2', 'r2'],
  ['alert.attributes.params.ruleSource.type: internal', 'r1 r2 r3 r4'],
  ['alert.attributes.params.immutable: true or alert.attributes.name: beta', 'r3'],
  ['alert.attributes.createdBy: elastic', 'r1 r2 r3 r4'],
  ['alert.attributes.createdAt > now-1h', 'r1 r2 r3 r4'],
  ['alert.updated_at < now-1h', ''],
  ['alert.attributes.schedule.interval: 1h', 'r3'],
  ['alert.attributes.revision: 0', 'r1 r2 r3 r4'],
  ['alert.attributes.consumer: siem', 'r1 r2 r3 r4'],
  // What lists do not know is read from the rules themselves.
  ['alert.attributes.params.note: "find me"', 'r3'],
  ['alert.attributes.params.language: eql', 'r4'],
  ['alert.attributes.params.*: "find me"', 'r3'],
  ['"find me"', 'r3'],
  ['alert.attributes.params.nope: x', ''],
  ['alert.attributes.muteAll: true', ''],
])('finds by %j', async (filter, found) => {
  const { status, body } = await find({ filter });
  expect(status).toBe(200);
  expect(body.data.map(({ rule_id }: { rule_id: string }) => rule_id).join(' ')).toBe(found);
  expect(body.total).toBe(body.data.length);
});

it.each<[field: string, ascending: string]>([
  ['name', 'r2 r3 r4 r1'],
  ['risk_score', 'r2 r4 r1 r3'],
  ['riskScore', 'r2 r4 r1 r3'],
  ['severity', 'r2 r4 r1 r3'],
  ['enabled', 'r2 r3 r4 r1'],
  ['created_at', 'r1 r2 r3 r4'],
  ['updatedAt', 'r1 r2 r3 r4'],
  ['execution_summary.last_execution.date', 'r1 r2 r3 r4'],
])('sorts by %s', async (sort_field, ascending) => {
  const idsOf = async (sort_order: string) =>
    (await find({ sort_field, sort_order })).body.data.map(({ rule_id }: { rule_id: string }) => rule_id).join(' ');
  expect(await idsOf('asc')).toBe(ascending);
  if (!['enabled', 'execution_summary.last_execution.date'].includes(sort_field)) {
    expect(await idsOf('desc')).toBe(ascending.split(' ').reverse().join(' '));
  }
});

it('gives pages', async () => {
  const page = (number: number, per_page = 3) =>
    find({ page: number, per_page, sort_field: 'name', sort_order: 'asc' });
  const ids = async (number: number) =>
    (await page(number)).body.data.map(({ rule_id }: { rule_id: string }) => rule_id);
  expect(await ids(1)).toEqual(['r2', 'r3', 'r4']);
  expect(await ids(2)).toEqual(['r1']);
  expect((await page(3)).body).toEqual({ page: 3, perPage: 3, total: 4, data: [] });
  expect((await page(1, 0)).body).toEqual({ page: 1, perPage: 0, total: 4, data: [] });
  expect((await page(2, 10_000)).status).toBe(400);
});

describe('refuses', () => {
  it('half of an order', async () => {
    const problem = ['when "sort_order" and "sort_field" must exist together or not at all'];
    expect(shown(await find({ sort_field: 'name' }))).toEqual(siem(400, problem));
    expect(shown(await find({ sort_order: 'asc' }))).toEqual(siem(400, problem));
  });

  it.each([
    [{ page: 0 }, 'page: Number must be greater than or equal to 1'],
    [{ per_page: -1 }, 'per_page: Number must be greater than or equal to 0'],
    [{ page: 'x' }, 'page: Expected number, received nan'],
    [{ sort_order: 'up' }, "sort_order: Invalid enum value. Expected 'asc' | 'desc', received 'up'"],
  ])('the query %j', async (parameters, message) => {
    expect(shown(await find(parameters))).toEqual(badRequest(`[request query]: ${message}`));
  });

  it.each([
    [
      'alert.attributes.name:',
      500,
      'Expected "(", "{", value, whitespace but end of input found.\nalert.attributes.name:\n----------------------^',
    ],
    ['name: x', 400, "This key 'name' need to be wrapped by a saved object type like alert: Bad Request"],
    ['dashboard.attributes.title: x', 400, 'This type dashboard is not allowed: Bad Request'],
    [
      'alert.name: x',
      400,
      "This key 'alert.name' does NOT match the filter proposition SavedObjectType.attributes.key: Bad Request",
    ],
    [
      'alert.attributes.nope: x',
      400,
      "This key 'alert.attributes.nope' does NOT exist in alert saved object index patterns: Bad Request",
    ],
  ])('the filter %j', async (filter, status, message) => {
    expect(shown(await find({ filter }))).toEqual(siem(status, message));
  });
});
