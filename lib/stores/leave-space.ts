import { NotFound } from '../errors/errors.ts';
import { deleteRows } from './bulk.ts';
import type { Key } from './keys.ts';
import { inLanes } from './lanes.ts';
import { rows } from './read.ts';
import { retryOnConflict } from './retry-on-conflict.ts';
import { aliasKeysIn } from './saved-object-aliases.ts';
import { readOpened } from './saved-object-reads.ts';
import { keyOf, listedKey, listedWrites, openObject, table, typeOf, type Where } from './saved-object-rows.ts';
import { typesWhere } from './saved-object-types.ts';
import { deleteObject, objectConflict, objectNotFound } from './saved-objects.ts';
import type { Table } from './tables.ts';
import { write } from './write.ts';

/**
 * Something that goes when its space is deleted. Works until the deadline (epoch milliseconds); true when nothing is left.
 * A repeat goes on where it stopped.
 */
export type SpaceContent = (space: string, deadline: number) => Promise<boolean>;

/** Objects of a type that are deleted at once. */
const LANES = 16;
/** Types whose objects are looked for at once; a space has objects of a few. */
const TYPES_AT_ONCE = 4;

/** Content that goes object by object; one that somebody else deletes meanwhile is no error. */
export function goesByObject(
  idsIn: (space: string) => AsyncIterable<string>,
  remove: (id: string, space: string) => Promise<void>,
): SpaceContent {
  return async (space, deadline) => {
    let isEmpty = true;
    await inLanes(LANES, idsIn(space), async (id) => {
      if (Date.now() >= deadline) isEmpty = false;
      else await remove(id, space).catch(unlessGone);
    });
    return isEmpty;
  };
}

/** Content that is nothing but rows. */
export function goesByRow(table: Table, keysIn: (space: string) => AsyncIterable<Key>): SpaceContent {
  return async (space, deadline) => {
    const { complete, failure } = await deleteRows(table, keysIn(space), { deadline });
    if (failure !== undefined) throw failure;
    return complete;
  };
}

function unlessGone(error: unknown): void {
  if (!(error instanceof NotFound)) throw error;
}

function goesByType(type: string): SpaceContent {
  return goesByObject(
    (space) => idsInSpace(space, type),
    (id, space) => leaveSpace({ type, id, space }),
  );
}

/** The saved objects of all types that are registered, and their aliases. */
export const savedObjects: SpaceContent = async (space, deadline) => {
  let isEmpty = true;
  await inLanes(
    TYPES_AT_ONCE,
    typesWhere(({ namespaces }) => namespaces !== 'agnostic'),
    async (type) => {
      const aliases = goesByRow(table, (each) => aliasKeysIn(each, type));
      const isGone = (await goesByType(type)(space, deadline)) && (await aliases(space, deadline));
      isEmpty &&= isGone;
    },
  );
  return isEmpty;
};

/** Ids of all objects of a type that a space has as its own; those of all spaces are not among them. */
export async function* idsInSpace(space: string, type: string): AsyncGenerator<string> {
  for await (const { sk } of rows({ table, pk: `${space}#${type}`, fields: ['sk'] })) yield String(sk);
}

/** Takes an object out of a space; one that is in no other is deleted. @throws NotFound, Conflict */
async function leaveSpace(where: Where): Promise<void> {
  const { type, id, space } = where;
  const step = async () => {
    const found = await readOpened(where, openObject);
    if (found === undefined) throw objectNotFound(where);
    const { stored, opened } = found;
    const namespaces = stored.namespaces.filter((each) => each !== space);
    if (namespaces.length === 0) return deleteObject(where, { force: true });
    const version = stored.version + 1;
    await write(
      { table, replace: { ...keyOf(where), ...stored, namespaces, version } },
      ...listedWrites({ ...opened, namespaces, version }, typeOf(type)),
      { table, delete: listedKey(space, type, id) },
    );
  };
  await retryOnConflict(step, { otherwise: () => objectConflict(where) });
}
