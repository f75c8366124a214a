import { Forbidden } from '../../errors/errors.ts';
import { missingPrivileges, type Requirement } from '../../security/privileges.ts';
import { callerOf } from '../caller.ts';
import { exchangeOf, type Middleware, type Step } from '../exchange.ts';
import { methodOf, uriOf } from '../request.ts';

/** Refuses callers who lack the API privileges of the route, by the names of what they lack. */
export function authorize({ privileges }: { privileges: Requirement }): Middleware {
  const authorizeBefore = ({ event }: Step): void => {
    const missing = missingPrivileges(privileges, callerOf(event), exchangeOf(event).space);
    if (missing.length === 0) return;
    throw new Forbidden(
      `API [${methodOf(event)} ${uriOf(event)}] is unauthorized for user, this action is granted by the Kibana privileges [${missing.join(',')}]`,
    );
  };
  return { before: authorizeBefore };
}
