import * as z from 'zod';
import { BadRequest, Conflict, NotFound, WriteConflict } from '../errors/errors.ts';
import { backOff } from './backoff.ts';
import { type Binding, type CipherText, cipherText, decrypt, encrypt } from './encrypted-attributes.ts';
import { fitsKey, type Key, key } from './keys.ts';
import { deletionsOf, packJson, type StoredText, storedText, unpackJson } from './large-documents.ts';
import type { JsonObject } from './merge.ts';
import { type Row, read, readMany, rows } from './read.ts';
import { type SavedObjectType, savedObjectType } from './saved-object-types.ts';
import { encodeVersion, firstVersion } from './versions.ts';
import { type Write, write } from './write.ts';

/**
 * Kibana's saved objects. Access: by type, id and space; all of a type in a space.
 *
 *   object     pk <type>#<id>       sk object   types whose ids are unique over all spaces; `namespaces` says who sees it
 *   listed     pk <space>#<type>    sk <id>     one for each space of such an object, with what lists show
 *   object     pk <space>#<type>    sk <id>     types of a single space; `*` for those of none
 *   encrypted  pk encrypted#<type>  sk <home>   one for each object with secrets, for key rotation
 */
const table = 'SavedObjects';
const ALL_SPACES = '*';

export const reference = z.object({ name: z.string(), type: z.string(), id: z.string() });
export type Reference = z.infer<typeof reference>;

const document = z.object({
  attributes: z.record(z.string(), z.unknown()),
  references: z.array(reference),
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
  created_by: z.string().optional(),
  updated_by: z.string().optional(),
  managed: z.boolean(),
  originId: z.string().optional(),
  coreMigrationVersion: z.string(),
  typeMigrationVersion: z.string().optional(),
});

export type SavedObject = z.infer<typeof document> & {
  type: string;
  id: string;
  /** The spaces that see it; none for types of no space. */
  namespaces: string[];
  /** Counts the writes. `encodeVersion` makes the API's text of it. */
  version: number;
};

const objectRow = z.object({
  id: z.string(),
  type: z.string(),
  namespaces: z.array(z.string()),
  version: z.number(),
  document: storedText,
  encrypted: z.record(z.string(), cipherText).optional(),
});
type StoredObject = z.infer<typeof objectRow>;

/** Format of documents as of Kibana 9.1. */
const CORE_MIGRATION_VERSION = '8.8.0';

export type Where = { type: string; id: string; space: string };

function typeOf(name: string): SavedObjectType {
  const type = savedObjectType(name);
  if (type === undefined) throw new BadRequest(`Unsupported saved object type: '${name}': Bad Request`);
  return type;
}

function isShareable({ namespaces }: SavedObjectType): boolean {
  return namespaces === 'multiple' || namespaces === 'multiple-isolated';
}

/** The space under which an object is kept: its own, or `*` for types that are not kept under one. */
function homeOf(type: SavedObjectType, space: string): string {
  return type.namespaces === 'single' ? space : ALL_SPACES;
}

function keyOf({ type, id, space }: Where): Key {
  const registered = typeOf(type);
  return isShareable(registered) ? key(`${type}#${id}`, 'object') : key(`${homeOf(registered, space)}#${type}`, id);
}

function listedKey(space: string, type: string, id: string): Key {
  return key(`${space}#${type}`, id);
}

/** The 404 of an object that is not there, or not in this space. */
export function objectNotFound({ type, id }: Pick<Where, 'type' | 'id'>): NotFound {
  return new NotFound(`Saved object [${type}/${id}] not found`);
}

async function readVisible(where: Where): Promise<StoredObject | undefined> {
  if (!fitsKey(where.id)) return undefined;
  return visibleIn(where.space, await read(table, keyOf(where)));
}

function visibleIn(space: string, row: Row | undefined): StoredObject | undefined {
  if (row === undefined) return undefined;
  const stored = objectRow.parse(row);
  const { namespaces } = stored;
  return namespaces.length === 0 || namespaces.includes(space) || namespaces.includes(ALL_SPACES) ? stored : undefined;
}

async function openObject(stored: StoredObject): Promise<SavedObject> {
  const { id, type, namespaces, version } = stored;
  return { id, type, namespaces, version, ...document.parse(await unpackJson(table, stored.document)) };
}

/** One object without its secrets; undefined when the space does not see it. */
export async function findObject(where: Where): Promise<SavedObject | undefined> {
  const stored = await readVisible(where);
  return stored && openObject(stored);
}

/** One object without its secrets. @throws NotFound */
export async function getObject(where: Where): Promise<SavedObject> {
  const object = await findObject(where);
  if (object === undefined) throw objectNotFound(where);
  return object;
}

