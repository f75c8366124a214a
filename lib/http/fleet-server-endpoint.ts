import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import { BadRequest, Unauthorized } from '../errors/errors.ts';
import { isObject } from '../json/merge.ts';
import { parseJson } from '../json/parse-json.ts';
import { readCredentials } from '../security/credentials.ts';
import { AuthenticationError, authenticate } from '../security/principal.ts';
import { callerOf } from './caller.ts';
import { type Endpoint, lambda, type RouteContract } from './endpoint.ts';
import { type Answer, exchangeOf, type HttpEvent, type Middleware, type Step } from './exchange.ts';
import { DEFAULT_BODY_BYTES, limits } from './limits.ts';
import { compress } from './middleware/compress.ts';
import { log } from './middleware/log.ts';
import type { ParseBodyOptions } from './middleware/parse-body.ts';
import { renderErrors } from './middleware/render-errors.ts';
import { bodyBytes, header, pathParameters } from './request.ts';
import { fleetServer } from './styles/fleet-server.ts';
import type { ErrorStyle } from './styles/style.ts';
import { KIBANA_VERSION } from './version.ts';

/** An API key that has proven itself. What it is good for is the area's to say. */
export type ShownApiKey = { id: string; name: string };

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export type FleetServerRequest<Body extends z.ZodType | undefined = undefined> = {
  path: Record<string, string>;
  apiKey: ShownApiKey;
  /** Version that the agent names: `9.0.0`. @throws BadRequest for one that this server cannot serve */
  agentVersion: () => string;
  /** @throws BadRequest when the schema refuses it, PayloadTooLarge */
  body: () => Parsed<Body>;
  /** The body's bytes, for endpoints that take a file. @throws PayloadTooLarge */
  bytes: () => Buffer;
  /** A request header by its lower-case name. */
  header: (name: string) => string | undefined;
  now: Date;
  newId: () => string;
};

export type FleetServerDefinition = {
  routes: readonly RouteContract[];
  errors: ErrorStyle;
  body: Pick<ParseBodyOptions, 'raw'>;
};

export type FleetServerRules<Body extends z.ZodType | undefined> = {
  route: string;
  summary: string;
  description?: string;
  differs?: string;
  request?: { body?: Body };
  /** What a body that the schema refuses is: `unable to decode enroll request`. */
  malformed?: string;
  responses: Record<number, z.ZodType | undefined>;
  /** Hands the body on as bytes. */
  raw?: true;
};

/**
 * An endpoint that agents call. API keys only; no spaces, no XSRF, no API version; keys that a body has besides its schema are
 * ignored. The handler reads user agent and body when it wants them: Fleet Server looks at them in an order of each operation.
 */
export function fleetServerEndpoint<const Body extends z.ZodType | undefined = undefined>(
  definition: FleetServerRules<Body>,
  handler: (request: FleetServerRequest<Body>) => Promise<Answer> | Answer,
): Endpoint<FleetServerDefinition> {
  const {
    route,
    summary,
    description,
    differs,
    request = {},
    responses,
    raw,
    malformed = 'unable to decode request',
  } = definition;
  const chain: Middleware[] = [
    log(),
    compress(),
    { before: authenticateBefore },
    renderErrors({ pipeline: fleetServer, handler: fleetServer }),
  ];
  const run = (event: HttpEvent) => {
    const { startedAt } = exchangeOf(event);
    const { apiKey } = callerOf(event);
    if (apiKey === undefined) throw new Error('the caller has no API key');
    const bytes = () => bodyBytes(event, raw === true ? limits.requestBodyBytes : DEFAULT_BODY_BYTES);
    return handler({
      path: pathParameters(event),
      apiKey,
      agentVersion: () => versionOf(header(event, 'user-agent')),
      body: () => parsed(request.body, bytes(), malformed),
      bytes,
      header: (name) => header(event, name),
      now: startedAt,
      newId: randomUUID,
    });
  };
  const { body } = request;
  const contract: RouteContract = {
    route,
    summary,
    ...(description !== undefined && { description }),
    ...(differs !== undefined && { differs }),
    request: body === undefined ? {} : { body },
    responses,
  };
  const bodyOptions = raw === true ? { raw: ['application/octet-stream'] } : {};
  return Object.assign(lambda(chain, run), {
    definition: { routes: [contract], errors: fleetServer, body: bodyOptions },
  });
}

async function authenticateBefore({ event }: Step): Promise<void> {
  const authorization = header(event, 'authorization');
  if (authorization === undefined || authorization === '') {
    throw new Unauthorized('no authorization header', { attributes: { name: 'ErrNoAuthHeader' } });
  }
  const credentials = readCredentials(authorization);
  if (credentials.scheme === 'unreadable') {
    throw new BadRequest('malformed token', { attributes: { name: 'ErrMalformedToken' } });
  }
  if (credentials.scheme !== 'apikey') {
    throw new BadRequest('malformed authorization header', { attributes: { name: 'ErrMalformedHeader' } });
  }
  const exchange = exchangeOf(event);
  try {
    exchange.principal = await authenticate(credentials, exchange.startedAt);
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error;
    throw new Unauthorized('ApiKey not enabled', { attributes: { name: 'Unauthorized' } });
  }
}

const OLDEST = [7, 13] as const;

/** The version in `elastic agent 9.0.0`; a newer patch than this server's is welcome, a newer minor version is not. */
function versionOf(userAgent: string | undefined): string {
  const [, version, major, minor] =
    /^elastic agent +v?((\d{1,9})\.(\d{1,9})(?:\.\d{1,9})?) *(?:-.*)?$/s.exec((userAgent ?? '').toLowerCase()) ?? [];
  if (version === undefined) {
    throw new BadRequest('user-agent is invalid', { attributes: { name: 'InvalidUserAgent' } });
  }
  const [ownMajor = 0, ownMinor = 0] = KIBANA_VERSION.split('.').map(Number);
  const number = (one: unknown, two: unknown) => Number(one) * 1e9 + Number(two);
  const agent = number(major, minor);
  if (agent < number(...OLDEST) || agent > number(ownMajor, ownMinor)) {
    throw new BadRequest('version is not supported', { attributes: { name: 'UnsupportedVersion' } });
  }
  return version;
}

function parsed<Body extends z.ZodType | undefined>(
  schema: Body | undefined,
  bytes: Buffer,
  malformed: string,
): Parsed<Body>;
function parsed(schema: z.ZodType | undefined, bytes: Buffer, malformed: string): unknown {
  if (schema === undefined) return undefined;
  let value: unknown;
  try {
    value = wellFormed(parseJson(bytes.toString()));
  } catch (error) {
    throw new BadRequest(`Bad request: ${malformed}`, { cause: error });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `: ${issue.path.join('.')}: ${issue.message}`;
  throw new BadRequest(`Bad request: ${malformed}${where}`);
}

/** The value with U+FFFD for every half of a surrogate pair, as Go decodes it. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name.toWellFormed(), wellFormed(each)]));
}
