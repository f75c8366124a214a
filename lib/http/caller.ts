import type { Principal } from '../security/principal.ts';
import { exchangeOf, type HttpEvent } from './exchange.ts';

/** Who calls; only to be asked for after authentication. */
export function callerOf(event: HttpEvent): Principal {
  const { principal } = exchangeOf(event);
  if (principal === undefined) throw new Error('the caller is asked for before it is known');
  return principal;
}
