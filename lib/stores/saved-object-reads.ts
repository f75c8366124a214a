import { fitsKey, type Key } from './keys.ts';
import { read, readMany } from './read.ts';
import { isVisible, keyOf, parseObject, type StoredObject, table, typeOf, type Where } from './saved-object-rows.ts';
import { savedObjectType } from './saved-object-types.ts';

/** Attempts when parts of a large object are replaced while it is read. */
const ATTEMPTS = 5;

/** What stands under an id, whether or not the space sees it. @throws BadRequest for unknown types */
export async function readStanding(where: Where): Promise<StoredObject | undefined> {
  typeOf(where.type);
  if (!fitsKey(where.id)) return undefined;
  const row = await read(table, keyOf(where));
  return row && parseObject(row);
}

/** What the space sees under an id. @throws BadRequest for unknown types */
export async function readVisible(where: Where): Promise<StoredObject | undefined> {
  const stored = await readStanding(where);
  return stored && isVisible(stored, where.space) ? stored : undefined;
}

/**
 * Reads an object and opens it. Parts of a large one may be replaced between the two: then it is read again as it is now.
 */
export async function readOpened<Opened>(
  where: Where,
  open: (stored: StoredObject) => Promise<Opened>,
  known?: StoredObject,
): Promise<{ stored: StoredObject; opened: Opened } | undefined> {
  let stored = known ?? (await readVisible(where));
  for (let attempt = 1; stored !== undefined; attempt++) {
    try {
      return { stored, opened: await open(stored) };
    } catch (error) {
      const now = await readVisible(where);
      if (now?.version === stored.version || attempt === ATTEMPTS) throw error;
      stored = now;
    }
  }
  return undefined;
}

/** What stands under many ids, in their order; nothing where the type is unknown or no object can have the id. */
export async function readStandings(
  space: string,
  wanted: readonly Pick<Where, 'type' | 'id'>[],
): Promise<(StoredObject | undefined)[]> {
  const keys = wanted.map(({ type, id }): Key | undefined =>
    savedObjectType(type) !== undefined && fitsKey(id) ? keyOf({ type, id, space }) : undefined,
  );
  const possible = keys.filter((key) => key !== undefined);
  const stored = (await readMany(table, possible)).map((row) => row && parseObject(row));
  let next = 0;
  return keys.map((key) => (key === undefined ? undefined : stored[next++]));
}
