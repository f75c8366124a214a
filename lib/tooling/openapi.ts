import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Endpoint, KibanaRules, RouteContract } from '../http/endpoint.ts';
import { coreError } from '../http/styles/core.ts';
import { siem, siemError } from '../http/styles/siem.ts';
import { KIBANA_VERSION, PUBLIC_API_VERSION } from '../http/version.ts';
import { readServerlessYml } from '../local/serverless-yml.ts';
import { ROOT } from './build.ts';
import { areaOf } from './roles.ts';
import { shareSchemas } from './shared-schemas.ts';

/** What the generator reads of a function: the contract that the function itself runs on. */
export type Definition = Partial<KibanaRules> & { routes: readonly RouteContract[]; parameters?: readonly string[] };

type Json = { [key: string]: unknown };
type Body = { content?: { 'application/json': { schema: Json } } };
type Operation = Json & { operationId: string; requestBody?: Json & Body; responses: Record<string, Json & Body> };

const FILE = join(ROOT, 'openapi.json');

const reasons: Record<number, string> = {
  200: 'Success',
  201: 'Created',
  204: 'Success, without a body',
  400: 'The request is not valid',
  401: 'The caller is not known',
  403: 'The caller lacks a privilege',
  404: 'Not found',
  409: 'Conflict',
};

const elasticsearchError = z.object({ error: z.unknown(), status: z.number() });

/** Error bodies, which every operation refers to. */
const named = new Map<z.ZodType, string>([
  [coreError, 'KibanaError'],
  [siemError, 'SecuritySolutionError'],
  [elasticsearchError, 'ElasticsearchError'],
]);
const errorSchemas = Object.fromEntries([...named].map(([schema, name]) => [name, plainSchema(schema, 'output')]));

/** The API as an OpenAPI 3.1 document, made of the endpoints' own definitions. */
export async function openApiDocument(functions = readServerlessYml().functions): Promise<Json> {
  const paths: Record<string, Record<string, Operation>> = {};
  const areas = new Set<string>();
  for (const { handler: file } of functions) {
    const area = areaOf(file);
    const definition = await definitionOf(file);
    if (definition === undefined) continue;
    for (const contract of definition.routes) {
      for (const route of [contract.route].flat()) {
        const [method = '', path = ''] = route.split(' ');
        // `/x/` is the same operation as `/x`: only the one without is documented.
        if (!path.startsWith('/') || path.endsWith('/')) continue;
        areas.add(area);
        paths[path] = { ...paths[path], [method.toLowerCase()]: operation(area, route, contract, definition) };
      }
    }
  }
  const schemas = { ...errorSchemas, ...shareSchemas(schemasIn(paths)) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kibana, serverless',
      version: KIBANA_VERSION,
      description: "Kibana's HTTP API as AWS Lambda functions on DynamoDB.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This service' }],
    security: [{ basic: [] }, { apiKey: [] }],
    tags: [...areas].sort().map((name) => ({ name })),
    paths: Object.fromEntries(Object.entries(paths).sort(([one], [other]) => (one < other ? -1 : 1))),
    components: {
      schemas,
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: '`ApiKey`, a blank, and the `encoded` value of `POST /_security/api_key`',
        },
      },
    },
  };
}

/** The definition of a function; undefined for workers, which no client calls. */
async function definitionOf(file: string): Promise<Definition | undefined> {
  const { handler }: { handler: Partial<Endpoint<Definition>> } = await import(
    join(ROOT, file.replace(/\.handler$/, '.ts'))
  );
  return handler.definition;
}

function operation(area: string, route: string, contract: RouteContract, definition: Definition): Operation {
  const [method = '', path = ''] = route.split(' ');
  const { summary, description, request = {}, responses } = contract;
  const unsafe = method !== 'GET';
  const isKibana = definition.validation !== undefined;
  const parameters = [
    ...pathParameters(path, request.path),
    ...queryParameters(request.query),
    ...(isKibana && unsafe ? [xsrfHeader(definition)] : []),
    ...(isKibana && definition.versioning !== 'unversioned' ? [versionHeader] : []),
  ];
  const hasBody = unsafe && request.body !== undefined;
  return {
    operationId: operationId(method, path),
    summary,
    ...(description !== undefined && { description }),
    tags: [area],
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody && {
      requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(request.body) } } },
    }),
    responses: responsesOf(responses, definition),
  };
}

