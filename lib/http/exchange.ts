import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Principal } from '../security/principal.ts';
import type { ParsedBody } from './body.ts';

/** A request as API Gateway's HTTP API sends it (payload 2.0). */
export type HttpEvent = APIGatewayProxyEventV2;

/** An answer on its way out: a stream of text until the compress middleware, a whole body after it. */
export type Answer = {
  statusCode: number;
  headers: Record<string, string>;
  body?: string | AsyncIterable<string>;
  isBase64Encoded?: boolean;
};

/** What the pipeline learns of one request, step by step, and the handler needs. */
export type Exchange = {
  readonly startedAt: Date;
  requestId: string;
  /** Id of the space that the path names. */
  space: string;
  /** No endpoint has this path. Known at once, answered only where the order of checks says so. */
  unknownPath: boolean;
  principal: Principal | undefined;
  body: ParsedBody;
  input: { path: unknown; query: unknown; body: unknown };
  /** Set once the request has passed version negotiation; the answer then names the version. */
  apiVersion: string | undefined;
  /** The pipeline is through and the handler runs: what is thrown now is the endpoint's own error. */
  handling: boolean;
};

const exchanges = new WeakMap<HttpEvent, Exchange>();

/** The exchange that belongs to a request; begins one at first use. */
export function exchangeOf(event: HttpEvent): Exchange {
  const known = exchanges.get(event);
  if (known !== undefined) return known;
  const exchange: Exchange = {
    startedAt: new Date(),
    requestId: '',
    space: 'default',
    unknownPath: false,
    principal: undefined,
    body: { kind: 'none' },
    input: { path: {}, query: {}, body: undefined },
    apiVersion: undefined,
    handling: false,
  };
  exchanges.set(event, exchange);
  return exchange;
}

/** What a middleware is given, in this project's terms. */
export type Step = { event: HttpEvent; context: Context; response: Answer | null | undefined; error: unknown };

/** A middleware of the pipeline; see `endpoint.ts` for the order. */
export type Middleware = {
  before?: (step: Step) => Promise<void> | void;
  after?: (step: Step) => Promise<void> | void;
  onError?: (step: Step) => Promise<void> | void;
};
