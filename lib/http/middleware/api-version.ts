import { BadRequest } from '../../errors/errors.ts';
import { exchangeOf, type HttpEvent, type Middleware, type Step } from '../exchange.ts';
import { header, queryOf, routeOf } from '../request.ts';
import { PUBLIC_API_VERSION } from '../version.ts';

/** `versioned`: the client may name the version. `unversioned`: what it names is ignored. */
export type Versioning = 'versioned' | 'versioned-also-by-query' | 'unversioned';

/** Resolves the API version; from here on answers name it. */
export function apiVersion({ versioning = 'versioned' }: { versioning?: Versioning | undefined } = {}): Middleware {
  const apiVersionBefore = ({ event }: Step): void => {
    if (versioning !== 'unversioned') {
      const asked = versionOf(event, versioning);
      if (asked !== undefined) check(asked, routeOf(event));
    }
    exchangeOf(event).apiVersion = PUBLIC_API_VERSION;
  };
  return { before: apiVersionBefore };
}

/** The version that the client names; an empty one counts as none. */
function versionOf(event: HttpEvent, versioning: Versioning): string | undefined {
  const inQuery = versionInQuery(queryOf(event).apiVersion, versioning);
  return header(event, 'elastic-api-version') || inQuery || undefined;
}

function versionInQuery(value: string | string[] | undefined, versioning: Versioning): string | undefined {
  if (value === undefined) return undefined;
  // Of two versions in the query none counts.
  if (versioning === 'versioned-also-by-query') return typeof value === 'string' ? value : undefined;
  throw new BadRequest(
    'Use of query parameter "apiVersion" is not allowed. Please specify the API version using the "elastic-api-version" header.',
  );
}

function check(asked: string, route: string): void {
  if (asked === PUBLIC_API_VERSION) return;
  if (!isDate(asked)) {
    throw new BadRequest(`Invalid version. Received "${asked}", expected a valid date string formatted as YYYY-MM-DD.`);
  }
  const [method = '', path = ''] = route.split(' ');
  throw new BadRequest(
    `No version "${asked}" available for [${method.toLowerCase()}] [${path}]. Available versions are: [${PUBLIC_API_VERSION}]`,
  );
}

/** A day of the calendar, written `2023-10-31`. */
function isDate(text: string): boolean {
  // `Date` reads the 30th of February as the 2nd of March.
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : Number.NaN);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
