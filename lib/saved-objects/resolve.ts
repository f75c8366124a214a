import { type Resolved, resolveObject } from '../stores/resolve-saved-object.ts';
import { unsupportedType } from '../stores/saved-object-rows.ts';
import { savedObjectType } from '../stores/saved-object-types.ts';
import { type Caller, requireTypes } from './authorization.ts';

/**
 * Finds an object by its id, or by a former one.
 *
 * @throws BadRequest for types that this API does not serve, Forbidden, NotFound
 */
export async function resolveFor(caller: Caller, wanted: { type: string; id: string }, now: Date): Promise<Resolved> {
  const type = savedObjectType(wanted.type);
  if (type === undefined || type.hidden === true) throw unsupportedType(wanted.type);
  requireTypes(caller, 'bulk_get', [wanted.type]);
  return resolveObject({ ...wanted, space: caller.space }, now);
}
