import * as z from 'zod';
import { Conflict, ElasticsearchError, ServerError } from '../errors/errors.ts';
import { type FieldTypes, kqlFilter } from '../kql/matches.ts';
import { parseKql } from '../kql/parse.ts';
import { KqlSyntaxError } from '../kql/syntax-error.ts';
import { fitsKey, key } from '../stores/keys.ts';
import { read, rows } from '../stores/read.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { firstVersion } from '../stores/versions.ts';
import { write } from '../stores/write.ts';
import { type IdField, idFields, type ListQuery } from './asset-criticality-contract.ts';
import { criticalityLevels } from './entity-fields.ts';
import { RESULT_WINDOW } from './list-contract.ts';
import { compareValues, firstOf, only } from './ranking.ts';

/**
 * How critical assets are. Access: by id field and value; all of a space.
 *
 *   criticality  pk <space>#asset-criticality   sk <id_field>:<id_value>   level, or `deleted`
 *
 * A record that was deleted stays: what has counted with it must be able to tell that from one that never was.
 */
const table = 'Entities';

const row = z.object({
  version: z.number(),
  id_field: z.enum(idFields),
  id_value: z.string(),
  level: z.enum([...criticalityLevels, 'deleted']),
  timestamp: z.string(),
});
type Stored = z.output<typeof row>;
type Level = Exclude<Stored['level'], 'deleted'>;

export type AssetId = { id_field: IdField; id_value: string };
export type CriticalityRecord = ReturnType<typeof recordOf>;

const fields: FieldTypes = {
  id_field: 'keyword',
  id_value: 'keyword',
  criticality_level: 'keyword',
  '@timestamp': 'date',
  'asset.criticality': 'keyword',
  'host.name': 'keyword',
  'user.name': 'keyword',
  'service.name': 'keyword',
};

function sortKeyOf({ id_field, id_value }: AssetId): string {
  return `${id_field}:${id_value}`;
}

function keyOf(space: string, id: AssetId) {
  return key(`${space}#asset-criticality`, sortKeyOf(id));
}

async function readRow(space: string, id: AssetId): Promise<Stored | undefined> {
  if (!fitsKey(sortKeyOf(id))) return undefined;
  const found = await read(table, keyOf(space, id));
  return found && row.parse(found);
}

/** The record as clients see it: the level stands beside the id, and once more where detection rules look for it. */
function recordOf({ id_field, id_value, timestamp }: Stored, criticality_level: Level) {
  const asset = { criticality: criticality_level };
  const record = { id_field, id_value, criticality_level, '@timestamp': timestamp, asset };
  switch (id_field) {
    case 'host.name':
      return { ...record, host: { asset, name: id_value } };
    case 'user.name':
      return { ...record, user: { asset, name: id_value } };
    case 'service.name':
      return { ...record, service: { asset, name: id_value } };
    case 'entity.id':
      return { ...record, entity: { id: id_value, asset } };
    case 'related.entity':
      return record;
  }
}

function live(stored: Stored | undefined): CriticalityRecord | undefined {
  return stored === undefined || stored.level === 'deleted' ? undefined : recordOf(stored, stored.level);
}

/** The criticality of one asset; undefined when it has none (any more). */
export async function findCriticality(space: string, id: AssetId): Promise<CriticalityRecord | undefined> {
  return live(await readRow(space, id));
}

/** Sets the criticality of an asset; the last to do so wins. */
export async function putCriticality(space: string, id: AssetId, level: Level, now: Date): Promise<CriticalityRecord> {
  const { next } = await change(space, id, () => level, now);
  return recordOf(next, level);
}

/** Takes the criticality from an asset; gives the record as it was, undefined when there was none. */
export async function deleteCriticality(space: string, id: AssetId, now: Date): Promise<CriticalityRecord | undefined> {
  const { was } = await change(space, id, (stored) => (live(stored) === undefined ? undefined : 'deleted'), now);
  return live(was);
}

/**
 * Writes the level that a record's state asks for; undefined asks for nothing.
 *
 * @throws Conflict when others kept coming between
 */
async function change(
  space: string,
  { id_field, id_value }: AssetId,
  levelAfter: (was: Stored | undefined) => Stored['level'] | undefined,
  now: Date,
): Promise<{ was: Stored | undefined; next: Stored }> {
  const step = async () => {
    const was = await readRow(space, { id_field, id_value });
    const level = levelAfter(was);
    const version = was === undefined ? firstVersion(now) : was.version + 1;
    const next: Stored = { version, id_field, id_value, level: level ?? 'deleted', timestamp: now.toISOString() };
    if (level === undefined) return { was, next };
    const written = { ...keyOf(space, next), ...next };
    await write(was === undefined ? { table, create: written } : { table, replace: written });
    return { was, next };
  };
  return retryOnConflict(step, {
    otherwise: (cause) => new Conflict('The record is being changed by others', { cause }),
  });
}

/** One page of the records of a space that have a level and match a filter. */
export async function listCriticality(space: string, query: ListQuery, now: Date) {
  const { kuery, sort_field = '@timestamp', page, per_page } = query;
  // The direction belongs to the field: the order that nobody asked for has its own.
  const direction = query.sort_field === undefined ? 'asc' : query.sort_direction;
  const matches = testOf(kuery, now);
  if (page * per_page > RESULT_WINDOW) {
    throw new ElasticsearchError(400, 'search_phase_execution_exception', 'all shards failed');
  }
  const { first, total } = await firstOf(
    only(recordsOf(space), matches),
    page * per_page,
    (one, other) =>
      compareValues(one[sort_field], other[sort_field], direction) ||
      compareValues(sortKeyOf(one), sortKeyOf(other), 'asc'),
  );
  return { records: first.slice((page - 1) * per_page), total, page, per_page };
}

async function* recordsOf(space: string): AsyncGenerator<CriticalityRecord> {
  const { pk } = keyOf(space, { id_field: 'entity.id', id_value: 'any' });
  for await (const stored of rows({ table, pk })) {
    const record = live(row.parse(stored));
    if (record !== undefined) yield record;
  }
}

/** @throws ServerError for a text that is no KQL: Kibana does not tell it from its own failures */
function testOf(kuery: string | undefined, now: Date) {
  try {
    return kqlFilter(parseKql(kuery ?? ''), now, fields);
  } catch (error) {
    if (!(error instanceof KqlSyntaxError)) throw error;
    const { message, shortMessage, name } = error;
    throw new ServerError(message, { attributes: { shortMessage, name } });
  }
}
