import { isObject } from '../../json/merge.ts';
import type { FieldTypes } from '../../kql/matches.ts';
import type { KueryDialect } from '../kuery.ts';
import type { AgentStatus } from './agent-status.ts';
import type { Agent } from './agents.ts';

/** What filters can name of the metadata that an agent reports about itself, and how it compares. */
const metadataFields: FieldTypes = {
  'local_metadata.elastic.agent.id': 'keyword',
  'local_metadata.elastic.agent.log_level': 'keyword',
  'local_metadata.elastic.agent.snapshot': 'boolean',
  'local_metadata.elastic.agent.upgradeable': 'boolean',
  'local_metadata.elastic.agent.version': 'text',
  'local_metadata.elastic.agent.unprivileged': 'boolean',
  'local_metadata.elastic.agent.build.original': 'text',
  'local_metadata.host.architecture': 'keyword',
  'local_metadata.host.hostname': 'text',
  'local_metadata.host.id': 'keyword',
  'local_metadata.host.ip': 'text',
  'local_metadata.host.mac': 'text',
  'local_metadata.host.name': 'text',
  'local_metadata.os.family': 'keyword',
  'local_metadata.os.full': 'text',
  'local_metadata.os.kernel': 'text',
  'local_metadata.os.name': 'text',
  'local_metadata.os.platform': 'keyword',
  'local_metadata.os.version': 'text',
};

export const agentFields: FieldTypes = {
  ...metadataFields,
  access_api_key_id: 'keyword',
  action_seq_no: 'number',
  active: 'boolean',
  'agent.id': 'keyword',
  'agent.version': 'keyword',
  default_api_key: 'keyword',
  default_api_key_id: 'keyword',
  enrollment_id: 'keyword',
  enrolled_at: 'date',
  last_checkin: 'date',
  last_checkin_message: 'text',
  last_checkin_status: 'keyword',
  last_updated: 'date',
  namespaces: 'keyword',
  packages: 'keyword',
  policy_id: 'keyword',
  policy_output_permissions_hash: 'keyword',
  policy_coordinator_idx: 'number',
  policy_revision_idx: 'number',
  status: 'keyword',
  tags: 'keyword',
  type: 'keyword',
  unenrolled_at: 'date',
  unenrolled_reason: 'keyword',
  unenrollment_started_at: 'date',
  unhealthy_reason: 'keyword',
  updated_at: 'date',
  upgrade_attempts: 'date',
  upgrade_started_at: 'date',
  upgrade_status: 'keyword',
  upgraded_at: 'date',
  'upgrade_details.action_id': 'keyword',
  'upgrade_details.state': 'keyword',
  'upgrade_details.target_version': 'text',
  'upgrade_details.metadata.download_percent': 'number',
  'upgrade_details.metadata.download_rate': 'number',
  'upgrade_details.metadata.error_msg': 'text',
  'upgrade_details.metadata.failed_state': 'keyword',
  'upgrade_details.metadata.retry_error_msg': 'text',
  'upgrade_details.metadata.retry_until': 'date',
  'upgrade_details.metadata.scheduled_at': 'date',
};

export const agentKuery: KueryDialect = { prefixes: ['fleet-agents'], fields: agentFields };

/** The record that filters see. */
export function recordOf(agent: Agent, status: AgentStatus): Record<string, unknown> {
  const { id, facts, agent_version, keys, replace_token: _, ...fields } = agent;
  return {
    ...fields,
    id,
    _id: id,
    status,
    agent: { id, version: agent_version },
    local_metadata: facts,
    default_api_key_id: keys?.default_api_key_id,
  };
}

const FACT_CHARACTERS = 1_024;
const FACT_VALUES = 64;

/** What of the local metadata filters can name. Very long texts are left out, as an index leaves them out. */
export function factsOf(localMetadata: Record<string, unknown>): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const field of Object.keys(metadataFields)) {
    const path = field.split('.').slice(1);
    const fact = factAt(localMetadata, path);
    if (fact !== undefined) put(facts, path, fact);
  }
  return facts;
}

function factAt(metadata: Record<string, unknown>, path: readonly string[]): unknown {
  const value = path.reduce<unknown>(
    (found, name) => (isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined),
    metadata,
  );
  if (!Array.isArray(value)) return isFact(value) ? value : undefined;
  return value.filter(isFact).slice(0, FACT_VALUES);
}

function isFact(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= FACT_CHARACTERS;
  return typeof value === 'boolean' || typeof value === 'number';
}

function put(facts: Record<string, unknown>, path: readonly string[], fact: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    facts[name] = fact;
    return;
  }
  const inner = facts[name];
  const next = isObject(inner) ? inner : {};
  facts[name] = next;
  put(next, rest, fact);
}

/** A text of the host's metadata. */
export function hostText({ facts }: Agent, name: 'hostname' | 'name'): string | undefined {
  const value = isObject(facts.host) ? facts.host[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
