import * as z from 'zod';
import { coreError } from '../http/styles/core.ts';
import { elasticsearch } from '../http/styles/elasticsearch.ts';
import { fleetServerError } from '../http/styles/fleet-server.ts';
import { siemError } from '../http/styles/siem.ts';
import { branchesOf } from '../validation/config-schema.ts';

export type Json = { [key: string]: unknown };
export type Direction = 'input' | 'output';
/** Bodies by their media type. */
export type Content = Record<string, { schema: Json; example?: unknown }>;

export const JSON_MEDIA = 'application/json';

/** Error bodies, which every operation refers to. */
const named = new Map<z.ZodType, string>([
  [coreError, 'KibanaError'],
  [siemError, 'SecuritySolutionError'],
  [elasticsearch.schema, 'ElasticsearchError'],
  [fleetServerError, 'FleetServerError'],
]);

export const errorSchemas: Record<string, Json> = Object.fromEntries(
  [...named].map(([schema, name]) => [name, plainSchema(schema, 'output')]),
);

/** The JSON Schema of what a schema takes, or gives. */
export function jsonSchema(schema: z.ZodType | undefined, direction: Direction = 'input'): Json {
  const name = schema && named.get(schema);
  return name === undefined ? plainSchema(schema, direction) : { $ref: `#/components/schemas/${name}` };
}

function plainSchema(schema: z.ZodType | undefined, io: Direction): Json {
  if (schema === undefined) return {};
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: written }) => {
      const branches = branchesOf(zodSchema);
      if (branches !== undefined) written.anyOf = branches.map((branch) => plainSchema(branch, io));
      if (io === 'input' && zodSchema instanceof z.ZodObject) relax(written, zodSchema);
      // Answers may grow: a client must not break on a key more.
      if (io === 'output' && !isStrict(zodSchema)) delete written.additionalProperties;
    },
  });
  return rest;
}

/** A property that may be absent is not required; zod does not see that of one that is read before it is checked. */
function relax(written: Json, { shape }: z.ZodObject): void {
  const { required } = written;
  if (!Array.isArray(required)) return;
  const needed = required.filter((name) => !z.safeParse(shape[name] ?? z.never(), undefined).success);
  if (needed.length > 0) written.required = needed;
  else delete written.required;
}

function isStrict(schema: z.core.$ZodType): boolean {
  return !(schema instanceof z.ZodObject) || schema.def.catchall !== undefined;
}

/** What a body may be, by media type: JSON, unless a schema names its own. */
export function contentOf(schema: z.ZodType, direction: Direction): Content {
  const branches = schema instanceof z.ZodUnion ? (schema.options as z.ZodType[]) : [schema];
  const byMedia = Map.groupBy(branches, mediaTypeOf);
  if (byMedia.size === 1) return { [mediaTypeOf(branches[0] ?? schema)]: { schema: jsonSchema(schema, direction) } };
  return Object.fromEntries(
    [...byMedia].map(([mediaType, [first, ...others]]) => [
      mediaType,
      { schema: jsonSchema(first && others.length > 0 ? z.union([first, ...others]) : first, direction) },
    ]),
  );
}

function mediaTypeOf(schema: z.ZodType): string {
  const mediaType = schema.meta()?.contentMediaType;
  return typeof mediaType === 'string' ? mediaType : JSON_MEDIA;
}
