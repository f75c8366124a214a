import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import {
  anId,
  aTime,
  badRequest,
  checksCallers,
  defaults,
  detections,
  queryRule,
  RULES,
  ruleTypes,
  shown,
  siem,
} from './detections.ts';

const api = detections();
const { call, givenRule } = api;
const create = (body: unknown, prefix = '') => call(`POST ${prefix}${RULES}`, { body });

checksCallers(api, `POST ${RULES}`, {
  privilege: 'securitySolution',
  granted: ['feature_siemV3.read', 'feature_siem.all', 'all'],
  refused: ['feature_discover.all', 'feature_securitySolutionTimeline.all'],
  xsrf: 'required',
  body: {},
});

it.each(ruleTypes)('creates a rule of type %s', async (_type, request, more) => {
  const { status, body } = await create(request);
  expect({ status, body }).toEqual({
    status: 200,
    body: { ...defaults, ...request, ...more, id: anId, rule_id: anId, created_at: aTime, updated_at: aTime },
  });
  expect((await call(`GET ${RULES}?id=${body.id}`)).body).toEqual(body);
});

it('answers the keys in the documented order', async () => {
  const { text } = await create({ ...queryRule, rule_id: 'in-order' });
  expect(Object.keys(JSON.parse(text))).toEqual(
    [
      'id rule_id name immutable rule_source version revision updated_at updated_by created_at created_by enabled',
      'interval from to description tags author threat related_integrations required_fields setup false_positives',
      'references risk_score risk_score_mapping severity severity_mapping output_index max_signals exceptions_list',
      'actions type language index query',
    ]
      .join(' ')
      .split(' '),
  );
});

const everything = {
  ...queryRule,
  rule_id: 'everything',
  enabled: true,
  interval: '1h',
  from: 'now-70m',
  to: 'now-1m',
  tags: ['a', 'b'],
  author: ['me'],
  license: 'none',
  threat: [
    {
      framework: 'MITRE ATT&CK',
      tactic: { id: 'TA0001', name: 'Initial Access', reference: 'https://attack.mitre.org/tactics/TA0001/' },
      technique: [
        { id: 'T1', name: 'One', reference: 'r', subtechnique: [{ id: 'T1.1', name: 'Two', reference: 'r' }] },
      ],
    },
  ],
  related_integrations: [{ package: 'aws', version: '~1.0.0', integration: 'cloudtrail' }],
  note: 'a note',
  setup: 'a setup',
  investigation_fields: { field_names: ['user.name'] },
  false_positives: ['maybe'],
  references: ['https://example.org'],
  risk_score_mapping: [{ field: 'event.risk_score', operator: 'equals', value: '' }],
  severity_mapping: [{ field: 'event.severity', operator: 'equals', value: '3', severity: 'critical' }],
  building_block_type: 'default',
  rule_name_override: 'event.action',
  timestamp_override: 'event.ingested',
  timestamp_override_fallback_disabled: true,
  timeline_id: 'timeline',
  timeline_title: 'A timeline',
  namespace: 'default',
  output_index: '.siem-signals',
  meta: { from: '1m', nested: [{ deep: null, number: 1e-9 }] },
  max_signals: 1,
  version: 7,
  exceptions_list: [{ id: 'endpoint_list', list_id: 'endpoint_list', namespace_type: 'agnostic', type: 'endpoint' }],
  response_actions: [
    { action_type_id: '.osquery', params: { query: 'select 1', ecs_mapping: { a: { field: 'b' } }, timeout: 60 } },
    { action_type_id: '.endpoint', params: { command: 'isolate', comment: 'now' } },
  ],
  throttle: 'rule',
  language: 'lucene',
  data_view_id: 'view',
  filters: [{ query: { match_all: {} } }],
  saved_id: 'saved',
  alert_suppression: {
    group_by: ['user.name'],
    duration: { value: 5, unit: 'm' },
    missing_fields_strategy: 'doNotSuppress',
  },
};

it('keeps everything that can be set', async () => {
  const { status, body } = await create(everything);
  expect(status).toBe(200);
  expect(body).toEqual({ ...defaults, ...everything, id: anId, created_at: aTime, updated_at: aTime });
});

it('takes response actions of the endpoint as each command has them', async () => {
  const act = (params: object) => ({ action_type_id: '.endpoint', params });
  const { response_actions } = await givenRule({
    response_actions: [
      act({ command: 'isolate', comment: 'c', config: { field: 'f' } }),
      act({ command: 'kill-process', config: { field: 'f' } }),
      act({ command: 'suspend-process', config: { field: 'f', overwrite: false } }),
    ],
  });
  expect(response_actions).toEqual([
    act({ command: 'isolate', comment: 'c' }),
    act({ command: 'kill-process', config: { field: 'f', overwrite: true } }),
    act({ command: 'suspend-process', config: { field: 'f', overwrite: false } }),
  ]);
  const { status, body } = await create({ ...queryRule, response_actions: [act({ command: 'kill-process' })] });
  expect(status).toBe(400);
  expect(body.message).toContain('response_actions.0.params.config: Required');
});

