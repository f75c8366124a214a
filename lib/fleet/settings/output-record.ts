import * as z from 'zod';
import { cipherText } from '../../stores/encrypted-attributes.ts';
import { decryptField, encryptField, markField, type Place, unmarkField } from '../../stores/encrypted-fields.ts';
import { key } from '../../stores/keys.ts';
import { packJson, type StoredText, storedText, unpackJson } from '../../stores/large-documents.ts';
import type { Row } from '../../stores/read.ts';
import type { Write } from '../../stores/write.ts';
import { type Collection, type Defaults, isTarget, table } from './defaults.ts';
import { recordIdOf } from './record-id.ts';

/**
 * How an output lies in the table. Who may read the settings may see what is encrypted; who can read the table may not.
 *
 *   output  pk fleet-outputs   sk output#<record id>   created_at: epoch milliseconds
 *           document: fields as JSON text   sensitive: what is encrypted of them
 *   gone    the same address, deleted: true: the default output, which exists without a row, was deleted
 */
const SENSITIVE = ['ssl', 'password', 'service_token', 'kibana_api_key'] as const;

export const DEFAULT_OUTPUT_ID = 'fleet-default-output';
export const outputs: Collection = {
  pk: 'fleet-outputs',
  initial: { data: recordIdOf(DEFAULT_OUTPUT_ID), monitoring: recordIdOf(DEFAULT_OUTPUT_ID) },
};

const text = z.string().nullable().optional();
const number = z.number().nullable().optional();
const flag = z.boolean().nullable().optional();
const secretReference = z.object({ id: z.string() });
const groupEvents = z.object({ group_events: z.number().optional() }).nullable().optional();

export const outputTypes = ['elasticsearch', 'remote_elasticsearch', 'logstash', 'kafka'] as const;

/** The fields of an output, of whatever type: a change of type leaves nulls behind. */
const fields = z.strictObject({
  /** The id as the client chose it. */
  output_id: z.string().optional(),
  name: z.string(),
  type: z.enum(outputTypes),
  hosts: z.array(z.string()),
  is_internal: z.boolean().optional(),
  is_preconfigured: z.boolean().optional(),
  ca_sha256: text,
  ca_trusted_fingerprint: text,
  config_yaml: text,
  ssl: z
    .object({
      certificate_authorities: z.array(z.string()).optional(),
      certificate: z.string().optional(),
      key: z.string().optional(),
      verification_mode: z.string().optional(),
    })
    .nullable()
    .optional(),
  proxy_id: text,
  shipper: z
    .object({
      disk_queue_enabled: flag,
      disk_queue_path: text,
      disk_queue_max_size: number,
      disk_queue_encryption_enabled: flag,
      disk_queue_compression_enabled: flag,
      compression_level: number,
      loadbalance: flag,
      mem_queue_events: number,
      queue_flush_timeout: number,
      max_batch_bytes: number,
    })
    .nullable()
    .optional(),
  allow_edit: z.array(z.string()).optional(),
  preset: text,
  service_token: text,
  kibana_url: text,
  kibana_api_key: text,
  sync_integrations: flag,
  secrets: z
    .object({
      service_token: secretReference.optional(),
      kibana_api_key: secretReference.optional(),
      password: secretReference.optional(),
      ssl: z.object({ key: secretReference.optional() }).optional(),
    })
    .optional(),
  version: text,
  key: text,
  compression: text,
  compression_level: number,
  client_id: text,
  auth_type: text,
  connection_type: text,
  username: text,
  password: text,
  sasl: z.object({ mechanism: z.string().optional() }).nullable().optional(),
  partition: text,
  random: groupEvents,
  round_robin: groupEvents,
  hash: z.object({ hash: z.string().optional(), random: z.boolean().optional() }).nullable().optional(),
  topic: text,
  headers: z
    .array(z.object({ key: z.string(), value: z.string() }))
    .nullable()
    .optional(),
  timeout: number,
  broker_timeout: number,
  required_acks: number,
});
export type OutputFields = z.infer<typeof fields>;

