import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';
import type { Endpoint, RouteContract } from '../http/endpoint.ts';
import { KIBANA_VERSION, PUBLIC_API_VERSION } from '../http/version.ts';
import { readServerlessYml } from '../local/serverless-yml.ts';
import { ROOT } from './build.ts';
import { type RecordedExamples, recordedExamples } from './openapi-examples.ts';
import { type Definition, isKibana, type Response, responsesOf, takesBody } from './openapi-responses.ts';
import { type Content, contentOf, errorSchemas, JSON_MEDIA, type Json, jsonSchema } from './openapi-schemas.ts';
import { areaOf } from './roles.ts';
import { shareSchemas } from './shared-schemas.ts';

type RequestBody = { required: boolean; content: Content };
type Operation = Json & { operationId: string; requestBody?: RequestBody; responses: Record<string, Response> };
type Paths = Record<string, Record<string, Operation>>;
type Examples = RecordedExamples[string];

const FILE = join(ROOT, 'openapi.json');

/** The areas, as the reference introduces them. */
export const areas: Record<string, string> = {
  apm: 'Central configuration of APM agents',
  assistant: 'AI assistant: anonymization fields, knowledge base, prompts',
  cases: 'Cases, their comments and their history',
  connectors: 'Connectors to systems outside, and running them',
  dashboards: 'Dashboards',
  detections: 'Detection rules, alert migrations, privileges of the caller',
  elasticsearch: "Elasticsearch's own API of users and API keys",
  endpoint: 'Elastic Defend: exception list, response actions',
  entities: 'Entity store, asset criticality, risk engine',
  fleet: 'Fleet: agents, policies, enrollment, outputs, packages',
  'fleet-server': 'What Elastic Agents call: enrolment, check-in, acknowledgements, uploads. API keys only',
  lists: 'Value lists and their items',
  platform: 'The service itself',
  'saved-objects': 'Saved objects: resolve, import, export, encryption keys',
  security: 'Roles',
  spaces: 'Spaces',
  timelines: 'Timelines, notes, pinned events',
};

/** A route that clients call, with all that its function says of it. */
export type DocumentedRoute = { area: string; route: string; contract: RouteContract; definition: Definition };

/** All operations, in the order of serverless.yml. */
export async function documentedRoutes(functions = readServerlessYml().functions): Promise<DocumentedRoute[]> {
  const found: DocumentedRoute[] = [];
  for (const { handler: file } of functions) {
    const definition = await definitionOf(file);
    if (definition === undefined) continue;
    for (const contract of definition.routes) {
      for (const route of [contract.route].flat()) {
        // `/x/` is the same operation as `/x`: only the one without is documented.
        const isOne = route.includes(' /') && !route.endsWith('/');
        if (isOne) found.push({ area: areaOf(file), route, contract, definition });
      }
    }
  }
  return found;
}

