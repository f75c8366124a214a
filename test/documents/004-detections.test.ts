import { expect, it } from 'vitest';
import { newMigration } from '../../lib/detections/migrations.ts';
import { rule } from '../../lib/detections/rule-types.ts';
import { restoreSignalsIndex } from '../../lib/detections/signals-indices.ts';
import { write } from '../../lib/stores/write.ts';
import { kibana } from '../support/kibana.ts';

// «Returns user privileges for the Kibana space», «Delete multiple detection rules», «Finalize detection alert migrations»
const { call, send } = kibana();
const shown = ({ status, body }: { status: number; body: unknown }) => ({ status, body });

const PRIVILEGES = {
  index: {
    '.alerts-security.alerts-default': {
      all: true,
      read: true,
      index: true,
      write: true,
      create: true,
      delete: true,
      manage: true,
      monitor: true,
      create_doc: true,
      maintenance: true,
      create_index: true,
      delete_index: true,
      view_index_metadata: true,
    },
  },
  cluster: {
    all: true,
    manage: true,
    monitor: true,
    manage_ml: true,
    monitor_ml: true,
    manage_api_key: true,
    manage_pipeline: true,
    manage_security: true,
    manage_transform: true,
    monitor_transform: true,
    manage_own_api_key: true,
    manage_index_templates: true,
  },
  username: 'elastic',
  application: {},
  is_authenticated: true,
  has_all_requested: true,
  has_encryption_key: true,
};

const authorization = `Basic ${Buffer.from('elastic:changeme').toString('base64')}`;

it('answers the privileges of the example', async () => {
  expect(shown(await call('GET /api/detection_engine/privileges'))).toEqual({ status: 200, body: PRIVILEGES });
});

it('refuses the request example of the bulk deletion: its id is no UUID', async () => {
  const answer = await send({
    method: 'DELETE',
    url: '/api/detection_engine/rules/_bulk_delete',
    headers: { 'Content-Type': 'application/json', authorization },
    body: '[{"id":"string","rule_id":"string"}]',
  });
  expect(shown(answer)).toEqual({
    status: 400,
    body: { statusCode: 400, error: 'Bad Request', message: '[request body]: 0.id: Invalid uuid' },
  });
});

/** The response example, its lost brackets put back; an id has to be a UUID, a date to be one. */
const RULE = {
  actions: [
    {
      action_type_id: 'string',
      alerts_filter: {},
      frequency: { notifyWhen: 'onActiveAlert', summary: true, throttle: 'no_actions' },
      group: 'string',
      id: 'string',
      params: {},
      uuid: 'string',
    },
  ],
  alias_purpose: 'savedObjectConversion',
  alias_target_id: 'string',
  author: ['string'],
  building_block_type: 'string',
  description: 'string',
  enabled: true,
  exceptions_list: [{ id: 'string', list_id: 'string', namespace_type: 'agnostic', type: 'detection' }],
  false_positives: ['string'],
  from: 'now-6m',
  interval: 'string',
  investigation_fields: { field_names: ['string'] },
  license: 'string',
  max_signals: 42,
  meta: {},
  name: 'string',
  namespace: 'string',
  note: 'string',
  outcome: 'exactMatch',
  output_index: 'string',
  references: ['string'],
  related_integrations: [{ integration: 'string', package: 'string', version: 'string' }],
  required_fields: [{ ecs: true, name: 'string', type: 'string' }],
  response_actions: [
    {
      action_type_id: '.osquery',
      params: {
        ecs_mapping: {
          additionalProperty1: { field: 'string', value: 'string' },
          additionalProperty2: { field: 'string', value: 'string' },
        },
        pack_id: 'string',
        queries: [
          {
            ecs_mapping: {
              additionalProperty1: { field: 'string', value: 'string' },
              additionalProperty2: { field: 'string', value: 'string' },
            },
            id: 'string',
            platform: 'string',
            query: 'string',
            removed: true,
            snapshot: true,
            version: 'string',
          },
        ],
        query: 'string',
        saved_query_id: 'string',
        timeout: 42.0,
      },
    },
  ],
  risk_score: 42,
  risk_score_mapping: [{ field: 'string', operator: 'equals', risk_score: 42, value: 'string' }],
  rule_name_override: 'string',
  setup: 'string',
  severity: 'low',
  severity_mapping: [{ field: 'string', operator: 'equals', severity: 'low', value: 'string' }],
  tags: ['string'],
  threat: [
    {
      framework: 'string',
      tactic: { id: 'string', name: 'string', reference: 'string' },
      technique: [
        {
          id: 'string',
          name: 'string',
          reference: 'string',
          subtechnique: [{ id: 'string', name: 'string', reference: 'string' }],
        },
      ],
    },
  ],
  throttle: 'no_actions',
  timeline_id: 'string',
  timeline_title: 'string',
  timestamp_override: 'string',
  timestamp_override_fallback_disabled: true,
  to: 'string',
  version: 42,
  created_at: '2025-05-04T09:42:00+00:00',
  created_by: 'string',
  execution_summary: {
    last_execution: {
      date: '2025-05-04T09:42:00+00:00',
      message: 'string',
      metrics: {
        execution_gap_duration_s: 42,
        gap_range: { gte: 'string', lte: 'string' },
        total_enrichment_duration_ms: 42,
        total_indexing_duration_ms: 42,
        total_search_duration_ms: 42,
      },
      status: 'going to run',
      status_order: 42,
    },
  },
  id: '924f7c50-505f-11eb-ae0a-3fa2e626a51d',
  immutable: true,
  revision: 42,
  rule_id: 'string',
  rule_source: { is_customized: true, type: 'external' },
  updated_at: '2025-05-04T09:42:00+00:00',
  updated_by: 'string',
  language: 'eql',
  query: 'string',
  type: 'eql',
  alert_suppression: {
    duration: { unit: 's', value: 42 },
    group_by: ['string'],
    missing_fields_strategy: 'doNotSuppress',
  },
  data_view_id: 'string',
  event_category_override: 'string',
  filters: [],
  index: ['string'],
  tiebreaker_field: 'string',
  timestamp_field: 'string',
};