it('completes actions and required fields', async () => {
  const action = { id: 'c1', action_type_id: '.slack', params: { message: '{{x}}' } };
  const own = {
    ...action,
    group: 'other',
    uuid: 'mine',
    alerts_filter: { query: { kql: '*' } },
    frequency: { summary: false, notifyWhen: 'onThrottleInterval', throttle: '1h' },
  };
  const required_fields = [
    { name: 'event.action', type: 'keyword', ecs: false },
    { name: 'event.action', type: 'long' },
    { name: 'my.field', type: 'keyword' },
  ];
  const { actions, required_fields: fields } = await givenRule({ actions: [action, own], required_fields });
  expect(actions).toEqual([
    {
      ...action,
      group: 'default',
      uuid: anId,
      frequency: { summary: true, notifyWhen: 'onActiveAlert', throttle: null },
    },
    own,
  ]);
  expect(fields.map(({ ecs }: { ecs: boolean }) => ecs)).toEqual([true, false, false]);
});

it.each([
  ['', []],
  ['a', ['a']],
  [[], []],
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
])('takes the threshold field %j for a list', async (field, list) => {
  const rule = await givenRule({ type: 'threshold', threshold: { field, value: 1 } });
  expect(rule.threshold).toEqual({ field: list, value: 1 });
});

const types =
  "'eql' | 'query' | 'saved_query' | 'threshold' | 'threat_match' | 'machine_learning' | 'new_terms' | 'esql'";

it.each([
  ['an empty object', {}, `type: Invalid discriminator value. Expected ${types}`],
  ['an unknown type', { type: 'x' }, `type: Invalid discriminator value. Expected ${types}`],
  [
    'nothing but a type',
    { type: 'query' },
    'name: Required, description: Required, risk_score: Required, severity: Required',
  ],
  [
    'errors of every kind of field',
    { type: 'threshold', rule_id: 5, interval: 7, note: 1, name: 'x' },
    'description: Required, risk_score: Required, severity: Required, note: Expected string, received number, interval: Expected string, received number, and 3 more',
  ],
  [
    'a signature id that is none, and no fields of the type',
    { ...queryRule, type: 'threshold', query: undefined, rule_id: 5 },
    'rule_id: Expected string, received number, query: Required, threshold: Required',
  ],
  ['a list', [], 'Expected object, received array'],
  ['an empty name', { ...queryRule, name: '' }, 'name: String must contain at least 1 character(s)'],
  ['a risk of 101', { ...queryRule, risk_score: 101 }, 'risk_score: Number must be less than or equal to 100'],
  ['a broken risk', { ...queryRule, risk_score: 1.5 }, 'risk_score: Expected integer, received float'],
  [
    'another severity',
    { ...queryRule, severity: 'x' },
    "severity: Invalid enum value. Expected 'low' | 'medium' | 'high' | 'critical', received 'x'",
  ],
  ['no time', { ...queryRule, from: 'yesterday' }, 'from: Failed to parse date-math expression'],
  [
    'a language of another type',
    { ...queryRule, type: 'eql', language: 'kuery' },
    'language: Invalid literal value, expected "eql"',
  ],
  [
    'too many suppression fields',
    { ...queryRule, alert_suppression: { group_by: ['a', 'b', 'c', 'd'] } },
    'alert_suppression.group_by: Array must contain at most 3 element(s)',
  ],
  [
    'no new terms',
    { ...queryRule, type: 'new_terms', new_terms_fields: [], history_window_start: 'now-1d' },
    'new_terms_fields: Array must contain at least 1 element(s)',
  ],
  ['a null', { ...queryRule, note: null }, 'note: Expected string, received null'],
])('refuses %s', async (_name, body, message) => {
  expect(shown(await create(body))).toEqual(badRequest(`[request body]: ${message}`));
});

it('refuses no body', async () => {
  expect(shown(await call(`POST ${RULES}`))).toEqual(badRequest('[request body]: Expected object, received null'));
});

it.each([
  [{ timeline_id: 'a' }, 'when "timeline_id" exists, "timeline_title" must also exist'],
  [{ timeline_title: 'a' }, 'when "timeline_title" exists, "timeline_id" must also exist'],
  [{ timeline_id: '', timeline_title: 'a' }, '"timeline_id" cannot be an empty string'],
  [{ timeline_id: 'a', timeline_title: '' }, '"timeline_title" cannot be an empty string'],
  [
    { type: 'threshold', threshold: { field: ['a'], value: 1, cardinality: [{ field: 'a', value: 1 }] } },
    'Cardinality of a field that is being aggregated on is always 1',
  ],
  [
    {
      type: 'threshold',
      threshold: { field: 'host.name', value: 1, cardinality: [{ field: 'host', value: 1 }] },
    },
    'Cardinality of a field that is being aggregated on is always 1',
  ],
  [
    { type: 'threshold', threshold: { field: ['a', 'b', 'c', 'd', 'e', 'f'], value: 1 } },
    'Number of fields must be 5 or less',
  ],
  [
    { ...ruleTypes[4]![1], concurrent_searches: 1 },
    'when "concurrent_searches" exists, "items_per_search" must also exist',
  ],
  [
    { ...ruleTypes[4]![1], items_per_search: 1 },
    'when "items_per_search" exists, "concurrent_searches" must also exist',
  ],
])('refuses fields that do not go together: %j', async (fields, problem) => {
  expect(shown(await create({ ...queryRule, ...fields }))).toEqual(siem(400, [problem]));
});

