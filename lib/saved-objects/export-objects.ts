import { BadRequest, PayloadTooLarge } from '../errors/errors.ts';
import { savedObjectType, typesWhere } from '../stores/saved-object-types.ts';
import { allObjects, findObjects, objectNotFound, type SavedObject } from '../stores/saved-objects.ts';
import { encodeVersion } from '../stores/versions.ts';
import { type Caller, mayUse, requireTypes } from './authorization.ts';
import { MAX_OBJECTS } from './import-file.ts';
import { nameOf } from './saved-object-view.ts';
import { matcherOf } from './search.ts';
import { stableJson } from './stable-json.ts';

type Ref = { type: string; id: string };

export type ExportRequest = {
  types: readonly string[] | undefined;
  objects: readonly Ref[] | undefined;
  /** Only objects that refer to one of these. */
  hasReference: readonly Ref[] | undefined;
  search: string | undefined;
  includeReferencesDeep: boolean;
  excludeExportDetails: boolean;
};

/** Every exportable type. */
const ALL_TYPES = '*';

/** Characters of JSON that are held at once; what is larger fits no answer, however well it is compressed. */
const MAX_TEXT = 64 * 1_024 * 1_024;

/**
 * The lines of an export file: what is referred to before what refers to it, then the details.
 *
 * @throws BadRequest for options that exclude each other, for types that are not exported and objects that are not there;
 * Forbidden for objects that the caller may not read
 */
export async function exportObjects(request: ExportRequest, caller: Caller): Promise<string[]> {
  checkOptions(request);
  const { objects = [], includeReferencesDeep, excludeExportDetails } = request;
  const isByType = objects.length === 0;
  const asked = isByType ? await byType(request, caller) : await byId(objects, caller);
  const { found, missing } = includeReferencesDeep
    ? await withReferences(asked, caller)
    : { found: asked, missing: [] };
  // Objects that were asked for one by one keep their order.
  const kept = isByType ? 0 : asked.length;
  const ordered = [...found.slice(0, kept), ...found.slice(kept).sort(byIdAscending)];
  const lines = referredFirst(ordered).map((object) => stableJson(exportedForm(object)));
  if (excludeExportDetails) return lines;
  const details = {
    exportedCount: lines.length,
    missingRefCount: missing.length,
    missingReferences: missing,
    excludedObjectsCount: 0,
    excludedObjects: [],
  };
  return [...lines, stableJson(details)];
}

function checkOptions({ types = [], objects = [], search, hasReference = [] }: ExportRequest): void {
  if (types.length === 0 && objects.length === 0) throw new BadRequest('Either `type` or `objects` are required.');
  if (objects.length === 0) {
    const unknown = types.filter((type) => type !== ALL_TYPES && !isExportable(type));
    if (unknown.length > 0) throw new BadRequest(`Trying to export non-exportable type(s): ${unknown.join(', ')}`);
    return;
  }
  const excluded = (name: string) =>
    new BadRequest(`Can't specify both "${name}" and "objects" properties when exporting`);
  if (types.length > 0) throw excluded('types');
  if (search !== undefined) throw excluded('search');
  if (hasReference.length > 0) throw excluded('references');
  const unknown = objects.filter(({ type }) => !isExportable(type));
  if (unknown.length > 0) {
    throw new BadRequest(`Trying to export object(s) with non-exportable types: ${unknown.map(nameOf).join(', ')}`);
  }
}

function isExportable(type: string): boolean {
  return savedObjectType(type)?.importableAndExportable === true;
}

/** True for types whose objects can be referred to. What only its own endpoints show is as good as absent. */
function isReadable(name: string): boolean {
  const type = savedObjectType(name);
  return type !== undefined && (type.hidden !== true || type.importableAndExportable === true);
}

/** Keeps what is collected within the memory of a function. */
function collector(maxObjects = MAX_OBJECTS) {
  const found: SavedObject[] = [];
  let size = 0;
  const add = (object: SavedObject) => {
    size += JSON.stringify(object).length;
    if (size > MAX_TEXT) throw new PayloadTooLarge('The export is too large for one answer. Export fewer objects.');
    if (found.push(object) > maxObjects) throw tooMany();
  };
  return { found, add };
}

function tooMany(): BadRequest {
  return new BadRequest(
    `Can't export more than ${MAX_OBJECTS} objects. If your server has enough memory, this limit can be increased by adjusting the "savedObjects.maxImportExportSize" setting.`,
  );
}