/** Many objects, in the order asked for; undefined where the space does not see one. */
export async function findObjects(
  space: string,
  wanted: readonly Omit<Where, 'space'>[],
): Promise<(SavedObject | undefined)[]> {
  const found = await readMany(
    table,
    wanted.map(({ type, id }) => keyOf({ type, id, space })),
  );
  return Promise.all(
    found.map(async (row) => {
      const stored = visibleIn(space, row);
      return stored && openObject(stored);
    }),
  );
}

/** One object with its secrets among the attributes. @throws NotFound, or Error when a secret cannot be decrypted */
export async function getDecrypted(where: Where): Promise<SavedObject> {
  const stored = await readVisible(where);
  if (stored === undefined) throw objectNotFound(where);
  return openWithSecrets(stored);
}

async function openWithSecrets(stored: StoredObject): Promise<SavedObject> {
  const object = await openObject(stored);
  const secrets = await Promise.all(
    Object.entries(stored.encrypted ?? {}).map(async ([name, cipher]) => [
      name,
      await decrypt(cipher, bindingOf(object, name)),
    ]),
  );
  return { ...object, attributes: { ...object.attributes, ...Object.fromEntries(secrets) } };
}

function bindingOf({ type, id, namespaces, attributes }: SavedObject, attribute: string): Binding {
  const registered = typeOf(type);
  const bound = (registered.bound ?? []).map((name) => attributes[name] ?? null);
  return [homeOf(registered, namespaces[0] ?? ALL_SPACES), type, id, attribute, bound];
}

/** An object as a list shows it: all of it for types of a single space, the type's summary for others. */
export type ListedObject = { id: string; attributes: JsonObject; updated_at: string | undefined };

const listedRow = z.object({ sk: z.string(), summary: z.string(), updated_at: z.string().optional() });

/** All objects of a type that a space sees, in the order of their ids, from narrow rows. */
export async function* listObjects(type: string, space: string): AsyncGenerator<ListedObject> {
  const registered = typeOf(type);
  if (!isShareable(registered)) {
    for await (const row of rows({ table, pk: `${homeOf(registered, space)}#${type}` })) {
      const { id, attributes, updated_at } = await openObject(objectRow.parse(row));
      yield { id, attributes, updated_at };
    }
    return;
  }
  for (const partition of [space, ALL_SPACES]) {
    for await (const row of rows({ table, pk: `${partition}#${type}` })) {
      const { sk, summary, updated_at } = listedRow.parse(row);
      yield { id: sk, attributes: JSON.parse(summary), updated_at };
    }
  }
}

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
};

export type Actor = { space: string; now: Date; profileUid?: string | undefined };
export type Together = { /** Writes that happen in the same transaction, or not at all. */ with?: readonly Write[] };

/**
 * Creates an object.
 *
 * @throws Conflict when the id is taken; for types whose ids are unique over all spaces, in whatever space
 */
export async function createObject(request: NewObject, actor: Actor, together: Together = {}): Promise<SavedObject> {
  const { type, id, attributes, references = [], originId, managed = false } = request;
  const registered = typeOf(type);
  const namespaces = namespacesOf(registered, request.namespaces ?? [actor.space]);
  const time = actor.now.toISOString();
  const object: SavedObject = {
    id,
    type,
    namespaces,
    version: firstVersion(actor.now),
    attributes,
    references: [...references],
    created_at: time,
    updated_at: time,
    ...(actor.profileUid !== undefined && { created_by: actor.profileUid, updated_by: actor.profileUid }),
    managed,
    ...(originId !== undefined && { originId }),
    coreMigrationVersion: CORE_MIGRATION_VERSION,
    ...(registered.migrationVersion !== undefined && { typeMigrationVersion: registered.migrationVersion }),
  };
  const { row, open, others } = await rowsOf(object, undefined);
  try {
    await write({ table, create: row }, ...others, ...(together.with ?? []));
  } catch (error) {
    if (error instanceof WriteConflict && error.index === 0) throw objectConflict(request);
    throw error;
  }
  return open;
}

/** The 409 of an id that is taken, or of a version that is not the one that stands. */
export function objectConflict({ type, id }: Pick<Where, 'type' | 'id'>): Conflict {
  return new Conflict(`Saved object [${type}/${id}] conflict`);
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
  return [...wanted];
}