/** An output as the API answers it. */
export const output = fields
  .omit({ output_id: true })
  .extend({ id: z.string(), is_default: z.boolean(), is_default_monitoring: z.boolean() });

export type StoredOutput = {
  recordId: string;
  fields: OutputFields;
  createdAt: number;
  /** None for the default output that nobody has changed. */
  row: { version: number; document: StoredText } | undefined;
};

/** The output that exists without being created. */
export const initialOutput: StoredOutput = {
  recordId: recordIdOf(DEFAULT_OUTPUT_ID),
  fields: {
    output_id: DEFAULT_OUTPUT_ID,
    name: 'default',
    type: 'elasticsearch',
    hosts: ['http://localhost:9200'],
    preset: 'balanced',
  },
  createdAt: 0,
  row: undefined,
};

const storedRow = z.object({
  sk: z.string(),
  version: z.number(),
  created_at: z.number(),
  document: storedText,
  sensitive: cipherText.optional(),
});
const record = z.looseObject({});
const goneRow = z.object({ deleted: z.literal(true), version: z.number() });

const PREFIX = 'output#';

export function keyOf(recordId: string) {
  return key(outputs.pk, `${PREFIX}${recordId}`);
}

/** The version of a row that says that the default output was deleted; undefined for any other row. */
export function goneVersion(row: Row | undefined): number | undefined {
  return goneRow.safeParse(row).data?.version;
}

/** The output that a row holds. */
export async function outputOf(row: Row): Promise<StoredOutput> {
  const { sk, version, created_at, document, sensitive } = storedRow.parse(row);
  const recordId = sk.slice(PREFIX.length);
  const plain = record.parse(await unpackJson(table, document));
  const opened = sensitive === undefined ? {} : record.parse(await decryptField(sensitive, placeOf(recordId)));
  return {
    recordId,
    fields: fields.parse({ ...plain, ...opened }),
    createdAt: created_at,
    row: { version, document },
  };
}

function placeOf(recordId: string): Place {
  return { kind: 'ingest-outputs', at: keyOf(recordId), bound: null };
}

/** The write that belongs to the deletion of an output. */
export function forgetOutput(recordId: string): Write {
  return unmarkField('ingest-outputs', keyOf(recordId));
}

/** The row of an output, and the writes beside it; what it replaces is part of the output. */
export async function packOutput({ recordId, fields: all, createdAt, row }: StoredOutput, version: number) {
  const entries = Object.entries(fields.parse(all));
  const isSensitive = ([name]: [string, unknown]) => SENSITIVE.some((each) => each === name);
  const plain = Object.fromEntries(entries.filter((entry) => !isSensitive(entry)));
  const sensitive = Object.fromEntries(entries.filter(isSensitive));
  const packed = await packJson(table, plain, row?.document);
  const place = placeOf(recordId);
  const cipher = Object.keys(sensitive).length === 0 ? undefined : await encryptField(sensitive, place);
  const next = {
    ...place.at,
    version,
    created_at: createdAt,
    document: packed.stored,
    ...(cipher !== undefined && { sensitive: cipher }),
  };
  return { next, beside: [...packed.writes, markField(place, cipher)] };
}

/** The id under which clients know the output. */
export function idOf({ recordId, fields: { output_id } }: StoredOutput): string {
  return output_id ?? recordId;
}

/** An output as the API shows it. */
export function outputView(stored: StoredOutput, defaults: Defaults): z.infer<typeof output> {
  const { output_id: _, ssl, proxy_id, ...rest } = stored.fields;
  const { name, type, hosts, ...others } = rest;
  return {
    id: idOf(stored),
    name,
    type,
    hosts,
    is_default: isTarget(defaults, 'data', stored.recordId),
    is_default_monitoring: isTarget(defaults, 'monitoring', stored.recordId),
    ...others,
    ...(ssl && { ssl }),
    ...(proxy_id && { proxy_id }),
  };
}
