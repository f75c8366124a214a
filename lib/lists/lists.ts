import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { Conflict, NotFound, validationFailed, WriteConflict } from '../errors/errors.ts';
import type { FieldTypes } from '../kql/matches.ts';
import { fitsKey, key } from '../stores/keys.ts';
import { deletionsOf, packJson, storedText, unpackJson } from '../stores/large-documents.ts';
import { openRow } from '../stores/open-row.ts';
import { type Row, read, rows } from '../stores/read.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { orderSweep } from '../stores/sweeps.ts';
import { decodeVersion, encodeVersion, firstVersion } from '../stores/versions.ts';
import { write } from '../stores/write.ts';
import { integer } from '../validation/zod-types.ts';
import { partitionsOf } from './item-keys.ts';
import { listTypeNames } from './list-types.ts';

/**
 * Value lists. Access: by id; all of a space.
 *
 *   list  pk <space>#list   sk <id>   document: the list as JSON text   incarnation: where its items hang
 */
const table = 'ValueLists';

const document = z.object({
  id: z.string(),
  type: z.enum(listTypeNames),
  name: z.string(),
  description: z.string(),
  serializer: z.string().optional(),
  deserializer: z.string().optional(),
  immutable: z.boolean(),
  meta: z.record(z.string(), z.unknown()).optional(),
  '@timestamp': z.string(),
  version: integer,
  tie_breaker_id: z.string(),
  created_at: z.string(),
  created_by: z.string(),
  updated_at: z.string(),
  updated_by: z.string(),
});
type ListDocument = z.infer<typeof document>;

const row = z.object({ version: z.number(), incarnation: z.string(), document: storedText });

/** A list as the API answers it. */
export const valueList = document.extend({ _version: z.string() });

export type ValueList = ListDocument & {
  /** Counts the writes of the record; `version` is the caller's own number. */
  recordVersion: number;
  /** The life of the list that its items belong to; a list of the same id created later has another. */
  incarnation: string;
  space: string;
};

/** Longest id, in bytes: Elasticsearch's limit for `_id`. */
const MAX_ID_BYTES = 512;

/** What filters and sort fields of `_find` can name; `id` and what stands in `meta` are not among them. */
export const listFields: FieldTypes = {
  name: 'keyword',
  description: 'keyword',
  serializer: 'keyword',
  deserializer: 'keyword',
  type: 'keyword',
  tie_breaker_id: 'keyword',
  created_at: 'date',
  created_by: 'keyword',
  updated_at: 'date',
  updated_by: 'keyword',
  version: 'keyword',
  immutable: 'boolean',
  '@timestamp': 'date',
};

function keyOf(space: string, id: string) {
  return key(`${space}#list`, id);
}

/** A list in the API's key order. */
export function listView(list: ValueList) {
  const { id, type, name, description, serializer, deserializer, immutable, meta, version } = list;
  const { tie_breaker_id, created_at, created_by, updated_at, updated_by } = list;
  return {
    id,
    type,
    name,
    description,
    serializer,
    deserializer,
    immutable,
    meta,
    '@timestamp': list['@timestamp'],
    version,
    _version: encodeVersion(list.recordVersion),
    tie_breaker_id,
    created_at,
    created_by,
    updated_at,
    updated_by,
  };
}

/** The record that filters and sort fields see. */
export function searchedFields(list: ValueList): Record<string, unknown> {
  const { id: _id, meta: _meta, recordVersion: _version, incarnation: _incarnation, space: _space, ...fields } = list;
  return fields;
}

async function listOf(space: string, stored: Row): Promise<ValueList> {
  const { version, incarnation, document: packed } = row.parse(stored);
  const list = document.parse(await unpackJson(table, packed));
  return { ...list, recordVersion: version, incarnation, space };
}

/** One list, as of now. */
export async function findList(space: string, id: string): Promise<ValueList | undefined> {
  if (!fitsKey(id)) return undefined;
  const stored = await read(table, keyOf(space, id));
  return stored && openRow(table, stored, (found) => listOf(space, found));
}

/** One list that something else is asked of. @throws NotFound */
export async function requireList(space: string, id: string): Promise<ValueList> {
  const list = await findList(space, id);
  if (list === undefined) throw new NotFound(`list id: "${id}" does not exist`);
  return list;
}

/** All lists of a space. */
export async function* listsOf(space: string): AsyncGenerator<ValueList> {
  for await (const stored of rows({ table, pk: keyOf(space, 'any').pk })) {
    const list = await openRow(table, stored, (found) => listOf(space, found));
    if (list !== undefined) yield list;
  }
}

export type NewList = Pick<ListDocument, 'id' | 'type' | 'name' | 'description' | 'version'> &
  Partial<Pick<ListDocument, 'serializer' | 'deserializer' | 'meta'>>;

type By = { username: string; now: Date; newId: () => string };