/** Everything that is stored of an object: its row, the object as it is answered, and the rows beside it. */
async function rowsOf(object: SavedObject, replaced: StoredText | undefined) {
  const { id, type, namespaces, version, ...content } = object;
  const registered = typeOf(type);
  const secretNames = (registered.encrypted ?? []).filter((name) => object.attributes[name] !== undefined);
  const attributes = without(object.attributes, registered.encrypted ?? []);
  const encrypted: Record<string, CipherText> = {};
  for (const name of secretNames) encrypted[name] = await encrypt(object.attributes[name], bindingOf(object, name));
  const open = { ...object, attributes };
  const { stored, writes } = await packJson(table, { ...content, attributes }, replaced);
  const address = keyOf({ type, id, space: namespaces[0] ?? ALL_SPACES });
  const row = {
    ...address,
    id,
    type,
    namespaces,
    version,
    document: stored,
    ...(secretNames.length > 0 && { encrypted }),
  };
  const summary = JSON.stringify(registered.summary?.(attributes) ?? {});
  const listed: Write[] = isShareable(registered)
    ? namespaces.map((space) => ({
        table,
        put: { ...listedKey(space, type, id), summary, updated_at: object.updated_at },
      }))
    : [];
  const keyFingerprint = Object.values(encrypted)[0]?.key;
  const secrets: Write[] =
    registered.encrypted === undefined
      ? []
      : [{ table, put: { ...encryptedKey(address, type), at: address, key: keyFingerprint ?? '' } }];
  return { row, open, others: [...listed, ...secrets, ...writes] };
}

function encryptedKey({ pk, sk }: Key, type: string): Key {
  return key(`encrypted#${type}`, sk === 'object' ? pk : `${pk}#${sk}`);
}

function without(attributes: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}

export type ObjectChange = {
  /** All attributes, secrets included: they replace those that stand. */
  attributes?: JsonObject;
  references?: readonly Reference[];
};

export type UpdateOptions = Together & {
  /** The `version` text that the client has read; another one that stands is a conflict. */
  version?: string | undefined;
  /** Attempts against concurrent writers; the change is then made again from what stands. */
  attempts?: number;
};

/**
 * Changes an object. `change` sees it with its secrets, and what it gives replaces what stood.
 *
 * @throws NotFound, or Conflict when the version is another or others kept writing
 */
export async function updateObject(
  where: Where,
  change: (object: SavedObject) => ObjectChange | Promise<ObjectChange>,
  { now, profileUid }: Pick<Actor, 'now' | 'profileUid'>,
  { version, attempts = 3, with: more = [] }: UpdateOptions = {},
): Promise<SavedObject> {
  for (let attempt = 1; ; attempt++) {
    const stored = await readVisible(where);
    if (stored === undefined) throw objectNotFound(where);
    if (version !== undefined && version !== encodeVersion(stored.version)) throw objectConflict(where);
    const was = await openWithSecrets(stored);
    const { attributes = was.attributes, references = was.references } = await change(was);
    const next: SavedObject = {
      ...was,
      attributes,
      references: [...references],
      updated_at: now.toISOString(),
      ...(profileUid !== undefined && { updated_by: profileUid }),
      version: stored.version + 1,
    };
    const { row, open, others } = await rowsOf(next, stored.document);
    try {
      await write({ table, replace: row }, ...others, ...more);
      return open;
    } catch (error) {
      if (!(error instanceof WriteConflict) || error.index !== 0) throw error;
      if (version !== undefined || attempt >= attempts) throw objectConflict(where);
      await backOff(attempt);
    }
  }
}

/** Deletes an object. @throws NotFound; BadRequest when other spaces see it too, and `force` is not given */
export async function deleteObject(
  where: Where,
  { force = false, with: more = [] }: Together & { force?: boolean } = {},
): Promise<void> {
  const stored = await readVisible(where);
  if (stored === undefined) throw objectNotFound(where);
  const { type, id, namespaces, version } = stored;
  if (!force && (namespaces.length > 1 || namespaces.includes(ALL_SPACES))) {
    throw new BadRequest(
      'Unable to delete saved object that exists in multiple namespaces, use the `force` option to delete it anyway: Bad Request',
    );
  }
  const registered = typeOf(type);
  const address = keyOf(where);
  const listed: Write[] = isShareable(registered)
    ? namespaces.map((space) => ({ table, delete: listedKey(space, type, id) }))
    : [];
  const secrets: Write[] = registered.encrypted === undefined ? [] : [{ table, delete: encryptedKey(address, type) }];
  try {
    await write(
      { table, delete: address, version },
      ...listed,
      ...secrets,
      ...deletionsOf(table, stored.document),
      ...more,
    );
  } catch (error) {
    if (error instanceof WriteConflict && error.index === 0) throw objectConflict(where);
    throw error;
  }
}

/** Writes an object again so that its secrets have the primary key; false when it cannot be, or somebody was faster. */
export async function reencryptObject(address: Key, now: Date): Promise<boolean> {
  const row = await read(table, address);
  if (row === undefined) return false;
  const stored = objectRow.parse(row);
  try {
    const was = await openWithSecrets(stored);
    const next = { ...was, updated_at: now.toISOString(), version: stored.version + 1 };
    const { row: replacement, others } = await rowsOf(next, stored.document);
    await write({ table, replace: replacement }, ...others);
    return true;
  } catch {
    // One object that resists must not stop the others; it is counted as failed.
    return false;
  }
}