/** Objects of types that the caller may not read are left out. */
async function byType({ types = [], hasReference, search }: ExportRequest, caller: Caller): Promise<SavedObject[]> {
  const names = types.includes(ALL_TYPES)
    ? typesWhere(({ importableAndExportable }) => importableAndExportable === true)
    : [...new Set(types)];
  const matches = search === undefined ? () => true : matcherOf(search);
  const wanted = hasReference && new Set(hasReference.map(nameOf));
  const { found, add } = collector();
  for (const type of names.filter((name) => mayUse(caller, 'bulk_get', name))) {
    for await (const object of allObjects(type, caller.space)) {
      const refers = wanted === undefined || object.references.some((reference) => wanted.has(nameOf(reference)));
      if (refers && matches(object.attributes)) add(object);
    }
  }
  return found;
}

function byIdAscending(one: Ref, other: Ref): number {
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

async function byId(objects: readonly Ref[], caller: Caller): Promise<SavedObject[]> {
  requireTypes(
    caller,
    'bulk_get',
    objects.map(({ type }) => type),
  );
  const wanted = [...new Map(objects.map((object) => [nameOf(object), object])).values()];
  const { found, missing } = await readAll(wanted, caller);
  if (missing.length > 0) {
    const failures = missing.map(({ type, id }) => {
      const { status, message } = objectNotFound({ type, id });
      return { id, type, error: { statusCode: status, error: 'Not Found', message } };
    });
    throw new BadRequest('Error fetching objects to export', { attributes: { objects: failures } });
  }
  return found;
}

async function readAll(wanted: readonly Ref[], { space }: Caller) {
  const { found, add } = collector();
  const missing: Ref[] = [];
  // In parts, so that the limits are met before everything is in memory.
  for (let start = 0; start < wanted.length; start += 100) {
    const part = wanted.slice(start, start + 100);
    for (const [index, object] of (await findObjects(space, part)).entries()) {
      const { type = '', id = '' } = part[index] ?? {};
      if (object === undefined || !isReadable(type)) missing.push({ type, id });
      else add(object);
    }
  }
  return { found, missing };
}

/** Adds what the objects refer to, and what that refers to, until nothing new comes. */
async function withReferences(asked: readonly SavedObject[], caller: Caller) {
  const { found, add } = collector(Number.POSITIVE_INFINITY);
  const missing: Ref[] = [];
  const seen = new Set(asked.map(nameOf));
  let latest = asked;
  while (latest.length > 0) {
    latest.forEach(add);
    const next = new Map<string, Ref>();
    for (const { type, id } of latest.flatMap(({ references }) => references)) {
      const name = nameOf({ type, id });
      if (!seen.has(name)) next.set(name, { type, id });
      seen.add(name);
    }
    const wanted = [...next.values()];
    requireTypes(caller, 'bulk_get', wanted.map(({ type }) => type).filter(isReadable));
    const fetched = await readAll(wanted, caller);
    missing.push(...fetched.missing);
    latest = fetched.found;
  }
  return { found, missing };
}

/** Every object after those of the list that it refers to. Circles are cut where they are entered. */
function referredFirst(objects: readonly SavedObject[]): SavedObject[] {
  const byName = new Map(objects.map((object) => [nameOf(object), object]));
  const sorted = new Set<SavedObject>();
  const entered = new Set<SavedObject>();
  const enter = (object: SavedObject) => {
    entered.add(object);
    return { object, references: object.references.values() };
  };
  for (const object of objects) {
    const path = entered.has(object) ? [] : [enter(object)];
    for (let current = path.at(-1); current !== undefined; current = path.at(-1)) {
      const { value: reference, done } = current.references.next();
      if (done === true) {
        sorted.add(current.object);
        path.pop();
        continue;
      }
      const referred = byName.get(nameOf(reference));
      if (referred !== undefined && !entered.has(referred)) path.push(enter(referred));
    }
  }
  return [...sorted];
}

/** An object as it leaves: without its spaces, and as its type wants it. */
function exportedForm({ namespaces: _, version, ...object }: SavedObject) {
  const exported = savedObjectType(object.type)?.exported;
  return {
    ...object,
    version: encodeVersion(version),
    ...(exported !== undefined && { attributes: exported(object.attributes) }),
  };
}
