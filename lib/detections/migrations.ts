import * as z from 'zod';
import { NotFound } from '../errors/errors.ts';
import { fitsKey, type Key, key } from '../stores/keys.ts';
import { read, readMany, rows } from '../stores/read.ts';
import type { Table } from '../stores/tables.ts';
import type { Write } from '../stores/write.ts';

/**
 * Migrations of alert indices, and the reindex tasks that do their work.
 *
 *   migration  pk <space>#migration              sk <id>
 *   of index   pk <space>#migrations_of#<index>  sk <id>   leads to the migrations of a source
 *   task       pk reindex_task                   sk <id>   completed
 */
const table: Table = 'Documents';

const migrationRow = z.object({
  id: z.string(),
  sourceIndex: z.string(),
  destinationIndex: z.string(),
  status: z.enum(['pending', 'success', 'failure']),
  error: z.string().nullable(),
  taskId: z.string(),
  /** Version of the template that the migration leads to. */
  targetVersion: z.number().int(),
  created: z.string(),
  createdBy: z.string(),
  updated: z.string(),
  updatedBy: z.string(),
  version: z.number().int(),
});
export type Migration = z.infer<typeof migrationRow>;

function keyOf(space: string, id: string) {
  return key(`${space}#migration`, id);
}

function sourceKey(space: string, sourceIndex: string, id: string) {
  return key(`${space}#migrations_of#${sourceIndex}`, id);
}

/** Many migrations, in the order of the ids. @throws NotFound naming the first that is missing */
export async function getMigrations(space: string, ids: readonly string[]): Promise<Migration[]> {
  const unusable = ids.find((id) => !fitsKey(id));
  const usable = unusable === undefined ? ids : ids.slice(0, ids.indexOf(unusable));
  const found = await readMany(
    table,
    usable.map((id) => keyOf(space, id)),
  );
  const missing = found.indexOf(undefined);
  if (missing !== -1) throw migrationNotFound(usable[missing] ?? '');
  if (unusable !== undefined) throw migrationNotFound(unusable);
  return found.map((row) => migrationRow.parse(row));
}

function migrationNotFound(id: string): NotFound {
  return new NotFound(`Saved object [security-solution-signals-migration/${id}] not found`);
}

/** The migrations of a source index, in the order in which they were started. */
export async function migrationsOf(space: string, sourceIndex: string): Promise<Migration[]> {
  const ids: string[] = [];
  for await (const { sk } of rows({ table, pk: sourceKey(space, sourceIndex, 'any').pk })) ids.push(String(sk));
  const found = await getMigrations(space, ids);
  return found.sort((one, other) => (one.created < other.created ? -1 : 1));
}

/** Keys of all that the migrations of a space have. */
export async function* migrationKeysIn(space: string): AsyncGenerator<Key> {
  const fields = { id: true, sourceIndex: true, taskId: true } as const;
  for await (const row of rows({ table, pk: keyOf(space, 'any').pk, fields: Object.keys(fields) })) {
    const { id, sourceIndex, taskId } = migrationRow.pick(fields).parse(row);
    yield taskKey(taskId);
    yield sourceKey(space, sourceIndex, id);
    yield keyOf(space, id);
  }
}

/** The writes of a migration that begins, with its task. */
export function newMigration(space: string, migration: Omit<Migration, 'version'>, isCompleted: boolean): Write[] {
  const { id, sourceIndex, taskId } = migration;
  return [
    { table, create: { ...keyOf(space, id), ...migration, version: 1 } },
    { table, create: sourceKey(space, sourceIndex, id) },
    { table, create: { ...taskKey(taskId), completed: isCompleted } },
  ];
}

/** The write of a changed migration; refused when it is no longer the one that was read. */
export function changeMigration(space: string, was: Migration, change: Partial<Migration>): Write {
  return { table, replace: { ...keyOf(space, was.id), ...was, ...change, version: was.version + 1 } };
}

function taskKey(id: string) {
  return key('reindex_task', id);
}

const taskRow = z.object({ completed: z.boolean() });

/** True when the reindex task has done its work. @throws NotFound */
export async function isTaskCompleted(id: string): Promise<boolean> {
  const row = await read(table, taskKey(id));
  if (row === undefined)
    throw new NotFound(`resource_not_found_exception: task [${id}] isn't running and hasn't stored its results`);
  return taskRow.parse(row).completed;
}

/** The write that says how far a task is. */
export function putTask(id: string, completed: boolean): Write {
  return { table, put: { ...taskKey(id), completed } };
}