/** The API as an OpenAPI 3.1 document, made of the endpoints' own definitions and of what their tests recorded. */
export async function openApiDocument(functions = readServerlessYml().functions): Promise<Json> {
  const examples = await recordedExamples();
  const paths: Paths = {};
  const tags = new Set<string>();
  for (const { area, route, contract, definition } of await documentedRoutes(functions)) {
    const [method = '', path = ''] = route.split(' ');
    tags.add(area);
    const written = operation(area, route, contract, definition, examplesOf(route, contract, examples));
    paths[path] = { ...paths[path], [method.toLowerCase()]: written };
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
    tags: [...tags].sort().map((name) => ({ name, ...(areas[name] && { description: areas[name] }) })),
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

/** The examples of a route; what it lacks, another route of the same contract may have. */
function examplesOf(route: string, contract: RouteContract, examples: RecordedExamples): Examples | undefined {
  const siblings = [contract.route].flat().flatMap((each) => examples[each] ?? []);
  const [own = siblings[0]] = [examples[route]];
  if (own === undefined) return undefined;
  const responses = Object.assign({}, ...siblings.map((sibling) => sibling.responses), own.responses);
  return { ...own, responses };
}

/** The definition of a function; undefined for workers, which no client calls. */
async function definitionOf(file: string): Promise<Definition | undefined> {
  const { handler }: { handler: Partial<Endpoint<Definition>> } = await import(
    join(ROOT, file.replace(/\.handler$/, '.ts'))
  );
  return handler.definition;
}

function operation(
  area: string,
  route: string,
  contract: RouteContract,
  definition: Definition,
  examples: Examples | undefined,
): Operation {
  const [method = '', path = ''] = route.split(' ');
  const { summary, request = {} } = contract;
  const { path: pathExample = {}, query: queryExample = {} } = examples?.request ?? {};
  const parameters = [
    ...pathParameters(path, request.path).map(withExample(pathExample)),
    ...queryParameters(request.query).map(withExample(queryExample)),
    ...(isKibana(definition) && method !== 'GET' ? [xsrfHeader(definition)] : []),
    ...(isKibana(definition) && definition.versioning !== 'unversioned' ? [versionHeader] : []),
  ];
  return {
    operationId: operationId(method, path),
    summary,
    ...describe(contract),
    tags: [area],
    ...(parameters.length > 0 && { parameters }),
    ...(takesBody(route, contract, definition) && { requestBody: requestBody(request.body, definition, examples) }),
    responses: responsesOf(route, contract, definition, examples),
  };
}

function describe({ description, differs }: RouteContract): { description?: string } {
  const parts = [description, differs && `Not as in Kibana: ${differs}`].filter((part) => part !== undefined);
  return parts.length === 0 ? {} : { description: parts.join('\n\n') };
}

function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return [method.toLowerCase(), ...words].join('-');
}

type Parameter = Json & { name: string };

function withExample(examples: Record<string, unknown>): (parameter: Parameter) => Parameter {
  return (parameter) =>
    examples[parameter.name] === undefined ? parameter : { ...parameter, example: examples[parameter.name] };
}

function pathParameters(path: string, schema: z.ZodType | undefined): Parameter[] {
  const properties = propertiesOf(schema);
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: properties.get(name) ?? { type: 'string' },
  }));
}

function queryParameters(schema: z.ZodType | undefined): Parameter[] {
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

function xsrfHeader({ xsrf }: Definition): Parameter {
  return {
    name: 'kbn-xsrf',
    in: 'header',
    ...(xsrf === 'unless-cross-site' ? {} : { required: true }),
    description: 'Keeps pages from elsewhere from making a browser send the request',
    schema: { type: 'string' },
    example: 'true',
  };
}

const versionHeader: Parameter = {
  name: 'elastic-api-version',
  in: 'header',
  description: 'The version of the API',
  schema: { type: 'string', enum: [PUBLIC_API_VERSION], default: PUBLIC_API_VERSION },
};

const BINARY = { type: 'string', format: 'binary' };

function requestBody(schema: z.ZodType | undefined, { body = {} }: Definition, examples: Examples | undefined) {
  const { raw, multipart } = body;
  if (raw !== undefined) {
    return { required: true, content: Object.fromEntries(raw.map((mediaType) => [mediaType, { schema: BINARY }])) };
  }
  if (multipart !== undefined) {
    const form = { type: 'object', properties: { file: BINARY }, required: ['file'] };
    return { required: true, content: { 'multipart/form-data': { schema: form } } };
  }
  const content = schema === undefined ? {} : contentOf(schema, 'input');
  const example = examples?.request.body;
  const json = content[JSON_MEDIA];
  if (json !== undefined && example !== undefined) json.example = example;
  return { required: schema?.safeParse(undefined).success === false, content };
}

/** The schemas of all bodies, by operation and place. */
function schemasIn(paths: Paths): { name: string; schema: Json }[] {
  const operations = Object.values(paths).flatMap((item) => Object.values(item));
  return operations.flatMap(({ operationId: id, requestBody: body, responses }) => [
    ...bodiesIn(`${id}.request`, body?.content),
    ...Object.entries(responses).flatMap(([status, { content }]) => bodiesIn(`${id}.${status}`, content)),
  ]);
}

function bodiesIn(name: string, content: Content = {}): { name: string; schema: Json }[] {
  return Object.values(content).map(({ schema }) => ({ name, schema }));
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
