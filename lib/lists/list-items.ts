import * as z from 'zod';
import { BadRequest, Conflict, ElasticsearchError, NotFound, WriteConflict } from '../errors/errors.ts';
import type { FieldTypes } from '../kql/matches.ts';
import { type BulkResult, putRows } from '../stores/bulk.ts';
import { fitsKey, key } from '../stores/keys.ts';
import { deletionsOf, packJson, type StoredText, storedText, unpackJson } from '../stores/large-documents.ts';
import { openRow } from '../stores/open-row.ts';
import { type Row, read, rows, rowsInTurn } from '../stores/read.ts';
import { encodeVersion, firstVersion } from '../stores/versions.ts';
import { type Write, write } from '../stores/write.ts';
import { renderValue } from './deserializer.ts';
import { exchanged, itemKey, keyOfGeneratedId, newTieBreaker, partitionsOf, valuePrefix } from './item-keys.ts';
import { listTypeNames, type StoredValue } from './list-types.ts';
import { checkIdLength, findList, type ValueList } from './lists.ts';
import { parseValues } from './serializer.ts';
import { canonicalValue, matchOf, sortValue } from './value-matching.ts';
import { checkValue, parsingFailure } from './value-validation.ts';

/**
 * Items of value lists. Access: all of a list in export order, by value, by id. `item-keys.ts` says where they lie.
 *
 *   item  pk <space>#<incarnation>#<hex>   sk <tie_breaker_id>   document: the item as JSON text   claim: its id row
 *   id    pk <space>#item                  sk <id>               at: address of the item; only for ids chosen by callers
 */
const table = 'ValueLists';

const storedValue = z.union([
  z.string(),
  z.object({ gte: z.string(), lte: z.string() }),
  z.object({ lat: z.string(), lon: z.string() }),
]);

const document = z.object({
  id: z.string(),
  list_id: z.string(),
  type: z.enum(listTypeNames),
  value: storedValue,
  serializer: z.string().optional(),
  deserializer: z.string().optional(),
  meta: z.record(z.string(), z.unknown()).optional(),
  created_at: z.string(),
  created_by: z.string(),
  updated_at: z.string(),
  updated_by: z.string(),
});
type ItemDocument = z.infer<typeof document>;

const row = z.object({ pk: z.string(), sk: z.string(), version: z.number(), document: storedText });
const idRow = z.object({ version: z.number(), at: z.object({ pk: z.string(), sk: z.string() }) });

export type ListItem = ItemDocument & { tie_breaker_id: string; recordVersion: number; place: Place };
type Address = { pk: string; sk: string };
type Place = Address & { stored: StoredText };

/** An item as the API answers it. */
export const listItem = document.omit({ value: true }).extend({
  value: z.string(),
  '@timestamp': z.string(),
  tie_breaker_id: z.string(),
  _version: z.string(),
});

/** What filters and sort fields of `_find` can name, besides the field named like the list's type: not `id`, not `meta`. */
export const itemFields: FieldTypes = {
  list_id: 'keyword',
  serializer: 'keyword',
  deserializer: 'keyword',
  tie_breaker_id: 'keyword',
  created_at: 'date',
  created_by: 'keyword',
  updated_at: 'date',
  updated_by: 'keyword',
  '@timestamp': 'date',
  byte: 'number',
  date: 'date',
  date_nanos: 'date',
  double: 'number',
  float: 'number',
  half_float: 'number',
  integer: 'number',
  long: 'number',
  short: 'number',
  text: 'text',
};

/** The record that filters and sort fields see: the value stands under the name of its type. */
export function searchedFields(item: ListItem): Record<string, unknown> {
  const { id: _id, type, value, meta: _meta, place: _place, recordVersion: _version, ...fields } = item;
  return { ...fields, '@timestamp': item.created_at, [type]: value };
}

/** What a sort field orders items by: under `value` and the name of the type, the order of the type. */
export function sortValueOf(item: ListItem, field: string): unknown {
  return field === 'value' || field === item.type ? sortValue(item.type, item.value) : searchedFields(item)[field];
}

