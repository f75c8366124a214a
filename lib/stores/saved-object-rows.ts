import * as z from 'zod';
import { BadRequest } from '../errors/errors.ts';
import type { JsonObject } from '../json/merge.ts';
import { type Binding, type CipherText, cipherText, decrypt, encrypt } from './encrypted-attributes.ts';
import { type Key, key } from './keys.ts';
import { packJson, type StoredText, storedText, unpackJson } from './large-documents.ts';
import type { Row } from './read.ts';
import { type SavedObjectType, savedObjectType } from './saved-object-types.ts';
import type { Table } from './tables.ts';
import type { Write } from './write.ts';

/**
 * How saved objects lie in the table.
 *
 *   object     pk object:<type>#<id>  sk object   types whose ids are unique over all spaces; `namespaces` says who sees it
 *   listed     pk <space>#<type>      sk <id>     one for each space of such an object, with what lists show
 *   object     pk <space>#<type>      sk <id>     types of a single space; `*` for those of none
 *   encrypted  pk encrypted:<type>    sk <home>   one for each object with secrets, for key rotation
 */
export const table: Table = 'SavedObjects';
export const ALL_SPACES = '*';

/** What a listed row holds at the most; lists read the object itself when its title or references are larger. */
const LISTED_BYTES = 16 * 1_024;

export const reference = z.object({ name: z.string(), type: z.string(), id: z.string() });
export type Reference = z.infer<typeof reference>;

const document = z.object({
  attributes: z.record(z.string(), z.unknown()),
  references: z.array(reference),
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
  created_by: z.string().optional(),
  updated_by: z.string().optional(),
  managed: z.boolean(),
  originId: z.string().optional(),
  coreMigrationVersion: z.string(),
  typeMigrationVersion: z.string().optional(),
});

export type SavedObject = z.infer<typeof document> & {
  type: string;
  id: string;
  /** The spaces that see it; none for types of no space. */
  namespaces: string[];
  /** Counts the writes. `encodeVersion` makes the API's text of it. */
  version: number;
};

const objectRow = z.object({
  id: z.string(),
  type: z.string(),
  namespaces: z.array(z.string()),
  version: z.number(),
  document: storedText,
  encrypted: z.record(z.string(), cipherText).optional(),
});
export type StoredObject = z.infer<typeof objectRow>;

const listedDocument = document.extend({ namespaces: z.array(z.string()), version: z.number() });

export type Where = { type: string; id: string; space: string };

/** A registered type. @throws BadRequest */
export function typeOf(name: string): SavedObjectType {
  const type = savedObjectType(name);
  if (type === undefined) throw unsupportedType(name);
  return type;
}

/** The 400 of a type that is unknown, or not reachable here. */
export function unsupportedType(name: string): BadRequest {
  return new BadRequest(`Unsupported saved object type: '${name}': Bad Request`);
}

/** True when ids of the type are unique over all spaces. */
export function isShareable({ namespaces }: SavedObjectType): boolean {
  return namespaces === 'multiple' || namespaces === 'multiple-isolated';
}

/** The space under which an object is kept: its own, or `*` for types that are not kept under one. */
export function homeOf(type: SavedObjectType, space: string): string {
  return type.namespaces === 'single' ? space : ALL_SPACES;
}

export function keyOf({ type, id, space }: Where): Key {
  const registered = typeOf(type);
  return isShareable(registered)
    ? key(`object:${type}#${id}`, 'object')
    : key(`${homeOf(registered, space)}#${type}`, id);
}

export function listedKey(space: string, type: string, id: string): Key {
  return key(`${space}#${type}`, id);
}

export function encryptedKey({ pk, sk }: Key, type: string): Key {
  return key(`encrypted:${type}`, sk === 'object' ? pk : `${pk}#${sk}`);
}

export function parseObject(row: Row): StoredObject {
  return objectRow.parse(row);
}

/** True when the space sees the object. */
export function isVisible({ namespaces }: StoredObject, space: string): boolean {
  return namespaces.length === 0 || namespaces.includes(space) || namespaces.includes(ALL_SPACES);
}