it('knows every field of the rule in the response example', () => {
  expect(rule.parse(RULE)).toEqual(RULE);
});

it('creates the rule of the response example and answers it when it is deleted', async () => {
  const { body } = await call('POST /api/detection_engine/rules', { body: { ...RULE, rule_id: 'the example' } });
  const { execution_summary: _, alias_purpose: __, alias_target_id: ___, outcome: ____, ...shownFields } = RULE;
  expect(body).toEqual({
    ...shownFields,
    rule_id: 'the example',
    id: body.id,
    immutable: false,
    revision: 0,
    rule_source: { type: 'internal' },
    required_fields: [{ ecs: false, name: 'string', type: 'string' }],
    created_at: body.created_at,
    created_by: 'elastic',
    updated_at: body.updated_at,
    updated_by: 'elastic',
  });
  const deleted = await call('DELETE /api/detection_engine/rules/_bulk_delete', { body: [{ id: body.id }] });
  expect(shown(deleted)).toEqual({ status: 200, body: [body] });
});

it('finalizes the migration of the example', async () => {
  const sourceIndex = '.siem-signals-default-000002';
  const destinationIndex = `${sourceIndex}-r000016`;
  const id = '924f7c50-505f-11eb-ae0a-3fa2e626a51d';
  const aliases = ['.alerts-security.alerts-default', '.siem-signals-default'];
  const index = { template_version: 16, signals: [], is_write_index: false };
  const by = { createdBy: 'elastic', updatedBy: 'elastic' };
  const time = '2021-01-06T22:05:56.859Z';
  await call('GET /api/detection_engine/privileges');
  await restoreSignalsIndex('default', { ...index, name: sourceIndex, aliases });
  await restoreSignalsIndex('default', { ...index, name: destinationIndex, aliases: [] });
  const migration = {
    id,
    sourceIndex,
    destinationIndex,
    taskId: 't',
    targetVersion: 16,
    created: time,
    updated: time,
    ...by,
  };
  await write(...newMigration('default', { ...migration, status: 'pending', error: null }, true));
  const answer = await send({
    method: 'POST',
    url: '/api/detection_engine/signals/finalize_migration',
    headers: { 'Content-Type': 'application/json', authorization },
    body: '{"migration_ids":["924f7c50-505f-11eb-ae0a-3fa2e626a51d"]}',
  });
  expect(shown(answer)).toEqual({
    status: 200,
    body: {
      migrations: [
        {
          id,
          status: 'success',
          updated: expect.any(String),
          version: 16,
          completed: true,
          sourceIndex,
          destinationIndex,
        },
      ],
    },
  });
});
