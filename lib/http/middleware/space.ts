import { exchangeOf, type Middleware, type Step } from '../exchange.ts';

const SPACE_ID = /^[a-z0-9_-]+$/;

/** Reads the space from the path. A path under `/s/` whose space id has no such form names no route at all. */
export function space(): Middleware {
  const spaceBefore = ({ event }: Step): void => {
    const exchange = exchangeOf(event);
    exchange.unknownPath = event.routeKey === '$default';
    const id = event.pathParameters?.space_id;
    if (id === undefined) return;
    if (SPACE_ID.test(id)) exchange.space = id;
    else exchange.unknownPath = true;
  };
  return { before: spaceBefore };
}
