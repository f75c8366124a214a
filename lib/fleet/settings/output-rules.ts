import { BadRequest } from '../../errors/errors.ts';
import { isObject } from '../../json/merge.ts';
import { parseYaml } from '../yaml.ts';
import { normalizeHost } from './hosts.ts';
import type { OutputFields } from './output-record.ts';
import type { NewOutput, OutputChange } from './output-schemas.ts';

/** What an output must be besides its schema, and what it gets where the client says nothing. */

type Input = NewOutput | OutputChange;

/** @throws BadRequest when a secret comes both plainly and as a secret */
export function refuseDoubleSecrets(input: Input): void {
  const secrets: Record<string, unknown> = ('secrets' in input && input.secrets) || {};
  const plain: Record<string, unknown> = input;
  const keySecret = isObject(secrets.ssl) ? secrets.ssl.key : undefined;
  const pairs: [string, unknown, unknown][] = [
    ['password', plain.password, secrets.password],
    ['ssl.key', input.ssl?.key, keySecret],
    ['service_token', plain.service_token, secrets.service_token],
    ['kibana_api_key', plain.kibana_api_key, secrets.kibana_api_key],
  ];
  for (const [name, value, secret] of pairs) {
    if (value && secret) throw new BadRequest(`Cannot specify both ${name} and secrets.${name}`);
  }
}

/** Settings of `config_yaml` that a preset decides. */
const RESERVED = [
  'bulk_max_size',
  'compression_level',
  'connection_idle_timeout',
  'queue.mem.events',
  'queue.mem.flush.min_events',
  'queue.mem.flush.timeout',
  'worker',
];

/** @throws BadRequest with the parser's text when `config_yaml` is not YAML */
function hasReservedKey(configYaml: string | null | undefined): boolean {
  if (!configYaml) return false;
  const config = parseConfig(configYaml);
  if (typeof config === 'string') return RESERVED.some((name) => config.includes(name));
  const names = isObject(config) ? flatNames(config) : [];
  return RESERVED.some((name) => names.includes(name));
}

function parseConfig(configYaml: string): unknown {
  try {
    return parseYaml(configYaml);
  } catch (error) {
    throw new BadRequest(error instanceof Error ? error.message : 'config_yaml is not YAML', { cause: error });
  }
}

/** Names of all values, nested ones with dots. */
function flatNames(config: Record<string, unknown>): string[] {
  return Object.entries(config).flatMap(([name, value]) =>
    isObject(value) ? flatNames(value).map((inner) => `${name}.${inner}`) : [name],
  );
}

/** Types whose performance a preset decides. */
export function hasPresets(type: string): boolean {
  return type === 'elasticsearch' || type === 'remote_elasticsearch';
}

/** @throws BadRequest when the preset and `config_yaml` decide the same, or `config_yaml` is not YAML */
export function checkPreset(
  type: string,
  preset: string | null | undefined,
  configYaml: string | null | undefined,
): void {
  const reserved = hasReservedKey(configYaml);
  if (!hasPresets(type) || preset !== 'balanced' || !reserved) return;
  throw new BadRequest(`preset cannot be balanced when config_yaml contains one of ${RESERVED.join(', ')}`);
}

/** The preset of an Elasticsearch output that names none. */
export function defaultPreset(configYaml: string | null | undefined): 'custom' | 'balanced' {
  return hasReservedKey(configYaml) ? 'custom' : 'balanced';
}

/** Hosts as agents get them; what is no address of Elasticsearch stays as it is. */
export function normalizeHosts(type: string, hosts: readonly string[]): string[] {
  return hasPresets(type) ? hosts.map(normalizeHost) : [...hosts];
}

type Given = { [Field in Exclude<keyof OutputFields, 'secrets'>]?: OutputFields[Field] | undefined };

/** What a Kafka output gets where the client says nothing (or 0, or an empty text). */
export function kafkaDefaults(given: Given): Partial<OutputFields> {
  const { username, password, sasl, partition = 'hash', compression } = given;
  const first = { group_events: 1 };
  return {
    version: given.version || '1.0.0',
    compression: compression || 'gzip',
    ...((!compression || (compression === 'gzip' && !given.compression_level)) && { compression_level: 4 }),
    client_id: given.client_id || 'Elastic',
    username: username ?? null,
    password: password ?? null,
    ...(username && password && !sasl?.mechanism && { sasl: { mechanism: 'PLAIN' } }),
    partition,
    ...(partition === 'random' && !given.random?.group_events && { random: first }),
    ...(partition === 'round_robin' && !given.round_robin?.group_events && { round_robin: first }),
    timeout: given.timeout || 30,
    broker_timeout: given.broker_timeout || 10,
    required_acks: given.required_acks ?? 1,
  };
}

/** What only Kafka outputs have: null once an output is of another type. */
const NO_KAFKA: Partial<OutputFields> = {
  version: null,
  key: null,
  compression: null,
  compression_level: null,
  connection_type: null,
  client_id: null,
  auth_type: null,
  username: null,
  password: null,
  sasl: null,
  partition: null,
  random: null,
  round_robin: null,
  hash: null,
  topic: null,
  headers: null,
  timeout: null,
  broker_timeout: null,
  required_acks: null,
  ssl: null,
};

/** The fields of an output of a new type: what the old type alone had is null, what the new one needs is there. */
export function afterTypeChange(was: OutputFields['type'], given: Given, type: OutputFields['type']): Given {
  return {
    ...given,
    ...(was === 'kafka' && { ...NO_KAFKA, ...(given.ssl !== undefined && { ssl: given.ssl }) }),
    ...(was === 'remote_elasticsearch' && { service_token: null, kibana_api_key: null }),
    ...((type === 'logstash' || type === 'kafka') && { ca_trusted_fingerprint: null, ca_sha256: null }),
    ...(type === 'kafka' && {
      ...kafkaDefaults(given),
      ...(given.compression && given.compression !== 'gzip' && { compression_level: null }),
    }),
  };
}

/** What a body that says its type decides by not naming it. */
export function decidedByType(change: OutputChange): Partial<OutputFields> {
  if (change.type === 'elasticsearch') {
    return change.preset === undefined ? { preset: defaultPreset(change.config_yaml) } : {};
  }
  if (change.type === 'kafka') {
    const { username, password, sasl, ssl } = change;
    return {
      ...(!username && { username: null }),
      ...(!password && { password: null }),
      ...(!sasl && { sasl: null }),
      ...(!ssl && { ssl: null }),
    };
  }
  if (change.type === 'remote_elasticsearch') {
    return {
      ...(!change.service_token && { service_token: null }),
      ...(!change.kibana_api_key && { kibana_api_key: null }),
    };
  }
  return {};
}
