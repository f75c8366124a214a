import * as z from 'zod';

/** What is known of a package once it is read: its manifests, and where its files are. */

/** In YAML a key without a value is null. */
const text = z.preprocess((value) => value ?? undefined, z.string().optional()).optional();

export const variable = z.looseObject({
  name: z.string(),
  type: z.string(),
  title: text,
  description: text,
  multi: z.boolean().optional(),
  default: z.unknown().optional(),
});
export type Variable = z.infer<typeof variable>;

const input = z.looseObject({
  type: z.string(),
  title: text,
  description: text,
  template_path: text,
  vars: z.array(variable).optional(),
});
export type InputDefinition = z.infer<typeof input>;

export const policyTemplate = z.looseObject({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  /** Names of data streams that it is limited to; all when absent or empty. */
  data_streams: z.array(z.string()).optional(),
  multiple: z.boolean().optional(),
  /** Of a template of an integration. */
  inputs: z.array(input).optional(),
  /** Of a template that is one input. */
  input: text,
  type: text,
  template_path: text,
  vars: z.array(variable).optional(),
});
export type PolicyTemplate = z.infer<typeof policyTemplate>;

export const stream = z.looseObject({
  input: z.string(),
  title: z.string(),
  description: text,
  template_path: z.string(),
  vars: z.array(variable).optional(),
});

const elasticsearch = z.looseObject({
  dynamic_dataset: z.boolean().optional(),
  dynamic_namespace: z.boolean().optional(),
  privileges: z.unknown().optional(),
});

export const dataStream = z.looseObject({
  /** Name of its directory. */
  path: z.string(),
  type: z.string(),
  title: z.string(),
  dataset: z.string(),
  package: z.string(),
  elasticsearch: elasticsearch.optional(),
  streams: z.array(stream).optional(),
});
export type DataStream = z.infer<typeof dataStream>;

export const packageInfo = z.looseObject({
  name: z.string(),
  version: z.string(),
  title: z.string(),
  description: z.string(),
  type: text,
  format_version: z.string(),
  owner: z.unknown(),
  vars: z.array(variable).optional(),
  policy_templates: z.array(policyTemplate).optional(),
  data_streams: z.array(dataStream).optional(),
});
export type PackageInfo = z.infer<typeof packageInfo>;

export const asset = z.object({ id: z.string(), type: z.string() });
export type Asset = z.infer<typeof asset>;

/** A package as it is stored. */
export const packageContent = z.object({
  info: packageInfo,
  /** Text of every template by its path in the archive. */
  templates: z.record(z.string(), z.string()),
  kibanaAssets: z.array(asset),
  elasticsearchAssets: z.array(asset),
});
export type PackageContent = z.infer<typeof packageContent>;