/** The object without its secrets. */
export async function openObject(stored: StoredObject): Promise<SavedObject> {
  const { id, type, namespaces, version } = stored;
  return { id, type, namespaces, version, ...document.parse(await unpackJson(table, stored.document)) };
}

/** Secrets that could not be decrypted, by attribute, with the reason. */
export type LockedSecrets = Map<string, unknown>;

/** The object with its secrets, as far as they can be decrypted. */
export async function unlockObject(stored: StoredObject): Promise<{ object: SavedObject; locked: LockedSecrets }> {
  const object = await openObject(stored);
  const locked: LockedSecrets = new Map();
  const secrets: JsonObject = {};
  for (const [name, cipher] of Object.entries(stored.encrypted ?? {})) {
    try {
      secrets[name] = await decrypt(cipher, bindingOf(object, name));
    } catch (error) {
      locked.set(name, error);
    }
  }
  return { object: { ...object, attributes: { ...object.attributes, ...secrets } }, locked };
}

function bindingOf({ type, id, namespaces, attributes }: SavedObject, attribute: string): Binding {
  const registered = typeOf(type);
  const bound = (registered.bound ?? []).map((name) => attributes[name] ?? null);
  return [homeOf(registered, namespaces[0] ?? ALL_SPACES), type, id, attribute, bound];
}

/** A locked secret may be replaced by a new one, but is never lost in silence. */
export function requireUnlocked({ attributes }: Pick<SavedObject, 'attributes'>, locked: LockedSecrets): void {
  for (const [name, reason] of locked) {
    if (attributes[name] === undefined) throw reason;
  }
}

/** Everything that is stored of an object: its row, the object as it is answered, and the writes beside it. */
export async function rowsOf(object: SavedObject, replaced: StoredText | undefined) {
  const { id, type, namespaces, version, ...content } = object;
  const registered = typeOf(type);
  const secretNames = (registered.encrypted ?? []).filter((name) => object.attributes[name] !== undefined);
  const attributes = without(object.attributes, registered.encrypted ?? []);
  const encrypted: Record<string, CipherText> = {};
  for (const name of secretNames) encrypted[name] = await encrypt(object.attributes[name], bindingOf(object, name));
  const open = { ...object, attributes };
  const { stored, writes } = await packJson(table, { ...content, attributes }, replaced);
  const address = keyOf({ type, id, space: namespaces[0] ?? ALL_SPACES });
  const row = {
    ...address,
    id,
    type,
    namespaces,
    version,
    document: stored,
    ...(secretNames.length > 0 && { encrypted }),
  };
  const keyFingerprint = Object.values(encrypted)[0]?.key;
  const secrets: Write[] =
    registered.encrypted === undefined
      ? []
      : [{ table, put: { ...encryptedKey(address, type), at: address, key: keyFingerprint ?? '' } }];
  return { row, open, others: [...listedWrites(open, registered), ...secrets, ...writes] };
}

/** The rows by which its spaces list an object; none for types that are listed by the object's own row. */
export function listedWrites({ id, type, ...content }: SavedObject, registered: SavedObjectType): Write[] {
  if (!isShareable(registered)) return [];
  const summary = registered.summary?.(content.attributes) ?? {};
  const text = JSON.stringify({ ...content, attributes: summary });
  const listed = Buffer.byteLength(text) <= LISTED_BYTES ? { listed: text } : {};
  return content.namespaces.map((space) => ({ table, put: { ...listedKey(space, type, id), ...listed } }));
}

function without(attributes: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}

const listedRow = z.object({ sk: z.string(), listed: z.string().optional() });

/** What a listed row shows of its object; only the id when the rest is too large for such a row. */
export function parseListed(type: string, row: Row): { id: string; object: SavedObject | undefined } {
  const { sk: id, listed } = listedRow.parse(row);
  return { id, object: listed === undefined ? undefined : { id, type, ...listedDocument.parse(JSON.parse(listed)) } };
}
