import * as z from 'zod';
import { isObject } from '../../json/merge.ts';
import * as schema from '../../validation/config-schema.ts';
import { httpUri, kafkaHost, logstashHost } from './hosts.ts';

/** What a client may send of an output: one strict object for each type, told apart by `type`. */

function nullOr<Value>(value: z.ZodType<Value>) {
  return schema.oneOf<[null, Value]>([z.literal(null), value]);
}

/** As `nullOr`, but null is what absence means, and the second that a refusal names. */
function nullable<Value>(value: z.ZodType<Value>) {
  return schema.oneOf<[Value, null]>([value, z.literal(null)]).default(null);
}

const text = z.string().optional();
const nullableText = nullOr(z.string()).optional();

/** A secret: its value, or a reference to one that is stored. */
const secret = schema.oneOf<[{ id: string }, string]>([schema.object({ id: z.string() }), z.string()]);
export type SecretInput = z.output<typeof secret>;

const ssl = nullOr(
  schema.object({
    certificate_authorities: schema.array(z.string()).optional(),
    certificate: text,
    key: text,
    verification_mode: z.enum(['full', 'none', 'certificate', 'strict']).optional(),
  }),
).optional();

const shipper = nullOr(
  schema.object({
    disk_queue_enabled: nullable(schema.boolean()).default(false),
    disk_queue_path: nullable(z.string()),
    disk_queue_max_size: nullable(schema.number()),
    disk_queue_encryption_enabled: nullable(schema.boolean()),
    disk_queue_compression_enabled: nullable(schema.boolean()),
    compression_level: nullable(schema.number()),
    loadbalance: nullable(schema.boolean()),
    mem_queue_events: nullable(schema.number()),
    queue_flush_timeout: nullable(schema.number()),
    max_batch_bytes: nullable(schema.number()),
  }),
).optional();

const common = {
  is_internal: schema.boolean().optional(),
  is_preconfigured: schema.boolean().optional(),
  ca_sha256: nullableText,
  ca_trusted_fingerprint: nullableText,
  config_yaml: nullableText,
  ssl,
  proxy_id: nullableText,
  shipper,
  allow_edit: schema.array(z.string()).optional(),
};

const preset = z.enum(['balanced', 'custom', 'throughput', 'scale', 'latency']).optional();

const remoteFields = {
  preset,
  service_token: nullableText,
  kibana_url: nullableText,
  kibana_api_key: nullableText,
  sync_integrations: schema.boolean().optional(),
  secrets: schema.object({ service_token: secret.optional(), kibana_api_key: secret.optional() }).optional(),
};

const logstashFields = {
  secrets: schema.object({ ssl: schema.object({ key: secret.optional() }).optional() }).optional(),
};

const authType = z.enum(['none', 'user_pass', 'ssl', 'kerberos']);
const connectionTypes = ['plaintext', 'encryption'] as const;