/** Creates a list. @throws Conflict when the id is taken */
export async function createList(space: string, request: NewList, { username, now, newId }: By): Promise<ValueList> {
  const { id } = request;
  checkIdLength(id);
  const time = now.toISOString();
  const list: ListDocument = {
    ...request,
    immutable: false,
    '@timestamp': time,
    tie_breaker_id: newId(),
    created_at: time,
    created_by: username,
    updated_at: time,
    updated_by: username,
  };
  const incarnation = newIncarnation();
  const version = firstVersion(now);
  const { stored, writes } = await packJson(table, list);
  try {
    await write({ table, create: { ...keyOf(space, id), version, incarnation, document: stored } }, ...writes);
  } catch (error) {
    if (error instanceof WriteConflict) throw new Conflict(`list id: "${id}" already exists`);
    throw error;
  }
  return { ...list, recordVersion: version, incarnation, space };
}

/** @throws ElasticsearchError when an id of a list or an item is longer than Elasticsearch takes */
export function checkIdLength(id: string): void {
  const bytes = Buffer.byteLength(id);
  if (bytes <= MAX_ID_BYTES) return;
  throw validationFailed('action_request_validation_exception', [
    `id [${id}] is too long, must be no longer than ${MAX_ID_BYTES} bytes but was: ${bytes}`,
  ]);
}

/** 48 random bits: an item's id holds them, so that it leads to the item without a look-up. */
function newIncarnation(): string {
  return randomBytes(6).toString('hex');
}

export type ListChange = {
  name?: string | undefined;
  description?: string | undefined;
  /** `undefined` inside `replaceMeta` removes it. */
  meta?: Record<string, unknown> | undefined;
  version?: number | undefined;
  _version?: string | undefined;
};

type Update = { replace: boolean; username: string; now: Date };

/**
 * Changes a list. `replace`: meta that is not given is removed; else it stays. A change that names no `_version` is made
 * to the list as it then stands, whoever else changes it.
 *
 * @throws NotFound, or Conflict when `_version` names another version than the one that stands
 */
export function updateList(space: string, id: string, change: ListChange, update: Update): Promise<ValueList> {
  return untilUndisturbed(id, () => updateOnce(space, id, change, update));
}

/** @throws WriteConflict when another write came in between and the change named no version */
async function updateOnce(
  space: string,
  id: string,
  change: ListChange,
  { replace, username, now }: Update,
): Promise<ValueList> {
  const stored = fitsKey(id) ? await read(table, keyOf(space, id)) : undefined;
  if (stored === undefined) throw new NotFound(`list id: "${id}" not found`);
  const { recordVersion, incarnation, space: _, ...was } = await listOf(space, stored);
  const current = encodeVersion(recordVersion);
  // An empty one counts as none.
  if (change._version && change._version !== current) throw versionsMismatch(change._version, current);
  const meta = change.meta ?? (replace ? undefined : was.meta);
  const next: ListDocument = {
    ...was,
    name: change.name ?? was.name,
    description: change.description ?? was.description,
    meta,
    version: change.version ?? was.version + 1,
    updated_at: now.toISOString(),
    updated_by: username,
  };
  const version = recordVersion + 1;
  const packed = await packJson(table, next, row.parse(stored).document);
  const replacement = { ...keyOf(space, id), version, incarnation, document: packed.stored };
  await write({ table, replace: replacement }, ...packed.writes);
  return { ...next, recordVersion: version, incarnation, space };
}

/** Does a step that reads and writes, again when another write came in between. @throws Conflict */
function untilUndisturbed<T>(id: string, step: () => Promise<T>): Promise<T> {
  return retryOnConflict(step, {
    otherwise: (cause) => new Conflict(`list id: "${id}" is being changed by others`, { cause }),
  });
}

/** What clients are told when the version they read is not the one that stands. An unreadable version prints `{}`. */
export function versionsMismatch(provided: string, found: string): Conflict {
  const print = (version: string) => {
    const decoded = decodeVersion(version);
    if (decoded === undefined) return '{}';
    const { if_primary_term, if_seq_no } = decoded;
    return JSON.stringify({ if_primary_term, if_seq_no });
  };
  return new Conflict(
    `Conflict: versions mismatch. Provided versions:${print(provided)} does not match ${print(found)}`,
  );
}

/** Deletes a list; its items go with it at once, and are swept later. */
export function deleteList(space: string, id: string): Promise<ValueList> {
  return untilUndisturbed(id, async () => {
    const stored = fitsKey(id) ? await read(table, keyOf(space, id)) : undefined;
    if (stored === undefined) throw new NotFound(`list id: "${id}" was not found`);
    const list = await listOf(space, stored);
    const sweep = orderSweep(table, `${space}#${list.incarnation}`, partitionsOf(list));
    const { recordVersion: version } = list;
    // Another version may be another life of the list, whose items this sweep would not reach.
    await write({ table, delete: keyOf(space, id), version }, sweep, ...deletionsOf(table, row.parse(stored).document));
    return list;
  });
}
