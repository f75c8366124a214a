import { BadRequest, ElasticsearchError, WriteConflict } from '../errors/errors.ts';
import type { Principal } from '../security/principal.ts';
import { write } from '../stores/write.ts';
import { entryError } from './entry-error.ts';
import { newMigration } from './migrations.ts';
import {
  aliasesOf,
  countOf,
  isOutdated,
  newIndex,
  SIGNALS_TEMPLATE_VERSION,
  type SignalsIndex,
  signalsIndicesOf,
} from './signals-indices.ts';

export type By = { space: string; principal: Principal; now: Date; newId: () => string };

/** What came of one index: a migration, nothing to do, or an error. */
export type StartedMigration = {
  index: string;
  error?: { message: string; status_code: number };
  migration_id: string | null;
  migration_index: string | null;
};

/**
 * Starts the migration of indices that are older than the template. What goes wrong with one does not touch the others.
 *
 * @throws BadRequest when one of them holds no alerts of the space
 */
export async function createMigrations(names: readonly string[], by: By): Promise<StartedMigration[]> {
  const { legacy } = aliasesOf(by.space);
  const indices = new Map(
    (await signalsIndicesOf(by.space))
      .filter(({ aliases }) => aliases.includes(legacy))
      .map((index) => [index.name, index]),
  );
  const foreign = names.filter((name) => !indices.has(name));
  if (foreign.length > 0) {
    throw new BadRequest(
      `The following indices are not signals indices and cannot be migrated: [${foreign.join(',')}].`,
    );
  }
  const started: StartedMigration[] = [];
  for (const name of names) {
    const index = indices.get(name);
    if (index !== undefined) started.push(await startOne(index, by));
  }
  return started;
}

async function startOne(index: SignalsIndex, by: By): Promise<StartedMigration> {
  const none = { migration_id: null, migration_index: null };
  if (!isOutdated(index)) return { index: index.name, ...none };
  try {
    return await start(index, by);
  } catch (error) {
    return { index: index.name, error: entryError(error), ...none };
  }
}

async function start(source: SignalsIndex, { space, principal, now, newId }: By): Promise<StartedMigration> {
  if (source.is_write_index) {
    throw new BadRequest('The specified index is a write index and cannot be migrated.');
  }
  const id = newId();
  const version = SIGNALS_TEMPLATE_VERSION;
  const destinationIndex = `${source.name}-r${String(version).padStart(6, '0')}`;
  const time = now.toISOString();
  const count = countOf(source);
  const destination = {
    name: destinationIndex,
    template_version: version,
    signals: count === 0 ? [] : [{ version, count }],
    ...(source.newest !== undefined && { newest: source.newest }),
    aliases: [],
    is_write_index: false,
  };
  const migration = {
    id,
    sourceIndex: source.name,
    destinationIndex,
    status: 'pending' as const,
    error: null,
    taskId: newId(),
    targetVersion: version,
    created: time,
    createdBy: principal.username,
    updated: time,
    updatedBy: principal.username,
  };
  try {
    // There are counts to copy, no documents: the task is done with the request.
    await write(newIndex(space, destination), ...newMigration(space, migration, true));
  } catch (error) {
    if (!(error instanceof WriteConflict)) throw error;
    const reason = `index [${destinationIndex}] already exists`;
    throw new ElasticsearchError(400, 'resource_already_exists_exception', reason, { cause: error });
  }
  return { index: source.name, migration_id: id, migration_index: destinationIndex };
}