/** An item in the API's key order; `value` is printed with the deserializer that the item carries. */
export function itemView(item: ListItem, value = renderValue({ ...item, stored: item.value })) {
  const { recordVersion, id, type, list_id, serializer, deserializer, meta, tie_breaker_id } = item;
  const { created_at, created_by, updated_at, updated_by } = item;
  return {
    _version: encodeVersion(recordVersion),
    id,
    type,
    value,
    list_id,
    serializer,
    deserializer,
    meta,
    '@timestamp': created_at,
    created_at,
    created_by,
    tie_breaker_id,
    updated_at,
    updated_by,
  };
}

/** The item of a row; undefined when it is gone. */
function itemOf(found: Row): Promise<ListItem | undefined> {
  return openRow(table, found, openItem);
}

async function openItem(found: Row): Promise<ListItem> {
  const { pk, sk, version, document: stored } = row.parse(found);
  const item = document.parse(await unpackJson(table, stored));
  return { ...item, tie_breaker_id: sk, recordVersion: version, place: { pk, sk, stored } };
}

/** All items of a list in the order of its export; nothing holds them all. */
export async function* itemsOf(list: ValueList): AsyncGenerator<ListItem> {
  for await (const found of rowsInTurn(partitionsOf(list).map((pk) => ({ table, pk })))) {
    const item = await itemOf(found);
    if (item !== undefined) yield item;
  }
}

/** The items of a list that match a value. */
export async function* itemsByValue(list: ValueList, value: string): AsyncGenerator<ListItem> {
  const match = matchOf(list.type, value);
  if (match.kind === 'scan') {
    for await (const item of itemsOf(list)) if (match.matches(item.value)) yield item;
    return;
  }
  for await (const found of rows({ table, ...valuePrefix(list, match.canonical) })) {
    const item = await itemOf(found);
    if (item !== undefined && canonicalValue(item.type, item.value) === match.canonical) yield item;
  }
}

/** The refusal of a request that names no item: neither by its id, nor by its list and value. */
export function selectionMissing(): BadRequest {
  return new BadRequest('Either "list_id" or "id" needs to be defined in the request');
}

/** One item by its id, whatever list of the space it is in. Items of a deleted list are gone. */
export async function findItem(space: string, id: string): Promise<ListItem | undefined> {
  // An id of our form may be a caller's choice all the same: a restored item keeps the id it had in a list now deleted.
  for (const readRow of [readGenerated, readChosen]) {
    const found = await readRow(space, id);
    const item = found && (await itemOf(found));
    if (item?.id !== id) continue;
    const list = await findList(space, item.list_id);
    if (list?.incarnation === item.place.pk.split('#')[1]) return item;
  }
  return undefined;
}

async function readGenerated(space: string, id: string): Promise<Row | undefined> {
  const address = keyOfGeneratedId(space, id);
  return address && read(table, address);
}

async function readChosen(space: string, id: string): Promise<Row | undefined> {
  const pointer = fitsKey(id) ? await read(table, idKey(space, id)) : undefined;
  return pointer && read(table, idRow.parse(pointer).at);
}

function idKey(space: string, id: string) {
  return key(`${space}#item`, id);
}

export type NewItem = { id?: string | undefined; value: string; meta?: Record<string, unknown> | undefined };
type By = { username: string; now: Date };

/**
 * Adds one item to a list.
 *
 * @throws Conflict when the id is taken; BadRequest or ElasticsearchError when the value is none of the list's type
 */