function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return [method.toLowerCase(), ...words].join('-');
}

function pathParameters(path: string, schema: z.ZodType | undefined): Json[] {
  const properties = propertiesOf(schema);
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: properties.get(name) ?? { type: 'string' },
  }));
}

function queryParameters(schema: z.ZodType | undefined): Json[] {
  const { required } = jsonSchema(schema);
  const needed = Array.isArray(required) ? required : [];
  return [...propertiesOf(schema)].map(([name, property]) => ({
    name,
    in: 'query',
    ...(needed.includes(name) && { required: true }),
    schema: property,
  }));
}

function propertiesOf(schema: z.ZodType | undefined): Map<string, unknown> {
  const { properties } = jsonSchema(schema);
  return new Map(typeof properties === 'object' && properties !== null ? Object.entries(properties) : []);
}

function xsrfHeader({ xsrf }: Definition): Json {
  return {
    name: 'kbn-xsrf',
    in: 'header',
    ...(xsrf === 'unless-cross-site' ? {} : { required: true }),
    description: 'Keeps pages from elsewhere from making a browser send the request',
    schema: { type: 'string', examples: ['true'] },
  };
}

const versionHeader: Json = {
  name: 'elastic-api-version',
  in: 'header',
  description: 'The version of the API',
  schema: { type: 'string', enum: [PUBLIC_API_VERSION], default: PUBLIC_API_VERSION },
};

function responsesOf(
  documented: RouteContract['responses'],
  { validation, errors }: Definition,
): Record<string, Json & Body> {
  const pipeline = validation === undefined ? elasticsearchError : coreError;
  const generic = [400, 401, 403].map((status): [string, z.ZodType] => [
    String(status),
    status === 400 && errors === siem ? z.union([pipeline, siemError]) : pipeline,
  ]);
  const all = new Map<string, z.ZodType | undefined>([...generic, ...Object.entries(documented)]);
  return Object.fromEntries(
    [...all]
      .sort(([one], [other]) => Number(one) - Number(other))
      .map(([status, schema]) => [
        status,
        {
          description: reasons[Number(status)] ?? `Status ${status}`,
          ...(schema && { content: { 'application/json': { schema: jsonSchema(schema, 'output') } } }),
        },
      ]),
  );
}

function jsonSchema(schema: z.ZodType | undefined, io: 'input' | 'output' = 'input'): Json {
  const name = schema && named.get(schema);
  return name === undefined ? plainSchema(schema, io) : { $ref: `#/components/schemas/${name}` };
}

function plainSchema(schema: z.ZodType | undefined, io: 'input' | 'output'): Json {
  if (schema === undefined) return {};
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

/** The schemas of all bodies, by operation and place. */
function schemasIn(paths: Record<string, Record<string, Operation>>): { name: string; schema: Json }[] {
  const operations = Object.values(paths).flatMap((item) => Object.values(item));
  return operations.flatMap(({ operationId, requestBody, responses }) => [
    ...schemaOf(`${operationId}.request`, requestBody),
    ...Object.entries(responses).flatMap(([status, response]) => schemaOf(`${operationId}.${status}`, response)),
  ]);
}

function schemaOf(name: string, body: Body | undefined): { name: string; schema: Json }[] {
  const schema = body?.content?.['application/json'].schema;
  return schema === undefined ? [] : [{ name, schema }];
}

/** The document as text, as it stands in `openapi.json`. */
export async function openApiText(): Promise<string> {
  return `${JSON.stringify(await openApiDocument(), null, 1)}\n`;
}

/** What is checked in. */
export function checkedInText(): Promise<string> {
  return readFile(FILE, 'utf8');
}

if (import.meta.main) await writeFile(FILE, await openApiText());
