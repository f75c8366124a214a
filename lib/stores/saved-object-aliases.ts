import * as z from 'zod';
import { WriteConflict } from '../errors/errors.ts';
import { fitsKey, type Key, key } from './keys.ts';
import { read, readMany, rows } from './read.ts';
import { table, type Where } from './saved-object-rows.ts';
import { type Write, write } from './write.ts';

/**
 * Aliases: an object that got a new id when it was imported or became shareable is still found by its old one.
 *
 *   alias   pk <space>#alias#<type>       sk <old id>           version: when it was made, in epoch milliseconds
 *   target  pk alias-target:<type>#<id>   sk <space>#<old id>   so that an object's aliases go when it goes
 */
export type AliasPurpose = 'savedObjectConversion' | 'savedObjectImport';

const aliasRow = z.object({
  targetId: z.string(),
  purpose: z.enum(['savedObjectConversion', 'savedObjectImport']).optional(),
  disabled: z.boolean().default(false),
  version: z.number(),
});

const targetRow = z.object({ pk: z.string(), sk: z.string(), alias: z.object({ pk: z.string(), sk: z.string() }) });

export type Alias = { targetId: string; purpose: AliasPurpose | undefined };

/** Aliases that go with their object: what a transaction holds beside it. Any others lead nowhere from then on. */
const MOST_AT_ONCE = 30;

function aliasKey({ type, id, space }: Where): Key {
  return key(`${space}#alias#${type}`, id);
}

function targetKey(type: string, targetId: string, { space, id }: Pick<Where, 'space' | 'id'>): Key {
  return key(`alias-target:${type}#${targetId}`, `${space}#${id}`);
}

/** The writes that make `id` lead to `targetId` in a space. What it led to before is forgotten. */
export function putAlias(
  where: Where,
  { now, ...alias }: { targetId: string; purpose?: AliasPurpose; disabled?: boolean; now: Date },
): Write[] {
  const address = aliasKey(where);
  const target = targetKey(where.type, alias.targetId, where);
  return [
    { table, put: { ...address, ...alias, resolveCounter: 0, version: now.getTime() } },
    { table, put: { ...target, alias: address } },
  ];
}

/** The writes that delete the aliases of an object. */
export async function aliasDeletions({ type, id }: Pick<Where, 'type' | 'id'>): Promise<Write[]> {
  const targets = [];
  for await (const row of rows({ table, pk: `alias-target:${type}#${id}`, limit: MOST_AT_ONCE })) {
    if (targets.push(targetRow.parse(row)) === MOST_AT_ONCE) break;
  }
  const aliases = await readMany(
    table,
    targets.map(({ alias }) => alias),
  );
  return targets.flatMap(({ pk, sk, alias }, index): Write[] => {
    const row = aliases[index];
    const standing = row && aliasRow.parse(row);
    const target: Write = { table, delete: { pk, sk } };
    // An alias may lead elsewhere by now.
    return standing?.targetId === id ? [target, { table, delete: alias, version: standing.version }] : [target];
  });
}

/** Keys of all that the aliases of a type in a space have. */
export async function* aliasKeysIn(space: string, type: string): AsyncGenerator<Key> {
  const { pk } = aliasKey({ type, id: 'any', space });
  for await (const row of rows({ table, pk, fields: ['sk', 'targetId'] })) {
    const { sk, targetId } = aliasRow.pick({ targetId: true }).extend({ sk: z.string() }).parse(row);
    yield targetKey(type, targetId, { space, id: sk });
    yield { pk, sk };
  }
}

/** Follows an alias and counts that; undefined when there is none, or it is disabled. */
export async function useAlias(where: Where, now: Date): Promise<Alias | undefined> {
  if (!fitsKey(where.id)) return undefined;
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
