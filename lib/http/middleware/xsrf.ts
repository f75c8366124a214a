import { config } from '../../config.ts';
import { BadRequest } from '../../errors/errors.ts';
import type { HttpEvent, Middleware, Step } from '../exchange.ts';
import { header, isSafe } from '../request.ts';
import { KIBANA_VERSION } from '../version.ts';

/**
 * `required`: the API documents demand `kbn-xsrf`. `unless-cross-site`: their own examples send none, so a request without
 * it passes, except when the browser itself says that it comes from elsewhere. A stage with `xsrf: strict` demands it
 * everywhere.
 */
export type XsrfRule = 'required' | 'unless-cross-site';

/** Refuses requests that a foreign page could have made a browser send, and clients of another Kibana version. */
export function xsrf({ rule = 'required' }: { rule?: XsrfRule | undefined } = {}): Middleware {
  const xsrfBefore = ({ event }: Step): void => {
    if (!isSafe(event) && !isAllowed(event, rule)) {
      throw new BadRequest('Request must contain a kbn-xsrf header.');
    }
    const got = header(event, 'kbn-version');
    if (got !== undefined && got !== '' && got !== KIBANA_VERSION) {
      throw new BadRequest(
        `Browser client is out of date, please refresh the page ("kbn-version" header was "${got}" but should be "${KIBANA_VERSION}")`,
        { attributes: { expected: KIBANA_VERSION, got } },
      );
    }
  };
  return { before: xsrfBefore };
}

function isAllowed(event: HttpEvent, rule: XsrfRule): boolean {
  const named = header(event, 'kbn-xsrf') !== undefined || header(event, 'kbn-version') !== undefined;
  return named || (rule === 'unless-cross-site' && config().xsrf !== 'strict' && !isCrossSite(event));
}

function isCrossSite(event: HttpEvent): boolean {
  const site = header(event, 'sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = header(event, 'origin');
  return origin !== undefined && !isOwn(origin, event);
}

/** Whether an origin has the host and port that the request went to; the gateway tells its scheme, a laptop has one. */
function isOwn(origin: string, event: HttpEvent): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host } = new URL(origin);
  const own = `${protocol}//${header(event, 'host') ?? ''}`;
  const asked = header(event, 'x-forwarded-proto');
  return (asked === undefined || `${asked}:` === protocol) && URL.canParse(own) && new URL(own).host === host;
}