describe('signature ids', () => {
  it('are unique within a space', async () => {
    await givenRule({ rule_id: 'twice' });
    expect(shown(await create({ ...queryRule, rule_id: 'twice' }))).toEqual(
      siem(409, 'rule_id: "twice" already exists'),
    );
    expect((await create({ ...queryRule, rule_id: 'twice' }, '/s/other')).status).toBe(200);
  });

  it('are unique also among rules that are created at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => create({ ...queryRule, rule_id: 'wanted' })));
    const [winner, ...more] = answers.filter(({ status }) => status === 200);
    expect(more).toEqual([]);
    for (const answer of answers.filter((each) => each !== winner)) {
      expect(shown(answer)).toEqual(siem(409, 'rule_id: "wanted" already exists'));
    }
    expect((await call(`GET ${RULES}?rule_id=wanted`)).body).toEqual(winner!.body);
    const { body } = await call(`GET ${RULES}/_find?filter=alert.attributes.params.ruleId:wanted`);
    expect(body.total).toBe(1);
  });

  it.each(['', ' ', '#', 'a/b', '__proto__', 'ä'.repeat(500)])('may be %j', async (rule_id) => {
    const created = await givenRule({ rule_id });
    expect((await call(`GET ${RULES}?rule_id=${encodeURIComponent(rule_id)}`)).body).toEqual(created);
  });

  it.each([
    ['longer than a key', 'x'.repeat(1_024), 'an id is too long: 1025 bytes where 1024 are allowed'],
    ['half a character', '\ud800', 'an id must be well-formed Unicode'],
  ])('may not be %s', async (_name, rule_id, message) => {
    expect(shown(await create({ ...queryRule, rule_id }))).toEqual(siem(400, message));
  });
});

const defaultList = (list_id: string) => ({ id: 'x', list_id, type: 'rule_default', namespace_type: 'single' });

describe('default exception lists', () => {
  const creating = (...lists: string[]) => create({ ...queryRule, exceptions_list: lists.map(defaultList) });
  const taken = (id: string) => siem(409, `default exception list already exists in rule(s): ${id}`);

  it('are one at most', async () => {
    expect(shown(await creating('a', 'b'))).toEqual(siem(500, 'More than one default exception list found on rule'));
    const shared = { ...defaultList('b'), type: 'detection' };
    expect((await create({ ...queryRule, exceptions_list: [defaultList('a'), shared] })).status).toBe(200);
  });

  it('belong to one rule of a space, as long as it stands', async () => {
    const { body: owner } = await creating('own');
    expect(shown(await creating('own'))).toEqual(taken(owner.id));
    expect((await create({ ...queryRule, exceptions_list: [defaultList('own')] }, '/s/other')).status).toBe(200);
    await call(`POST ${RULES}/_bulk_delete`, { body: [{ id: owner.id }] });
    expect((await creating('own')).status).toBe(200);
  });

  it('belong to one rule also of many that are created at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => creating('contested')));
    const [winner, ...more] = answers.filter(({ status }) => status === 200);
    expect(more).toEqual([]);
    for (const answer of answers.filter((each) => each !== winner)) {
      expect(shown(answer)).toEqual(taken(winner!.body.id));
    }
  });

  it('may have ids that no list can have', async () => {
    const { body } = await creating('x'.repeat(2_000));
    expect((await call(`POST ${RULES}/_bulk_delete`, { body: [{ id: body.id }] })).body).toEqual([body]);
  });
});

it('creates the endpoint exception list, once', async () => {
  await givenRule();
  expect(shown(await call('POST /api/endpoint_list'))).toEqual({ status: 200, body: {} });
});

it('lets only who has all of Security create rules', async () => {
  const reader = await givenUser('rule-reader', { kibana: ['feature_siemV3.read'] });
  const writer = await givenUser('rule-writer', { kibana: ['feature_siemV3.minimal_all'] });
  expect(shown(await call(`POST ${RULES}`, { body: queryRule, as: reader }))).toEqual(
    siem(403, 'Unauthorized by "siem" to create "siem.queryRule" rule'),
  );
  const { status, body } = await call(`POST ${RULES}`, { body: queryRule, as: writer });
  expect({ status, by: body.created_by }).toEqual({ status: 200, by: 'rule-writer' });
});

it('keeps a rule that fills the largest body', async () => {
  const note = Array.from({ length: 900_000 }, (_, index) => String.fromCharCode(32 + ((index * index) % 90))).join('');
  const created = await givenRule({ rule_id: 'large', note: note.replaceAll('\\', '/').replaceAll('"', "'") });
  expect((await call(`GET ${RULES}?rule_id=large`)).body).toEqual(created);
  expect((await call(`GET ${RULES}/_find?filter=alert.attributes.params.ruleId:large`)).body.data).toEqual([created]);
});