export async function createItem(list: ValueList, request: NewItem, by: By): Promise<ListItem> {
  const { id, value, meta } = request;
  if (id !== undefined) checkIdLength(id);
  const claim = id === undefined ? undefined : await claimOf(list.space, id);
  const [stored] = parseValues([value], list);
  if (stored === null || stored === undefined) throw new BadRequest('list item invalid');
  const built = newItem(list, stored, by);
  const item = { ...built.item, id: id ?? built.item.id, ...(meta && { meta }) };
  const refused = checkValue(list.type, stored);
  if (refused !== undefined) {
    const reason = parsingFailure(list.type, refused, item.id);
    throw new ElasticsearchError(400, 'document_parsing_exception', reason);
  }
  const { pk, sk } = built.address;
  const packed = await packJson(table, item);
  const version = firstVersion(by.now);
  const written = { pk, sk, version, document: packed.stored, ...(claim && { claim }) };
  const claimed = claim === undefined ? [] : [take(claim, { pk, sk })];
  try {
    await write({ table, create: written }, ...packed.writes, ...claimed);
  } catch (error) {
    if (error instanceof WriteConflict && id !== undefined) throw new Conflict(`list item id: "${id}" already exists`);
    throw error;
  }
  return { ...item, tie_breaker_id: sk, recordVersion: version, place: { pk, sk, stored: packed.stored } };
}

type Claim = Address & { version: number };

/**
 * What a new item will hold its id by: the next version of the id's row. An id whose item went with its list is free
 * again.
 *
 * @throws Conflict when an item has it
 */
async function claimOf(space: string, id: string): Promise<Claim> {
  const address = idKey(space, id);
  // Read before the item is looked for: a claim that comes in between changes the row, and the write below is refused.
  const pointer = await read(table, address);
  if ((await findItem(space, id)) !== undefined) throw new Conflict(`list item id: "${id}" already exists`);
  return { ...address, version: pointer === undefined ? 1 : idRow.parse(pointer).version + 1 };
}

/** The write that takes the id. */
function take(claim: Claim, at: Address): Write {
  return claim.version === 1 ? { table, create: { ...claim, at } } : { table, replace: { ...claim, at } };
}

function newItem(list: ValueList, value: StoredValue, { username, now }: By) {
  const tieBreaker = newTieBreaker(list, canonicalValue(list.type, value));
  const time = now.toISOString();
  const item: ItemDocument = {
    id: exchanged(tieBreaker) ?? tieBreaker,
    list_id: list.id,
    type: list.type,
    value,
    ...(list.serializer !== undefined && { serializer: list.serializer }),
    ...(list.deserializer !== undefined && { deserializer: list.deserializer }),
    created_at: time,
    created_by: username,
    updated_at: time,
    updated_by: username,
  };
  return { item, address: itemKey(list, tieBreaker) };
}

/**
 * Adds many values, those that are none of the list's type left out. Not a transaction: what is written until a failure
 * or the deadline stands.
 */
export async function createItems(
  list: ValueList,
  values: Iterable<StoredValue>,
  by: By,
  deadline: number,
): Promise<BulkResult> {
  const version = firstVersion(by.now);
  let inParts = 0;
  async function* built() {
    for (const value of values) {
      if (checkValue(list.type, value) !== undefined) continue;
      const { item, address } = newItem(list, value, by);
      const { stored, writes } = await packJson(table, item);
      const row = { ...address, version, document: stored };
      if (writes.length === 0) {
        yield row;
      } else {
        // A line of some hundred kilobytes: its parts and its row go together or not at all.
        await write({ table, create: row }, ...writes);
        inParts += 1;
      }
    }
  }
  const result = await putRows(table, built(), { deadline });
  return { ...result, written: result.written + inParts };
}

/** Deletes one item. */
export async function deleteItem(space: string, item: ListItem): Promise<void> {
  const { pk, sk, stored } = item.place;
  const chosen = exchanged(item.id) === sk ? [] : [{ table, delete: idKey(space, item.id) } as const];
  try {
    await write({ table, delete: { pk, sk }, version: item.recordVersion }, ...chosen, ...deletionsOf(table, stored));
  } catch (error) {
    if (error instanceof WriteConflict) throw new NotFound(`list item with id: "${item.id}" not found`);
    throw error;
  }
}
