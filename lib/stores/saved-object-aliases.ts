import * as z from 'zod';
import { WriteConflict } from '../errors/errors.ts';
import { fitsKey, key } from './keys.ts';
import { read } from './read.ts';
import { findObject, objectNotFound, type SavedObject, type Where } from './saved-objects.ts';
import type { Table } from './tables.ts';
import { type Write, write } from './write.ts';

/**
 * Aliases: an object that got a new id when it was imported or became shareable is still found by its old one.
 *
 *   alias  pk <space>#alias#<type>   sk <old id>
 */
const table: Table = 'SavedObjects';

export type AliasPurpose = 'savedObjectConversion' | 'savedObjectImport';

const aliasRow = z.object({
  targetId: z.string(),
  purpose: z.enum(['savedObjectConversion', 'savedObjectImport']).optional(),
  disabled: z.boolean().default(false),
});

function aliasKey({ type, id, space }: Where) {
  return key(`${space}#alias#${type}`, id);
}

/** The write that makes `id` lead to `targetId` in a space. */
export function putAlias(where: Where, alias: { targetId: string; purpose?: AliasPurpose; disabled?: boolean }): Write {
  return { table, put: { ...aliasKey(where), ...alias, resolveCounter: 0, version: 1 } };
}

export type Resolved = {
  object: SavedObject;
  outcome: 'exactMatch' | 'aliasMatch' | 'conflict';
  alias: { targetId: string; purpose: AliasPurpose | undefined } | undefined;
};

/**
 * Finds an object by its id, or by a former one. Using an alias is counted, even when it leads nowhere.
 *
 * @throws NotFound naming the id that was asked for
 */
export async function resolveObject(where: Where, now: Date): Promise<Resolved> {
  const alias = fitsKey(where.id) ? await useAlias(where, now) : undefined;
  const [exact, target] = await Promise.all([findObject(where), alias && findObject({ ...where, id: alias.targetId })]);
  if (exact !== undefined) {
    return target === undefined
      ? { object: exact, outcome: 'exactMatch', alias: undefined }
      : { object: exact, outcome: 'conflict', alias };
  }
  if (target === undefined) throw objectNotFound(where);
  return { object: target, outcome: 'aliasMatch', alias };
}

async function useAlias(where: Where, now: Date) {
  const address = aliasKey(where);
  const row = await read(table, address);
  if (row === undefined) return undefined;
  const { targetId, purpose, disabled } = aliasRow.parse(row);
  if (disabled) return undefined;
  const time = now.toISOString();
  try {
    await write({
      table,
      update: address,
      set: { lastResolved: time, updated_at: time },
      add: { resolveCounter: 1 },
    });
  } catch (error) {
    // Gone since it was read: it still led here when it was asked.
    if (!(error instanceof WriteConflict)) throw error;
  }
  return { targetId, purpose };
}
