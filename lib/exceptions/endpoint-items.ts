import * as z from 'zod';
import { BadRequest, Conflict, WriteConflict } from '../errors/errors.ts';
import type { FieldTypes } from '../kql/matches.ts';
import { savedObjectFilter } from '../kql/saved-object-filter.ts';
import { KqlSyntaxError } from '../kql/syntax-error.ts';
import { profileUid } from '../security/principal.ts';
import { type Key, key } from '../stores/keys.ts';
import { countRows, read } from '../stores/read.ts';
import { createObject, listObjects, type SavedObject } from '../stores/saved-objects.ts';
import { encodeVersion } from '../stores/versions.ts';
import { type Actor, ENDPOINT_LIST, ensureEndpointList } from './endpoint-list.ts';
import { entry } from './entries.ts';
import { AGNOSTIC, exceptionDocument } from './exception-lists.ts';

/**
 * Items of the endpoint exception list: saved objects, each with a row that claims its item id.
 *
 *   claim  pk exception_items#endpoint_list   sk =<item_id>   id: the object
 */
const table = 'SavedObjects';
const CLAIMS = `exception_items#${ENDPOINT_LIST}`;

/** Most items that the list holds. */
const MAX_ITEMS = 10_000;

const comment = z.object({
  comment: z.string(),
  created_at: z.string(),
  created_by: z.string(),
  id: z.string(),
});

const itemDocument = exceptionDocument.extend({
  item_id: z.string(),
  type: z.literal('simple'),
  entries: z.array(entry),
  comments: z.array(comment),
});

/** An item as the API answers it. */
export const exceptionItem = itemDocument.extend({
  _version: z.string(),
  id: z.string(),
  namespace_type: z.literal('agnostic'),
  updated_at: z.string(),
});
export type ExceptionItem = z.infer<typeof exceptionItem>;

export type NewItem = Pick<ExceptionItem, 'name' | 'description' | 'entries' | 'os_types' | 'tags'> & {
  item_id?: string | undefined;
  comments: readonly { comment: string }[];
  meta?: Record<string, unknown> | undefined;
};

function claimKey(itemId: string): Key {
  return key(CLAIMS, `=${itemId}`);
}

/** @throws Conflict when an item has the id already */
export async function requireFreeItemId(itemId: string): Promise<void> {
  if ((await read(table, claimKey(itemId))) !== undefined) throw itemIdTaken(itemId);
}

function itemIdTaken(itemId: string): Conflict {
  return new Conflict(`exception list item id: "${itemId}" already exists`);
}

/** Adds an item; the list is created when it is missing. @throws Conflict when the item id is taken */
export async function createEndpointItem(request: NewItem, actor: Actor): Promise<ExceptionItem> {
  const { principal, space, now, newId } = actor;
  const { username } = principal;
  await ensureEndpointList(actor);
  const item_id = request.item_id ?? newId();
  const claim = claimKey(item_id);
  // One small row for each item, and never more of them than the list may hold.
  if ((await countRows({ table, pk: CLAIMS })) >= MAX_ITEMS) {
    throw new BadRequest(`Failed to add exception item, exception list would exceed max size of ${MAX_ITEMS}`);
  }
  const time = now.toISOString();
  const by = { created_at: time, created_by: username };
  const item: z.infer<typeof itemDocument> = {
    list_id: ENDPOINT_LIST,
    item_id,
    type: 'simple',
    name: request.name,
    description: request.description,
    entries: request.entries,
    os_types: request.os_types,
    tags: request.tags,
    meta: request.meta,
    comments: request.comments.map((each) => ({ ...by, comment: each.comment, id: newId() })),
    tie_breaker_id: newId(),
    ...by,
    updated_by: username,
  };
  const id = newId();
  try {
    const by = { space, now, profileUid: profileUid(principal) };
    const attributes = { ...item, list_type: 'item' };
    const created = await createObject({ type: AGNOSTIC, id, attributes }, by, {
      with: [{ table, create: { ...claim, id } }],
    });
    return itemView(created);
  } catch (error) {
    if (error instanceof WriteConflict) throw itemIdTaken(item_id);
    throw error;
  }
}

function itemView({ id, version, attributes, updated_at }: SavedObject): ExceptionItem {
  const item = itemDocument.parse(attributes);
  return {
    _version: encodeVersion(version),
    comments: item.comments,
    created_at: item.created_at,
    created_by: item.created_by,
    description: item.description,
    entries: item.entries,
    id,
    item_id: item.item_id,
    list_id: item.list_id,
    meta: item.meta,
    name: item.name,
    namespace_type: 'agnostic',
    os_types: item.os_types,
    tags: item.tags,
    tie_breaker_id: item.tie_breaker_id,
    type: item.type,
    updated_at: updated_at ?? item.created_at,
    updated_by: item.updated_by,
  };
}

const attributeTypes: FieldTypes = { name: 'text', description: 'text', created_at: 'date' };

export type FindRequest = {
  filter?: string | undefined;
  page: number;
  per_page: number;
  sort_field?: string | undefined;
  sort_order?: 'asc' | 'desc' | undefined;
};

/** A page of the items that a filter finds. @throws BadRequest for a filter that does not parse */
export async function findEndpointItems(space: string, request: FindRequest, now: Date) {
  const { page, per_page, filter = '', sort_field, sort_order = 'asc' } = request;
  if (per_page > MAX_ITEMS) throw new BadRequest(`per_page must be at most ${MAX_ITEMS}`);
  const matches = filterOf(filter, now);
  const found: ExceptionItem[] = [];
  for await (const object of listObjects(AGNOSTIC, space)) {
    const { attributes } = object;
    if (attributes.list_type !== 'item' || attributes.list_id !== ENDPOINT_LIST) continue;
    const item = itemView(object);
    if (matches({ ...item, list_type: 'item', [AGNOSTIC]: item })) found.push(item);
  }
  const direction = sort_order === 'desc' ? -1 : 1;
  const keyOf = (item: ExceptionItem) =>
    sort_field === undefined
      ? item.created_at
      : sortable(new Map<string, unknown>(Object.entries(item)).get(sort_field));
  found.sort((one, other) => compare(keyOf(one), keyOf(other)) * direction || compare(one.id, other.id));
  const start = Math.max(0, (page - 1) * per_page);
  return { data: found.slice(start, start + per_page), page, per_page, total: found.length };
}

function filterOf(filter: string, now: Date) {
  const isMapped = (attribute: string) => {
    const [top = ''] = attribute.split('.');
    return top === 'list_type' || Object.hasOwn(itemDocument.shape, top);
  };
  try {
    return savedObjectFilter(filter, { type: AGNOSTIC, isMapped, types: attributeTypes, now }).matches;
  } catch (error) {
    if (error instanceof KqlSyntaxError) throw new BadRequest(`KQLSyntaxError: ${error.message}: Bad Request`);
    throw error;
  }
}

function sortable(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
