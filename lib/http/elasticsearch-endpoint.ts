import type * as z from 'zod';
import { type ClusterAction, requireClusterAction } from '../security/cluster-privileges.ts';
import type { Principal } from '../security/principal.ts';
import { callerOf } from './caller.ts';
import { type Endpoint, lambda, type RouteContract } from './endpoint.ts';
import { type Answer, exchangeOf, type HttpEvent, type Middleware, type Step } from './exchange.ts';
import { authenticateForElasticsearch } from './middleware/authenticate.ts';
import { compress } from './middleware/compress.ts';
import { knownParameters, parseElasticsearchBody, refuseBody } from './middleware/elasticsearch-request.ts';
import { log } from './middleware/log.ts';
import { renderErrors } from './middleware/render-errors.ts';
import { elasticsearchHeaders } from './middleware/response-headers.ts';
import { methodOf, pathParameters, queryOf, uriOf } from './request.ts';
import { elasticsearch } from './styles/elasticsearch.ts';
import type { ErrorStyle } from './styles/style.ts';

/** What a parser of an Elasticsearch request gets. */
export type ElasticsearchInput = {
  path: Record<string, string>;
  query: Record<string, string | string[]>;
  /** The parsed JSON; undefined when there is no body. */
  body: unknown;
};

export type ElasticsearchRequest<Parsed> = {
  parsed: Parsed;
  principal: Principal;
  now: Date;
  method: string;
  /** Path and query, for texts that quote the request. */
  uri: string;
};

export type ElasticsearchDefinition = {
  routes: readonly RouteContract[];
  errors: ErrorStyle;
  /** What the caller must be allowed to do; `depends` where that is a question of the request. */
  action: ClusterAction | 'anyone' | 'depends';
  /** Query parameters besides those that Elasticsearch takes on every path. */
  parameters: readonly string[];
};

export type ElasticsearchRules<Parsed> = {
  route: string | readonly string[];
  summary: string;
  description?: string;
  /** Schemas for the API document; the endpoint's parser has the texts of Elasticsearch. Without a body none is taken. */
  request?: { body?: z.ZodType; query?: z.ZodType };
  responses: Record<number, z.ZodType | undefined>;
  parameters?: readonly string[];
  /** `path`: body and parameters do not matter. */
  reads?: 'path';
  /** Reads path, query and body. */
  parse: (input: ElasticsearchInput) => Parsed | Promise<Parsed>;
  /** What the request can be checked for by itself. Elasticsearch does this, too, before it asks what the caller may. */
  validate?: (parsed: Parsed) => void;
  /** What the caller must be allowed to do; a function where that depends on the request. */
  action: ClusterAction | ((request: ElasticsearchRequest<Parsed>) => void) | 'anyone';
};

/** An endpoint of Elasticsearch: no spaces, no XSRF, no API version, its own order of checks and error shape. */
export function elasticsearchEndpoint<Parsed>(
  definition: ElasticsearchRules<Parsed>,
  handler: (request: ElasticsearchRequest<Parsed>) => Promise<Answer> | Answer,
): Endpoint<ElasticsearchDefinition> {
  const {
    route,
    summary,
    description,
    request = {},
    responses,
    parameters = [],
    reads,
    parse,
    validate,
    action,
  } = definition;
  const takesBody = request.body !== undefined;
  const parsed = new WeakMap<HttpEvent, { value: Parsed }>();
  const requestOf = (event: HttpEvent): ElasticsearchRequest<Parsed> => {
    const found = parsed.get(event);
    if (found === undefined) throw new Error('the request is asked for before it is parsed');
    return {
      parsed: found.value,
      principal: callerOf(event),
      now: exchangeOf(event).startedAt,
      method: methodOf(event),
      uri: uriOf(event),
    };
  };
  const parseRequest = async ({ event }: Step): Promise<void> => {
    const { body } = exchangeOf(event);
    const input = {
      path: pathParameters(event),
      query: queryOf(event),
      body: body.kind === 'json' ? body.value : undefined,
    };
    parsed.set(event, { value: await parse(input) });
  };
  const validateRequest = ({ event }: Step): void => validate?.(requestOf(event).parsed);
  const authorize = ({ event }: Step): void => {
    if (action === 'anyone') return;
    const checked = requestOf(event);
    if (typeof action === 'function') action(checked);
    else requireClusterAction(checked.principal, action);
  };
  const chain: Middleware[] = [
    log(),
    elasticsearchHeaders(),
    compress({ errors: elasticsearch }),
    authenticateForElasticsearch(),
    ...(reads === 'path' ? [] : [parseElasticsearchBody({ takesBody })]),
    { before: parseRequest },
    ...(reads === 'path' ? [] : [knownParameters({ parameters })]),
    ...(reads === 'path' || takesBody ? [] : [refuseBody()]),
    { before: validateRequest },
    { before: authorize },
    renderErrors({ pipeline: elasticsearch, handler: elasticsearch }),
  ];
  const contract: RouteContract = {
    route,
    summary,
    ...(description !== undefined && { description }),
    request,
    responses,
  };
  const described: ElasticsearchDefinition = {
    routes: [contract],
    errors: elasticsearch,
    action: typeof action === 'function' ? 'depends' : action,
    parameters,
  };
  return Object.assign(
    lambda(chain, (event) => handler(requestOf(event))),
    { definition: described },
  );
}
