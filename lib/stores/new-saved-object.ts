import { BadRequest } from '../errors/errors.ts';
import type { JsonObject } from '../json/merge.ts';
import { ALL_SPACES, type Reference, type SavedObject, typeOf } from './saved-object-rows.ts';
import type { SavedObjectType } from './saved-object-types.ts';
import { firstVersion } from './versions.ts';

/** Format of documents as of Kibana 9.1. */
const CORE_MIGRATION_VERSION = '8.8.0';

export type NewObject = {
  type: string;
  id: string;
  /** Attributes, secrets included. */
  attributes: JsonObject;
  references?: readonly Reference[];
  /** The spaces that shall see it; absent: the space of the request. */
  namespaces?: readonly string[];
  originId?: string;
  managed?: boolean;
  /** Formats of an object that comes from elsewhere; absent: the newest. */
  coreMigrationVersion?: string;
  typeMigrationVersion?: string;
};

export type Actor = { space: string; now: Date; profileUid?: string | undefined };

/** The object that a request creates. @throws BadRequest for unknown types, and for spaces that the type cannot be in */
export function newObject(request: NewObject, { space, now, profileUid }: Actor): SavedObject {
  const { type, id, attributes, references = [], originId, managed = false } = request;
  const registered = typeOf(type);
  const time = now.toISOString();
  const isForeign = request.coreMigrationVersion !== undefined || request.typeMigrationVersion !== undefined;
  const typeMigrationVersion = isForeign ? request.typeMigrationVersion : registered.migrationVersion;
  return {
    id,
    type,
    namespaces: namespacesOf(registered, request.namespaces ?? [space]),
    version: firstVersion(now),
    attributes,
    references: [...references],
    created_at: time,
    updated_at: time,
    ...(profileUid !== undefined && { created_by: profileUid, updated_by: profileUid }),
    managed,
    ...(originId !== undefined && { originId }),
    coreMigrationVersion: request.coreMigrationVersion ?? CORE_MIGRATION_VERSION,
    ...(typeMigrationVersion !== undefined && { typeMigrationVersion }),
  };
}

function namespacesOf({ namespaces: kind }: SavedObjectType, wanted: readonly string[]): string[] {
  if (kind === 'agnostic') return [];
  const one = wanted.length === 1 && wanted[0] !== ALL_SPACES;
  if (kind !== 'multiple' && !one) {
    throw new BadRequest(
      '"initialNamespaces" can only specify a single space when used with space-isolated types: Bad Request',
    );
  }
  if (wanted.length === 0) {
    throw new BadRequest('"initialNamespaces" must be a non-empty array of strings: Bad Request');
  }
  // Space ids are parts of keys: any other text could point into another partition.
  const wrong = wanted.find((space) => space !== ALL_SPACES && !/^[a-z0-9_-]+$/.test(space));
  if (wrong !== undefined) throw new BadRequest(`"initialNamespaces" has no space id: "${wrong}": Bad Request`);
  return [...new Set(wanted)];
}
