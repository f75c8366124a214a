import { BadRequest, Conflict, NotFound, type WriteConflict } from '../errors/errors.ts';
import type { JsonObject } from '../json/merge.ts';
import { deletionsOf } from './large-documents.ts';
import { type Actor, type NewObject, newObject } from './new-saved-object.ts';
import { rows } from './read.ts';
import { retryOnConflict } from './retry-on-conflict.ts';
import { aliasDeletions } from './saved-object-aliases.ts';
import { readOpened, readStanding, readStandings, readVisible } from './saved-object-reads.ts';
import {
  ALL_SPACES,
  encryptedKey,
  homeOf,
  isShareable,
  isVisible,
  keyOf,
  listedKey,
  openObject,
  parseListed,
  parseObject,
  type Reference,
  requireUnlocked,
  rowsOf,
  type SavedObject,
  table,
  typeOf,
  unlockObject,
  type Where,
} from './saved-object-rows.ts';
import { encodeVersion } from './versions.ts';
import { type Write, write } from './write.ts';

export type { Actor, NewObject } from './new-saved-object.ts';
export { type Reference, reference, type SavedObject, type Where } from './saved-object-rows.ts';

/**
 * Kibana's saved objects: access by type, id and space, and all of a type in a space. How they lie in the table stands in
 * `saved-object-rows.ts`.
 */

/** Objects that are read whole at once; each may be as large as a request. */
const CHUNK = 25;

type Wanted = Pick<Where, 'type' | 'id'>;

/** The 404 of an object that is not there, or not in this space. */
export function objectNotFound({ type, id }: Wanted): NotFound {
  return new NotFound(`Saved object [${type}/${id}] not found`);
}

/** The 409 of an id that is taken, or of a version that is not the one that stands. */
export function objectConflict({ type, id }: Wanted): Conflict {
  return new Conflict(`Saved object [${type}/${id}] conflict`);
}

/** One object without its secrets; undefined when the space does not see it. */
export async function findObject(where: Where): Promise<SavedObject | undefined> {
  return (await readOpened(where, openObject))?.opened;
}

/** One object without its secrets. @throws NotFound */
export async function getObject(where: Where): Promise<SavedObject> {
  const object = await findObject(where);
  if (object === undefined) throw objectNotFound(where);
  return object;
}

/** Many objects, in the order asked for; undefined where the space does not see one, or nobody knows the type. */
export async function findObjects(space: string, wanted: readonly Wanted[]): Promise<(SavedObject | undefined)[]> {
  const found: (SavedObject | undefined)[] = [];
  for (let start = 0; start < wanted.length; start += CHUNK) {
    const chunk = wanted.slice(start, start + CHUNK);
    const standing = await readStandings(space, chunk);
    const opened = chunk.map(async (each, index) => {
      const stored = standing[index];
      if (stored === undefined || !isVisible(stored, space)) return undefined;
      return (await readOpened({ ...each, space }, openObject, stored))?.opened;
    });
    found.push(...(await Promise.all(opened)));
  }
  return found;
}

/** How an id is taken: not at all, by an object that the space sees, or by one that it does not see. */
export type Standing = 'absent' | 'here' | 'elsewhere';

/** Tells for each id how it is taken, in the order asked for. */
export async function standingOf(space: string, wanted: readonly Wanted[]): Promise<Standing[]> {
  const found: Standing[] = [];
  for (let start = 0; start < wanted.length; start += CHUNK) {
    for (const stored of await readStandings(space, wanted.slice(start, start + CHUNK))) {
      found.push(stored === undefined ? 'absent' : isVisible(stored, space) ? 'here' : 'elsewhere');
    }
  }
  return found;
}

/** One object with its secrets among the attributes. @throws NotFound, or Error when a secret cannot be decrypted */
export async function getDecrypted(where: Where): Promise<SavedObject> {
  const found = await readOpened(where, unlockObject);
  if (found === undefined) throw objectNotFound(where);
  const { object, locked } = found.opened;
  requireUnlocked(object, locked);
  return object;
}

/** An object as a list shows it: all of it for types of a single space, the type's summary of its attributes for others. */
export type ListedObject = SavedObject;

/** All objects of a type that a space sees, from narrow rows: its own, then those of all spaces, each in the order of ids. */
export async function* listObjects(type: string, space: string): AsyncGenerator<ListedObject> {
  const registered = typeOf(type);
  if (!isShareable(registered)) {
    for await (const row of rows({ table, pk: `${homeOf(registered, space)}#${type}` })) {
      const stored = parseObject(row);
      const found = await readOpened({ type, id: stored.id, space }, openObject, stored);
      if (found !== undefined) yield found.opened;
    }
    return;
  }
  for (const partition of [space, ALL_SPACES]) {
    for await (const row of rows({ table, pk: `${partition}#${type}` })) {
      const { id, object } = parseListed(type, row);
      const listed = object ?? (await findObject({ type, id, space }));
      if (listed !== undefined) yield { ...listed, attributes: registered.summary?.(listed.attributes) ?? {} };
    }
  }
}

