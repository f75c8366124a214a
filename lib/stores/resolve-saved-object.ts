import { type Alias, useAlias } from './saved-object-aliases.ts';
import { findObject, objectNotFound, type SavedObject, type Where } from './saved-objects.ts';

export type Resolved = {
  object: SavedObject;
  outcome: 'exactMatch' | 'aliasMatch' | 'conflict';
  /** The alias that was followed, for every outcome but an exact match. */
  alias: Alias | undefined;
};

/**
 * Finds an object by its id, or by a former one. Using an alias is counted, even when it leads nowhere.
 *
 * @throws NotFound naming the id that was asked for; BadRequest for unknown types
 */
export async function resolveObject(where: Where, now: Date): Promise<Resolved> {
  const [alias, exact] = await Promise.all([useAlias(where, now), findObject(where)]);
  const target = alias && (await findObject({ ...where, id: alias.targetId }));
  if (exact !== undefined) {
    return target === undefined
      ? { object: exact, outcome: 'exactMatch', alias: undefined }
      : { object: exact, outcome: 'conflict', alias };
  }
  if (target === undefined) throw objectNotFound(where);
  return { object: target, outcome: 'aliasMatch', alias };
}