const kafkaFields = {
  version: text,
  key: text,
  compression: z.enum(['gzip', 'snappy', 'lz4', 'none']).optional(),
  compression_level: schema.number().optional(),
  client_id: text,
  connection_type: z.enum(connectionTypes).optional(),
  username: nullable(z.string()),
  password: nullable(z.string()),
  sasl: nullOr(schema.object({ mechanism: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']).optional() })).optional(),
  partition: z.enum(['random', 'round_robin', 'hash']).optional(),
  random: schema.object({ group_events: schema.number().optional() }).optional(),
  round_robin: schema.object({ group_events: schema.number().optional() }).optional(),
  hash: schema.object({ hash: text, random: schema.boolean().optional() }).optional(),
  topic: text,
  headers: schema.array(schema.object({ key: z.string(), value: z.string() })).optional(),
  timeout: schema.number().optional(),
  broker_timeout: schema.number().optional(),
  required_acks: schema.oneOf<[1, 0, -1]>([z.literal(1), z.literal(0), z.literal(-1)]).optional(),
  secrets: schema.object({ password: secret.optional(), ssl: schema.object({ key: secret }).optional() }).optional(),
};

type KafkaInput = {
  auth_type?: z.output<typeof authType> | undefined;
  compression?: string | undefined;
  compression_level?: number | undefined;
  connection_type?: string | undefined;
  username?: string | null | undefined;
  password?: string | null | undefined;
  secrets?: { password?: unknown } | undefined;
};

/**
 * A Kafka output, with the fields that others demand or forbid. Kibana looks at a field where it stands in the schema, and
 * at what is no field at all last; so these rules hold whatever else is wrong, and all problems come in that order.
 */
function kafka<Shape extends z.ZodRawShape>(shape: Shape) {
  const fields = Object.keys(shape);
  const placeOf = ({ code, path }: z.core.$ZodRawIssue): number => {
    const place = fields.indexOf(String(path?.[0]));
    return code === 'unrecognized_keys' || place < 0 ? fields.length : place;
  };
  return schema.object(shape).superRefine(
    (value: KafkaInput, { issues }) => {
      if (!isObject(value)) return;
      checkKafka(value, issues);
      issues.sort((one, other) => placeOf(one) - placeOf(other));
    },
    { when: () => true },
  );
}

function checkKafka(value: KafkaInput, issues: z.core.$ZodRawIssue[]): void {
  const missing = (path: string, values: string[]) =>
    issues.push({ code: 'invalid_value', values, path: [path], input: undefined });
  const forbidden = (path: string, input: unknown) =>
    issues.push({ code: 'invalid_type', expected: 'never', path: [path], input });
  const forbiddenButNull = (path: string, input: unknown) =>
    issues.push({ code: 'invalid_union', errors: onlyNull(input), path: [path], input });
  const { auth_type, compression, compression_level, connection_type, username, password, secrets } = value;
  if (compression === 'gzip' && compression_level === undefined) {
    issues.push({ code: 'invalid_type', expected: 'number', path: ['compression_level'], input: undefined });
  }
  if (compression !== 'gzip' && compression_level !== undefined) forbidden('compression_level', compression_level);
  if (auth_type === 'none' && connection_type === undefined) missing('connection_type', [...connectionTypes]);
  if (auth_type !== 'none' && connection_type !== undefined) forbidden('connection_type', connection_type);
  if (auth_type !== 'user_pass' && typeof username === 'string') forbiddenButNull('username', username);
  const mayHavePassword = secrets?.password === undefined && typeof username === 'string';
  if (!mayHavePassword && typeof password === 'string') forbiddenButNull('password', password);
}

/** What is wrong with the value of a field that may only be null, for each branch of its type. */
function onlyNull(input: unknown): z.core.$ZodIssue[][] {
  const common = { path: [], message: '', input };
  return [
    [{ ...common, code: 'invalid_type', expected: 'never' }],
    [{ ...common, code: 'invalid_value', values: [null] }],
  ];
}

const uris = schema.array(httpUri, { min: 1 });
const logstashHosts = schema.array(logstashHost, { min: 1 });
const kafkaHosts = schema.array(kafkaHost, { min: 1 });

const named = { id: text, name: z.string() };
const flags = { is_default: schema.boolean().default(false), is_default_monitoring: schema.boolean().default(false) };

const newElasticsearch = schema.object({
  ...named,
  type: z.literal('elasticsearch'),
  hosts: uris,
  ...flags,
  ...common,
  preset,
});
const newRemote = schema.object({
  ...named,
  type: z.literal('remote_elasticsearch'),
  hosts: uris,
  ...flags,
  ...common,
  ...remoteFields,
});
const newLogstash = schema.object({
  ...named,
  type: z.literal('logstash'),
  hosts: logstashHosts,
  ...flags,
  ...common,
  ...logstashFields,
});
const newKafka = kafka({
  ...named,
  type: z.literal('kafka'),
  hosts: kafkaHosts,
  ...flags,
  ...common,
  auth_type: authType,
  ...kafkaFields,
});

/** The body of a new output. */
export const newOutput = schema.oneOf<
  [
    z.output<typeof newElasticsearch>,
    z.output<typeof newRemote>,
    z.output<typeof newLogstash>,
    z.output<typeof newKafka>,
  ]
>([newElasticsearch, newRemote, newLogstash, newKafka]);
export type NewOutput = z.output<typeof newOutput>;

const optionalNames = { id: text, name: text };
const optionalFlags = { is_default: schema.boolean().optional(), is_default_monitoring: schema.boolean().optional() };

const elasticsearchChange = schema.object({
  ...optionalNames,
  type: z.literal('elasticsearch').optional(),
  hosts: uris.optional(),
  ...optionalFlags,
  ...common,
  preset,
});
const remoteChange = schema.object({
  ...optionalNames,
  type: z.literal('remote_elasticsearch').optional(),
  hosts: uris.optional(),
  ...optionalFlags,
  ...common,
  ...remoteFields,
});
const logstashChange = schema.object({
  ...optionalNames,
  type: z.literal('logstash').optional(),
  hosts: logstashHosts.optional(),
  ...optionalFlags,
  ...common,
  ...logstashFields,
});
const kafkaChange = kafka({
  ...optionalNames,
  type: z.literal('kafka').optional(),
  hosts: kafkaHosts.optional(),
  ...optionalFlags,
  ...common,
  auth_type: authType.optional(),
  ...kafkaFields,
});

/** The body of a change of an output: what is absent stays, but a body that only Kafka takes empties its user and password. */
export const outputChange = schema.oneOf<
  [
    z.output<typeof elasticsearchChange>,
    z.output<typeof remoteChange>,
    z.output<typeof logstashChange>,
    z.output<typeof kafkaChange>,
  ]
>([elasticsearchChange, remoteChange, logstashChange, kafkaChange]);
export type OutputChange = z.output<typeof outputChange>;
