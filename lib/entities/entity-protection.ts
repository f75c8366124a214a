import { BadRequest } from '../errors/errors.ts';
import { isObject, type JsonObject } from '../json/merge.ts';
import { leavesIn } from './dotted-keys.ts';
import { type EntityField, type EntityType, entityFields } from './entity-fields.ts';

const fieldsByPath = new Map(entityFields.map((field): [string, EntityField] => [field.path, field]));

/**
 * Refuses an update without `force` that names what it may not change: first all fields that are not the type's own, then
 * the protected ones, each in the order of the document.
 *
 * @throws BadRequest
 */
export function refuseProtected(type: EntityType, document: JsonObject): void {
  const named = Array.from(leavesIn(document))
    .filter(({ value }) => !isObject(value))
    .map(({ path }) => ({ path, field: fieldsByPath.get(path) }))
    .filter(({ field }) => field?.identifies.includes(type) !== true);
  const foreign = named.filter(({ field }) => field?.of.includes(type) !== true || field.access === 'foreign');
  if (foreign.length > 0) {
    throw new BadRequest(`Bad request: The following attributes are not allowed to be updated: [${listOf(foreign)}]`);
  }
  const locked = named.filter(({ field }) => field?.access === 'protected');
  if (locked.length > 0) {
    throw new BadRequest(
      `Bad request: The following attributes are not allowed to be updated without forcing it (?force=true): ${listOf(locked)}`,
    );
  }
}

function listOf(named: readonly { path: string }[]): string {
  return named.map(({ path }) => path).join(', ');
}
