import * as z from 'zod';
import { Conflict, NotFound, PayloadTooLarge, WriteConflict } from '../errors/errors.ts';
import { type JsonObject, mergeObjects } from '../json/merge.ts';
import { fitsKey, key } from '../stores/keys.ts';
import { deletionsOf, packJson, storedText, unpackJson } from '../stores/large-documents.ts';
import { openRow } from '../stores/open-row.ts';
import { type Row, read, rows } from '../stores/read.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { firstVersion } from '../stores/versions.ts';
import { write } from '../stores/write.ts';
import { expandDottedKeys, leavesIn } from './dotted-keys.ts';
import { type EntityType, entityTypes } from './entity-fields.ts';

/**
 * Entities. Access: by id; all of a space.
 *
 *   entity  pk <space>#entity   sk <id>   type   timestamp   document: JSON text   patch:<path>: JSON text of a leaf
 *
 * An update writes its leaves beside the document, each as an attribute of its own, without reading: many updates of one
 * entity at once never meet. The document is what `document` says with the patches over it. An update that does not fit
 * beside it is merged into the document instead, which takes the patches up.
 */
const table = 'Entities';
const PATCH = 'patch:';
/** Characters of JSON that one update may leave beside the document. */
const PATCH_CHARACTERS = 16 * 1_024;

const object = z.record(z.string(), z.unknown());
const row = z.looseObject({
  sk: z.string(),
  version: z.number(),
  type: z.enum(entityTypes),
  timestamp: z.string(),
  document: storedText,
});

export type Entity = {
  id: string;
  /** The kind of entity that it was created as. */
  type: EntityType;
  /** ISO time of its last change. */
  timestamp: string;
  document: JsonObject;
};

function keyOf(space: string, id: string) {
  return key(`${space}#entity`, id);
}

function entityNotFound(id: string): NotFound {
  return new NotFound(`Entity ID '${id}' not found`);
}

async function entityOf(stored: Row): Promise<Entity> {
  const { sk: id, type, timestamp, document, ...others } = row.parse(stored);
  const patches = Object.entries(others)
    .filter(([name]) => name.startsWith(PATCH))
    // DynamoDB has no order of attributes; the same entity shall always be the same text.
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, text]) => [name.slice(PATCH.length), JSON.parse(z.string().parse(text))]);
  const patch = expandDottedKeys(Object.fromEntries(patches));
  if (patch.problem !== undefined) throw new Error(`entity ${id}: ${patch.problem}`);
  const { '@timestamp': _, ...fields } = mergeObjects(
    object.parse(await unpackJson(table, document)),
    object.parse(patch.value),
  );
  return { id, type, timestamp, document: { '@timestamp': timestamp, ...fields } };
}

/** All entities of a space. */
export async function* entitiesOf(space: string): AsyncGenerator<Entity> {
  for await (const stored of rows({ table, pk: keyOf(space, 'any').pk })) {
    const entity = await openRow(table, stored, entityOf);
    if (entity !== undefined) yield entity;
  }
}

export type Change = { space: string; id: string; document: JsonObject; now: Date };

/** Creates an entity; one without a name is called by its id. @throws Conflict when the id is taken */
export async function createEntity(type: EntityType, { space, id, document, now }: Change): Promise<void> {
  const named = mergeObjects(mergeObjects({ entity: { id, name: id } }, document), { entity: { id } });
  const { stored, writes } = await packJson(table, named);
  const version = firstVersion(now);
  const created = { ...keyOf(space, id), version, type, timestamp: now.toISOString(), document: stored };
  try {
    await write({ table, create: created }, ...writes);
  } catch (error) {
    if (error instanceof WriteConflict) throw new Conflict(`Entity ID '${id}' already exists`);
    throw error;
  }
}

/**
 * Merges a document into an entity: objects merge, everything else is replaced.
 *
 * @throws NotFound, or WriteConflict when others kept coming between
 */
export async function updateEntity(change: Change): Promise<void> {
  const { space, id, now } = change;
  if (!fitsKey(id)) throw entityNotFound(id);
  const document = mergeObjects(change.document, { entity: { id } });
  const patch = patchOf(document);
  if (patch === undefined) return mergeInto({ ...change, document });
  try {
    const set = { ...patch, timestamp: now.toISOString() };
    await write({ table, update: keyOf(space, id), set, add: { version: 1 } });
  } catch (error) {
    if (error instanceof WriteConflict) throw entityNotFound(id);
    // The patches of many updates together have outgrown the row.
    if (error instanceof PayloadTooLarge) return mergeInto({ ...change, document });
    throw error;
  }
}

/** The leaves as attributes; undefined for what has to be merged: much text, and labels, whose keys are free. */
function patchOf({ labels, '@timestamp': _, ...fields }: JsonObject): Record<string, string> | undefined {
  if (labels !== undefined) return undefined;
  const patch = Object.fromEntries(
    Array.from(leavesIn(fields), ({ path, value }) => [`${PATCH}${path}`, JSON.stringify(value)]),
  );
  const characters = Object.values(patch).reduce((sum, text) => sum + text.length, 0);
  return characters > PATCH_CHARACTERS ? undefined : patch;
}

/** Kibana's own number: the first try and three retries. */
const MERGE_ROUNDS = 4;

function mergeInto({ space, id, document, now }: Change): Promise<void> {
  const step = async () => {
    const found = await read(table, keyOf(space, id));
    if (found === undefined) throw entityNotFound(id);
    const { version, document: replaced } = row.parse(found);
    const { type, document: was } = await entityOf(found);
    const { stored, writes } = await packJson(table, mergeObjects(was, document), replaced);
    const next = { ...keyOf(space, id), version: version + 1, type, timestamp: now.toISOString(), document: stored };
    await write({ table, replace: next }, ...writes);
  };
  return retryOnConflict(step, { rounds: MERGE_ROUNDS });
}

/** Deletes an entity. @throws NotFound, or WriteConflict when others kept coming between */
export function deleteEntity(space: string, id: string): Promise<void> {
  return retryOnConflict(async () => {
    const found = fitsKey(id) ? await read(table, keyOf(space, id)) : undefined;
    if (found === undefined) throw entityNotFound(id);
    const { version, document } = row.parse(found);
    await write({ table, delete: keyOf(space, id), version }, ...deletionsOf(table, document));
  });
}