/** All objects of a type that a space sees, whole. */
export async function* allObjects(type: string, space: string): AsyncGenerator<SavedObject> {
  if (!isShareable(typeOf(type))) {
    yield* listObjects(type, space);
    return;
  }
  let chunk: Wanted[] = [];
  const whole = async () => (await findObjects(space, chunk)).filter((object) => object !== undefined);
  for await (const { id } of listObjects(type, space)) {
    if (chunk.push({ type, id }) < CHUNK) continue;
    yield* await whole();
    chunk = [];
  }
  yield* await whole();
}

export type Together = { /** Writes that happen in the same transaction, or not at all. */ with?: readonly Write[] };
export type CreateOptions = Together & {
  /** Replaces an object that stands there and that the space sees; it stays in its spaces and keeps its origin. */
  overwrite?: boolean;
};

/**
 * Creates an object.
 *
 * @throws Conflict when the id is taken; for types whose ids are unique over all spaces, in whatever space
 */
export async function createObject(
  request: NewObject,
  actor: Actor,
  { overwrite = false, with: more = [] }: CreateOptions = {},
): Promise<SavedObject> {
  const { type, id, space } = { ...request, ...actor };
  const step = async () => {
    const replaced = overwrite ? await readStanding({ type, id, space }) : undefined;
    if (replaced !== undefined && !isVisible(replaced, space)) throw objectConflict(request);
    const originId = request.originId ?? (replaced && (await openObject(replaced)).originId);
    const object = newObject({ ...request, ...(originId !== undefined && { originId }) }, actor);
    if (replaced !== undefined) {
      object.namespaces = replaced.namespaces;
      object.version = replaced.version + 1;
    }
    const { row, open, others } = await rowsOf(object, replaced?.document);
    await write(replaced === undefined ? { table, create: row } : { table, replace: row }, ...others, ...more);
    return open;
  };
  return retryOnConflict(step, {
    when: (conflict) => overwrite && isAboutObject(conflict),
    otherwise: (conflict) => (isAboutObject(conflict) ? objectConflict(request) : conflict),
  });
}

/** The object itself is the first of its writes; what the caller wrote along is the caller's to explain. */
function isAboutObject({ index }: WriteConflict): boolean {
  return index === 0;
}

export type ObjectChange = Together & {
  /** All attributes, secrets included: they replace those that stand. */
  attributes?: JsonObject;
  references?: readonly Reference[];
};

export type UpdateOptions = {
  /** The `version` text that the client has read; another one that stands is a conflict. */
  version?: string | undefined;
};

/**
 * Changes an object. `change` sees it with its secrets (those that no key opens are absent, and must be given anew), and
 * what it gives replaces what stood. It is asked again, with what stands then, when somebody else was faster.
 *
 * @throws NotFound, or Conflict when the version is another or others kept writing
 */
export async function updateObject(
  where: Where,
  change: (object: SavedObject) => ObjectChange | Promise<ObjectChange>,
  { now, profileUid }: Pick<Actor, 'now' | 'profileUid'>,
  { version }: UpdateOptions = {},
): Promise<SavedObject> {
  const step = async () => {
    const found = await readOpened(where, unlockObject);
    if (found === undefined) throw objectNotFound(where);
    const { stored, opened } = found;
    if (version !== undefined && version !== encodeVersion(stored.version)) throw objectConflict(where);
    const { object: was, locked } = opened;
    const { attributes = was.attributes, references = was.references, with: more = [] } = await change(was);
    requireUnlocked({ attributes }, locked);
    const next: SavedObject = {
      ...was,
      attributes,
      references: [...references],
      updated_at: now.toISOString(),
      ...(profileUid !== undefined && { updated_by: profileUid }),
      version: stored.version + 1,
    };
    const { row, open, others } = await rowsOf(next, stored.document);
    await write({ table, replace: row }, ...others, ...more);
    return open;
  };
  return retryOnConflict(step, {
    when: (conflict) => version === undefined && isAboutObject(conflict),
    otherwise: (conflict) => (isAboutObject(conflict) ? objectConflict(where) : conflict),
  });
}

/**
 * Deletes an object, and the aliases that lead to it.
 *
 * @throws NotFound; BadRequest when other spaces see it too, and `force` is not given
 */
export async function deleteObject(
  where: Where,
  { force = false, with: more = [] }: Together & { force?: boolean } = {},
): Promise<void> {
  const step = async () => {
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
    const beside = [...listed, ...secrets, ...deletionsOf(table, stored.document), ...(await aliasDeletions(where))];
    await write(...more, { table, delete: address, version }, ...beside);
  };
  const isOwn = ({ index }: WriteConflict) => index >= more.length;
  await retryOnConflict(step, {
    when: isOwn,
    otherwise: (conflict) => (isOwn(conflict) ? objectConflict(where) : conflict),
  });
}
