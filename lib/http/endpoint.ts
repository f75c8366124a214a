import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { config } from '../config.ts';
import type { Principal } from '../security/principal.ts';
import type { Requirement } from '../security/privileges.ts';
import type { ValidationRenderer } from '../validation/issues.ts';
import type { ParsedBody } from './body.ts';
import { callerOf } from './caller.ts';
import { type Answer, exchangeOf, type HttpEvent, type Middleware } from './exchange.ts';
import { limits } from './limits.ts';
import { apiVersion, type Versioning } from './middleware/api-version.ts';
import { authenticateForKibana } from './middleware/authenticate.ts';
import { authorize } from './middleware/authorize.ts';
import { compress } from './middleware/compress.ts';
import { knownPath } from './middleware/known-path.ts';
import { log } from './middleware/log.ts';
import { type ParseBodyOptions, parseBody } from './middleware/parse-body.ts';
import { renderErrors } from './middleware/render-errors.ts';
import { responseHeaders } from './middleware/response-headers.ts';
import { space } from './middleware/space.ts';
import { type RequestSchemas, validate } from './middleware/validate.ts';
import { type XsrfRule, xsrf } from './middleware/xsrf.ts';
import { isSafe, routeOf, uriOf } from './request.ts';
import { core } from './styles/core.ts';
import type { ErrorStyle } from './styles/style.ts';

/** What one route promises: method and path, what it reads, what it answers. */
export type RouteContract<Schemas extends RequestSchemas = RequestSchemas> = {
  /** Method and path as in serverless.yml, without the space prefix: `GET /api/lists`. */
  route: string | readonly string[];
  summary: string;
  description?: string;
  /** What is not as in Kibana, for its users; absent: nothing that they would notice. */
  differs?: string;
  request?: Schemas;
  /** Schema of every documented answer by status; `undefined` for an empty body. */
  responses: Record<number, z.ZodType | undefined>;
};

/** What an endpoint is besides its routes. */
export type KibanaRules = {
  /** API privileges that the caller needs; `none` where the handler's own area decides. */
  privileges: Requirement;
  /** Absent: every caller must be somebody. `optional`: who is nobody gets what the handler has for `anonymous`. */
  authentication?: 'optional';
  /** Only for unsafe methods. Absent: `kbn-xsrf` is required. */
  xsrf?: XsrfRule;
  /** Absent: the client may name the API version in a header. */
  versioning?: Versioning;
  /** Whose wording the validation texts have. */
  validation: ValidationRenderer;
  /** Whose shape the handler's own errors have. Absent: core. What the pipeline refuses is always core. */
  errors?: ErrorStyle;
  /** How the body is read, where it is not JSON of at most 1 MB. */
  body?: ParseBodyOptions;
};

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a handler gets: parsed values, never the event. */
export type KibanaRequest<Schemas extends RequestSchemas = RequestSchemas> = {
  /** The route that matched. */
  route: string;
  /** Path and query, for texts that quote the request. */
  uri: string;
  path: Parsed<Schemas['path']>;
  query: Parsed<Schemas['query']>;
  body: Parsed<Schemas['body']>;
  /** The body as it was read, for endpoints that take files or bytes. */
  payload: ParsedBody;
  space: string;
  principal: Principal;
  /** One clock reading for the whole request. */
  now: Date;
  /** A new random id (UUID v4). */
  newId: () => string;
  /** When work that may grow long has to stop, in epoch milliseconds. */
  deadline: number;
};

type Handler<Request> = (request: Request) => Promise<Answer> | Answer;

/** A Lambda handler that still knows its contract: the API document and the tests read it. */
export type Endpoint<Definition> = {
  (event: HttpEvent, context: Context): Promise<Answer>;
  definition: Definition;
};

export type KibanaDefinition = KibanaRules & { routes: readonly RouteContract[] };

/** An endpoint of Kibana: its contract, then a short function that calls an area and shapes the answer. */
export function kibanaEndpoint<const Schemas extends RequestSchemas>(
  definition: KibanaRules & RouteContract<Schemas>,
  handler: Handler<KibanaRequest<Schemas>>,
): Endpoint<KibanaDefinition>;
/** The same for a function that serves several operations: a list of routes, each with its own schemas. */
export function kibanaEndpoint<const Schemas extends RequestSchemas>(
  definition: KibanaRules & { routes: readonly RouteContract<Schemas>[] },
  handler: Handler<KibanaRequest<Schemas>>,
): Endpoint<KibanaDefinition>;
export function kibanaEndpoint(
  definition: KibanaRules & (RouteContract | { routes: readonly RouteContract[] }),
  handler: (request: KibanaRequest) => Promise<Answer> | Answer,
): Endpoint<KibanaDefinition> {
  const routes = 'routes' in definition ? definition.routes : [definition];
  const { authentication, privileges, xsrf: rule, versioning, validation, errors = core, body } = definition;
  const schemasOf = schemasByRoute(routes);
  // Before-hooks run in this order, which is Kibana's order of checks; after- and error-hooks run in reverse.
  const chain: Middleware[] = [
    log(),
    responseHeaders(),
    compress(),
    space(),
    authenticateForKibana({ optional: authentication === 'optional' }),
    parseBody(body),
    xsrf({ rule }),
    knownPath(),
    authorize({ privileges }),
    apiVersion({ versioning }),
    validate({
      schemasOf,
      renderer: validation,
      ignoredQueryKeys: versioning === 'versioned-also-by-query' ? ['apiVersion'] : [],
    }),
    renderErrors({ pipeline: core, handler: errors }),
  ];
  const run = (event: HttpEvent, context: Context) => handler(requestOf(event, context));
  return Object.assign(lambda(chain, run), { definition: { ...definition, routes } });
}

/** Puts a chain of middlewares around a function. */
export function lambda(
  chain: readonly Middleware[],
  run: (event: HttpEvent, context: Context) => Promise<Answer> | Answer,
) {
  // A wrong setting ends the start of the process, and not its first request.
  config();
  const work = async (event: HttpEvent, context: Context): Promise<Answer> => run(event, context);
  const handler = middy(work).use([...chain]);
  return (event: HttpEvent, context: Context): Promise<Answer> => handler(event, context);
}

/** Finds the schemas of the route that matched. */
export function schemasByRoute(routes: readonly RouteContract[]): (event: HttpEvent) => RequestSchemas {
  const schemas = new Map(routes.flatMap(({ route, request }) => [route].flat().map((each) => [each, request ?? {}])));
  return (event) => {
    const { body, ...others } = schemas.get(routeOf(event)) ?? {};
    return isSafe(event) || body === undefined ? others : { ...others, body };
  };
}

function requestOf(event: HttpEvent, context: Context): KibanaRequest {
  const { input, body, space, startedAt } = exchangeOf(event);
  return {
    route: routeOf(event),
    uri: uriOf(event),
    // Each is what its schema gave; the overloads above say so to the handler.
    ...input,
    payload: body,
    space,
    principal: callerOf(event),
    now: startedAt,
    newId: randomUUID,
    deadline: Date.now() + context.getRemainingTimeInMillis() - limits.answerMs,
  };
}
