import { ElasticsearchError } from '../errors/errors.ts';
import type { Principal } from '../security/principal.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { write } from '../stores/write.ts';
import { entryError } from './entry-error.ts';
import { changeMigration, getMigrations, isTaskCompleted, type Migration } from './migrations.ts';
import { aliasesOf, changeIndex, countOf, findSignalsIndex, type SignalsIndex } from './signals-indices.ts';

export type By = { space: string; principal: Principal; now: Date };

/** What became of one migration: how it stands, and why it cannot be finished where that is so. */
export type Finalized = { migration: Migration; error: { message: string; status_code: number } | undefined };

/**
 * Finishes the migrations whose task is done: both aliases and the status change in one step. Safe to repeat; a migration
 * that is finished stays as it is.
 *
 * @throws NotFound when any of them is missing; then nothing happens
 */
export async function finalizeMigrations(ids: readonly string[], by: By): Promise<Finalized[]> {
  const migrations = await getMigrations(by.space, ids);
  return Promise.all(migrations.map((migration) => finalizeOne(migration, by)));
}

async function finalizeOne(was: Migration, by: By): Promise<Finalized> {
  try {
    const migration = await settle(was, by);
    if (migration.status !== 'failure') return { migration, error: undefined };
    const message = migration.error ?? 'The migration was not successful.';
    // The call that detects a failure still tells the status that it found.
    return { migration: was, error: { message, status_code: 400 } };
  } catch (error) {
    return { migration: was, error: entryError(error) };
  }
}

/** Takes a migration as far as it can go now. */
async function settle(first: Migration, by: By): Promise<Migration> {
  let migration = first;
  return retryOnConflict(async () => {
    if (migration.status !== 'pending' || !(await isTaskCompleted(migration.taskId))) return migration;
    try {
      return await conclude(migration, by);
    } catch (error) {
      // Somebody else may have finished it since it was read; then the indices are not as they were, and all is well.
      const [standing] = await getMigrations(by.space, [migration.id]);
      migration = standing ?? migration;
      if (migration.status === 'pending') throw error;
      return migration;
    }
  });
}

/** @throws WriteConflict when somebody else changed the migration or one of its indices meanwhile */
async function conclude(migration: Migration, { space, principal, now }: By): Promise<Migration> {
  const [source, destination] = await Promise.all([
    requireIndex(space, migration.sourceIndex),
    requireIndex(space, migration.destinationIndex),
  ]);
  const stamp = { updated: now.toISOString(), updatedBy: principal.username };
  const { alerts, legacy } = aliasesOf(space);
  if (countOf(source) !== countOf(destination)) {
    const failed = { ...stamp, status: 'failure' as const, error: differentCounts(source, destination) };
    const cleanup = `${alerts}-migration-cleanup`;
    await write(changeMigration(space, migration, failed), changeIndex(space, destination, { cleanup }));
    return { ...migration, ...failed, version: migration.version + 1 };
  }
  const swapped = [alerts, legacy];
  const missing = swapped.find((alias) => !source.aliases.includes(alias));
  if (missing !== undefined) {
    throw new ElasticsearchError(404, 'aliases_not_found_exception', `aliases [${missing}] missing`);
  }
  const succeeded = { ...stamp, status: 'success' as const };
  await write(
    changeMigration(space, migration, succeeded),
    changeIndex(space, source, { aliases: source.aliases.filter((alias) => !swapped.includes(alias)) }),
    changeIndex(space, destination, {
      aliases: [...new Set([...destination.aliases, ...swapped])],
      is_write_index: false,
    }),
  );
  return { ...migration, ...succeeded, version: migration.version + 1 };
}

async function requireIndex(space: string, name: string): Promise<SignalsIndex> {
  const index = await findSignalsIndex(space, name);
  if (index === undefined) throw new ElasticsearchError(404, 'index_not_found_exception', `no such index [${name}]`);
  return index;
}

function differentCounts(source: SignalsIndex, destination: SignalsIndex): string {
  return `The source and destination indexes have different document counts. Source [${source.name}] has [${countOf(source)}] documents, while destination [${destination.name}] has [${countOf(destination)}] documents.`;
}
