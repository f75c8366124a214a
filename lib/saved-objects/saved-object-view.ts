import * as z from 'zod';
import { savedObjectType } from '../stores/saved-object-types.ts';
import { reference, type SavedObject } from '../stores/saved-objects.ts';
import { encodeVersion } from '../stores/versions.ts';

/** A saved object as the API answers it. */
export const savedObjectView = z.object({
  id: z.string(),
  type: z.string(),
  namespaces: z.array(z.string()),
  migrationVersion: z.record(z.string(), z.string()).optional(),
  coreMigrationVersion: z.string(),
  typeMigrationVersion: z.string().optional(),
  managed: z.boolean(),
  updated_at: z.string().optional(),
  created_at: z.string().optional(),
  created_by: z.string().optional(),
  updated_by: z.string().optional(),
  version: z.string(),
  attributes: z.record(z.string(), z.unknown()),
  references: z.array(reference),
  originId: z.string().optional(),
});

/**
 * The object as the API answers it, in the order of Kibana's answers; what is undefined is not sent. `migrationVersion` is
 * the older form of `typeMigrationVersion`.
 */
export function viewOf(object: SavedObject): z.infer<typeof savedObjectView> {
  const { type, typeMigrationVersion } = object;
  return {
    id: object.id,
    type,
    namespaces: object.namespaces,
    migrationVersion: typeMigrationVersion === undefined ? undefined : { [type]: typeMigrationVersion },
    coreMigrationVersion: object.coreMigrationVersion,
    typeMigrationVersion,
    managed: object.managed,
    originId: object.originId,
    updated_at: object.updated_at,
    created_at: object.created_at,
    created_by: object.created_by,
    updated_by: object.updated_by,
    version: encodeVersion(object.version),
    attributes: object.attributes,
    references: object.references,
  };
}

/** What lists of objects of all types show of one: its title, and the symbol of its type. */
export function metaOf({ type, id, attributes }: Pick<SavedObject, 'type' | 'id' | 'attributes'>) {
  const registered = savedObjectType(type);
  const title = registered?.title === undefined ? attributes.title : registered.title({ id, attributes });
  return { ...(title !== undefined && { title }), ...(registered?.icon !== undefined && { icon: registered.icon }) };
}

/** One text for type and id together. Types never hold a colon. */
export function nameOf({ type, id }: { type: string; id: string }): string {
  return `${type}:${id}`;
}
