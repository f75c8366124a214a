import { NotFound } from '../../errors/errors.ts';
import { exchangeOf, type Middleware, type Step } from '../exchange.ts';

/** Answers 404 to a path that no endpoint has. Other methods than GET and HEAD never come this far. */
export function knownPath(): Middleware {
  const knownPathBefore = ({ event }: Step): void => {
    // A slash too many is the catch-all's own case: it sends the client to the path without.
    const isSlashTooMany = event.routeKey === '$default' && event.rawPath.endsWith('/');
    if (exchangeOf(event).unknownPath && !isSlashTooMany) throw new NotFound('Not Found');
  };
  return { before: knownPathBefore };
}
