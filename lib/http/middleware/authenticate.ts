import { ElasticsearchError, type ElasticsearchErrorOptions, NotFound, Unauthorized } from '../../errors/errors.ts';
import { readCredentials } from '../../security/credentials.ts';
import { AuthenticationError, type AuthenticationFailure, anonymous, authenticate } from '../../security/principal.ts';
import { exchangeOf, type HttpEvent, type Middleware, type Step } from '../exchange.ts';
import { header, methodOf, uriOf } from '../request.ts';

/** Where Kibana asks Elasticsearch who calls; its refusals quote this path, whatever the client asked for. */
const AUTHENTICATE_URI = '/_security/_authenticate';

const CHALLENGES = ['Basic realm="security", charset="UTF-8"', 'Bearer realm="security"', 'ApiKey'];

export type AuthenticateOptions = {
  /** Callers without good credentials pass, as nobody. */
  optional?: boolean;
};

/**
 * Proves who calls. A path that no endpoint has is a 404: for GET after all checks that every route has (`knownPath`), else
 * at once, because Kibana's catch-all is a GET route.
 */
export function authenticateForKibana({ optional = false }: AuthenticateOptions = {}): Middleware {
  const authenticateBefore = async ({ event }: Step): Promise<void> => {
    const exchange = exchangeOf(event);
    if (exchange.unknownPath && !['GET', 'HEAD'].includes(methodOf(event))) throw new NotFound('Not Found');
    try {
      exchange.principal = await principalOf(event);
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
      if (!optional || exchange.unknownPath) throw refusalOf(error.failure);
      exchange.principal = anonymous;
    }
  };
  return { before: authenticateBefore };
}

function refusalOf(failure: AuthenticationFailure): Error {
  if (failure.kind === 'missing') return new Unauthorized('Unauthorized');
  return new ElasticsearchError(401, 'security_exception', reasonOf(failure, AUTHENTICATE_URI), causeOf(failure));
}

/** Proves who calls, and refuses as Elasticsearch does: with the request's own URI and three challenges. */
export function authenticateForElasticsearch(): Middleware {
  const authenticateBefore = async ({ event }: Step): Promise<void> => {
    try {
      exchangeOf(event).principal = await principalOf(event);
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
      const { failure } = error;
      throw new ElasticsearchError(401, 'security_exception', reasonOf(failure, uriOf(event)), {
        details: {
          ...(failure.kind === 'api-key' && { additional_unsuccessful_credentials: failure.detail }),
          header: { 'WWW-Authenticate': CHALLENGES },
        },
        // The gateway carries one value per header.
        headers: { 'www-authenticate': CHALLENGES.join(', ') },
        ...causeOf(failure),
      });
    }
  };
  return { before: authenticateBefore };
}

function principalOf(event: HttpEvent) {
  return authenticate(readCredentials(header(event, 'authorization')), exchangeOf(event).startedAt);
}

function causeOf(failure: AuthenticationFailure): ElasticsearchErrorOptions {
  if (failure.kind !== 'basic' || failure.cause === undefined) return {};
  return { causedBy: { type: 'illegal_argument_exception', reason: failure.cause } };
}

function reasonOf(failure: AuthenticationFailure, uri: string): string {
  switch (failure.kind) {
    case 'missing':
    case 'no-value':
      return `missing authentication credentials for REST request [${uri}]`;
    case 'basic':
      return failure.reason;
    case 'user':
      return `unable to authenticate user [${failure.username}] for REST request [${uri}]`;
    case 'api-key':
      return 'unable to authenticate with provided credentials and anonymous access is not allowed for this request';
  }
}
