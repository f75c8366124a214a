import { writeRequest } from '../../log.ts';
import { exchangeOf, type Middleware, type Step } from '../exchange.ts';
import { methodOf, routeOf } from '../request.ts';

/**
 * One JSON line per request: id, route, status, duration, caller. The path and the query stay out, they may hold what
 * should not be kept. A failure that nobody foresaw adds its stack.
 */
export function log(): Middleware {
  const logBefore = ({ event, context }: Step): void => {
    exchangeOf(event).requestId = context.awsRequestId;
  };
  const logAfter = ({ event, response, error }: Step): void => {
    const exchange = exchangeOf(event);
    const status = response?.statusCode ?? 500;
    writeRequest(status >= 500 ? 'error' : 'info', {
      requestId: exchange.requestId,
      method: methodOf(event),
      route: routeOf(event),
      status,
      durationMs: Date.now() - exchange.startedAt.getTime(),
      principal: exchange.principal?.username,
      ...(status >= 500 && error instanceof Error && { error }),
    });
  };
  return { before: logBefore, after: logAfter, onError: logAfter };
}
