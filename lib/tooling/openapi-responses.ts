import * as z from 'zod';
import {
  BadRequest,
  ElasticsearchError,
  Forbidden,
  HttpError,
  NotAcceptable,
  PayloadTooLarge,
  Unauthorized,
  UnsupportedMediaType,
} from '../errors/errors.ts';
import type { ElasticsearchDefinition } from '../http/elasticsearch-endpoint.ts';
import type { KibanaRules, RouteContract } from '../http/endpoint.ts';
import { DEFAULT_BODY_BYTES } from '../http/limits.ts';
import { answerTooLarge } from '../http/middleware/compress.ts';
import { core } from '../http/styles/core.ts';
import { elasticsearch } from '../http/styles/elasticsearch.ts';
import type { ErrorStyle } from '../http/styles/style.ts';
import { requireClusterAction } from '../security/cluster-privileges.ts';
import { anonymous } from '../security/principal.ts';
import { missingPrivileges } from '../security/privileges.ts';
import type { RecordedExamples } from './openapi-examples.ts';
import { type Content, contentOf, JSON_MEDIA } from './openapi-schemas.ts';

/** What the generator reads of a function: the contract that the function itself runs on. */
export type Definition = Partial<KibanaRules> & {
  routes: readonly RouteContract[];
  action?: ElasticsearchDefinition['action'];
};

export type Response = { description: string; content?: Content };

const descriptions: Record<number, string> = {
  200: 'Success',
  201: 'Created',
  204: 'Success, without a body',
  400: 'The request is not valid',
  401: 'The caller is not known',
  403: 'The caller lacks a privilege',
  404: 'Not found',
  406: 'The body is not JSON',
  409: 'Conflict',
  413: 'The body, or the answer, is too large',
  415: 'The body has a type that is not taken',
  429: 'Too many requests',
  500: 'The service failed',
};

/** True for an endpoint of Kibana, with Kibana's pipeline. */
export function isKibana({ validation }: Definition): boolean {
  return validation !== undefined;
}

/** True when the operation reads a body. */
export function takesBody(route: string, { request = {} }: RouteContract, { body = {} }: Definition): boolean {
  if (route.startsWith('GET ')) return false;
  return request.body !== undefined || body.raw !== undefined || body.multipart !== undefined;
}

/** Every answer of an operation: those of its contract, and what the pipeline refuses, each with an example. */
export function responsesOf(
  route: string,
  contract: RouteContract,
  definition: Definition,
  recorded: RecordedExamples[string] | undefined,
): Record<string, Response> {
  const refusals = pipelineRefusals(route, contract, definition);
  const documented = Object.keys(contract.responses);
  const statuses = [...new Set([...documented, ...refusals.keys()])].toSorted(
    (one, other) => Number(one) - Number(other),
  );
  return Object.fromEntries(
    statuses.map((status) => {
      const refusal = refusals.get(status);
      const content = contentOfAll([contract.responses[Number(status)], refusal?.schema]);
      if (refusal !== undefined) addExample(content, JSON_MEDIA, refusal.example);
      if (documented.includes(status)) {
        for (const { mediaType, body } of recorded?.responses[status] ?? []) addExample(content, mediaType, body);
      }
      const description = descriptions[Number(status)] ?? `Status ${status}`;
      return [status, Object.keys(content).length === 0 ? { description } : { description, content }];
    }),
  );
}

/** The content of an answer that has one of the schemas. */
function contentOfAll(schemas: readonly (z.ZodType | undefined)[]): Content {
  const [first, ...others] = new Set(
    schemas.flatMap((schema): z.ZodType[] => {
      if (schema === undefined) return [];
      return schema instanceof z.ZodUnion ? (schema.options as z.ZodType[]) : [schema];
    }),
  );
  if (first === undefined) return {};
  return contentOf(others.length === 0 ? first : z.union([first, ...others]), 'output');
}

function addExample(content: Content, mediaType: string, example: unknown): void {
  const body = content[mediaType];
  if (body !== undefined) body.example = example;
}

type Refusal = { schema: z.ZodType; example: unknown };

function refusalOf(style: ErrorStyle, error: HttpError): Refusal {
  return { schema: style.schema, example: JSON.parse(String(style.render(error).body)) };
}

/** What is refused before an endpoint's own code runs, and what it answers when it fails. */
function pipelineRefusals(route: string, contract: RouteContract, definition: Definition): Map<string, Refusal> {
  const { errors = core, privileges = [] } = definition;
  const hasBody = takesBody(route, contract, definition);
  if (!isKibana(definition)) {
    const refused = errors === elasticsearch ? elasticsearchRefusals(route, hasBody, definition) : [];
    return new Map(
      [...refused, tooLarge(hasBody, definition), errors.unforeseen()].map((error) => [
        String(error.status),
        refusalOf(errors, error),
      ]),
    );
  }
  const missing = missingPrivileges(privileges, anonymous, 'default');
  const granted = `this action is granted by the Kibana privileges [${missing.join(',')}]`;
  const refused: HttpError[] = [
    badRequest(route, definition),
    ...(missing.length === 0 ? [] : [new Forbidden(`API [${route}] is unauthorized for user, ${granted}`)]),
    ...(hasBody ? [new UnsupportedMediaType('Unsupported Media Type')] : []),
    tooLarge(hasBody, definition),
  ];
  // The endpoint may refuse with the same status, in its own shape.
  const schema = errors === core ? core.schema : z.union([core.schema, errors.schema]);
  return new Map<string, Refusal>([
    ...refused.map((error): [string, Refusal] => [String(error.status), { ...refusalOf(core, error), schema }]),
    ['401', refusalOf(core, new Unauthorized('Unauthorized'))],
    ['500', { ...refusalOf(errors, errors.unforeseen()), schema }],
  ]);
}

function badRequest(route: string, { xsrf, versioning }: Definition): HttpError {
  if (!route.startsWith('GET ') && xsrf !== 'unless-cross-site') {
    return new BadRequest('Request must contain a kbn-xsrf header.');
  }
  if (versioning !== 'unversioned') {
    return new BadRequest('Invalid version. Received "1", expected a valid date string formatted as YYYY-MM-DD.');
  }
  return new BadRequest('Invalid request payload JSON format');
}

function elasticsearchRefusals(route: string, hasBody: boolean, { action }: Definition): HttpError[] {
  const [, path = ''] = route.split(' ');
  const forbidden = refusedAction(action);
  return [
    new ElasticsearchError(
      400,
      'illegal_argument_exception',
      `request [${path}] contains unrecognized parameter: [foo]`,
    ),
    new ElasticsearchError(401, 'security_exception', `missing authentication credentials for REST request [${path}]`),
    ...(forbidden === undefined ? [] : [forbidden]),
    ...(hasBody ? [new NotAcceptable('Content-Type header [text/plain] is not supported')] : []),
  ];
}

/** What somebody hears who may do nothing; undefined where everybody may call, or where it depends on the request. */
function refusedAction(action: Definition['action']): HttpError | undefined {
  if (action === undefined || action === 'anyone' || action === 'depends') return undefined;
  try {
    requireClusterAction({ ...anonymous, username: 'jdoe', roles: ['viewer'] }, action);
  } catch (error) {
    if (error instanceof HttpError) return error;
  }
  return undefined;
}

/** Of a body, or of an answer that Lambda would not hand on. */
function tooLarge(hasBody: boolean, { body: { maxBytes = DEFAULT_BODY_BYTES } = {} }: Definition): HttpError {
  if (!hasBody) return answerTooLarge();
  return new PayloadTooLarge(`Payload content length greater than maximum allowed: ${maxBytes}`);
}
