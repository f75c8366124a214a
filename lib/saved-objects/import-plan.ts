import { findObjects, standingOf } from '../stores/saved-objects.ts';
import { type Caller, requireTypes } from './authorization.ts';
import type { ImportObject } from './import-file.ts';
import { type Candidate, type OriginLookup, originLookup } from './origins.ts';
import { nameOf } from './saved-object-view.ts';

export type ImportOptions = {
  /** Objects that stand in the way are replaced. */
  overwrite: boolean;
  /** Every object gets a new id, and forgets where it comes from. */
  createNewCopies: boolean;
  /** Objects that get a new id are still found by their old one. */
  compatibilityMode: boolean;
};

type Ref = { type: string; id: string };

/** Why an object cannot be imported. The client can do something about all but the last two. */
export type ImportError =
  | { type: 'conflict'; destinationId?: string }
  | { type: 'ambiguous_conflict'; destinations: Candidate[] }
  | { type: 'missing_references'; references: Ref[] }
  | { type: 'unsupported_type' }
  | { type: 'unknown'; statusCode: number; error: string; message: string };

export type Failure = { object: ImportObject; error: ImportError };

/** An id other than the one in the file. */
export type Destination = { id: string; forgetOrigin: boolean };

export type ImportPlan = {
  /** New ids by the name in the file: of objects, and of what they refer to outside the file. */
  destinations: Map<string, Destination>;
  /** Names of the objects that replace others. */
  overwrites: Set<string>;
  failures: Failure[];
};

/** Without objects of these types nothing that refers to them can be shown. */
const REQUIRED_REFERENCES = ['index-pattern', 'search'];
/** Objects that an ambiguous conflict lists. */
const MAX_CANDIDATES = 10;

/**
 * Decides for each object under which id it will stand, and which ones cannot be imported. Writes nothing.
 *
 * @throws Forbidden when the caller may not create one of the types, or read what must be there
 */
export async function planImport(
  objects: readonly ImportObject[],
  { overwrite, createNewCopies }: ImportOptions,
  { caller, newId }: { caller: Caller; newId: () => string },
): Promise<ImportPlan> {
  const plan: ImportPlan = { destinations: new Map(), overwrites: new Set(), failures: [] };
  const origins = originLookup(caller);
  const inFile = new Set(objects.map(nameOf));
  for (const { type, id } of referencesOutside(objects, inFile)) {
    const [only, ...others] = await origins(type, id);
    if (only === undefined || others.length > 0 || only.id === id) continue;
    plan.destinations.set(nameOf({ type, id }), { id: only.id, forgetOrigin: false });
  }
  plan.failures.push(...(await missingReferences(objects, inFile, plan, caller)));
  requireTypes(
    caller,
    'bulk_create',
    objects.map(({ type }) => type),
  );
  if (createNewCopies) {
    for (const object of objects) plan.destinations.set(nameOf(object), { id: newId(), forgetOrigin: true });
    return plan;
  }
  const free = await settleSameIds(objects, plan, overwrite, { caller, newId });
  await settleOrigins(free, plan, overwrite, { origins, inFile, newId });
  return plan;
}

/** Settles objects whose id is taken; gives those that take no object's place by their id. */
async function settleSameIds(
  objects: readonly ImportObject[],
  plan: ImportPlan,
  overwrite: boolean,
  { caller, newId }: { caller: Caller; newId: () => string },
): Promise<ImportObject[]> {
  const standings = await standingOf(caller.space, objects);
  return objects.filter((object, index) => {
    const isHere = standings[index] === 'here';
    if (isHere && overwrite) plan.overwrites.add(nameOf(object));
    if (isHere && !overwrite) plan.failures.push({ object, error: { type: 'conflict' } });
    // The id belongs to an object of another space: the same in this one must have another id.
    if (standings[index] === 'elsewhere') plan.destinations.set(nameOf(object), { id: newId(), forgetOrigin: false });
    return !isHere;
  });
}

/** Settles objects that come from the same one as objects of this space which are not in the file. */
async function settleOrigins(
  objects: readonly ImportObject[],
  plan: ImportPlan,
  overwrite: boolean,
  { origins, inFile, newId }: { origins: OriginLookup; inFile: ReadonlySet<string>; newId: () => string },
): Promise<void> {
  const matches = [];
  for (const object of objects) {
    const found = await origins(object.type, object.originId ?? object.id);
    const candidates = found.filter(({ id }) => !inFile.has(nameOf({ type: object.type, id }))).sort(newestFirst);
    if (candidates.length > 0) matches.push({ object, candidates: candidates.slice(0, MAX_CANDIDATES) });
  }
  const sources = Map.groupBy(matches, ({ object }) => originOf(object));
  for (const { object, candidates } of matches) {
    const [only, ...others] = candidates;
    if (only === undefined) continue;
    const name = nameOf(object);
    if ((sources.get(originOf(object)) ?? []).length > 1) {
      plan.destinations.set(name, { id: newId(), forgetOrigin: true });
    } else if (others.length > 0) {
      plan.failures.push({ object, error: { type: 'ambiguous_conflict', destinations: candidates } });
    } else if (overwrite) {
      plan.destinations.set(name, { id: only.id, forgetOrigin: false });
      plan.overwrites.add(name);
    } else {
      plan.failures.push({ object, error: { type: 'conflict', destinationId: only.id } });
    }
  }
}

function originOf({ type, id, originId }: ImportObject): string {
  return nameOf({ type, id: originId ?? id });
}

function newestFirst(one: Candidate, other: Candidate): number {
  const [first = '', second = ''] = [one.updatedAt, other.updatedAt];
  if (first !== second) return first < second ? 1 : -1;
  return one.id < other.id ? -1 : 1;
}

function referencesOutside(objects: readonly ImportObject[], inFile: ReadonlySet<string>): Ref[] {
  const outside = new Map<string, Ref>();
  for (const { type, id } of objects.flatMap(({ references }) => references)) {
    const name = nameOf({ type, id });
    if (!inFile.has(name)) outside.set(name, { type, id });
  }
  return [...outside.values()];
}

async function missingReferences(
  objects: readonly ImportObject[],
  inFile: ReadonlySet<string>,
  { destinations }: ImportPlan,
  caller: Caller,
): Promise<Failure[]> {
  const wanted = referencesOutside(objects, inFile).filter(
    (reference) => REQUIRED_REFERENCES.includes(reference.type) && !destinations.has(nameOf(reference)),
  );
  requireTypes(
    caller,
    'bulk_get',
    wanted.map(({ type }) => type),
  );
  const found = await findObjects(caller.space, wanted);
  const missing = new Set(wanted.filter((_, index) => found[index] === undefined).map(nameOf));
  return objects.flatMap((object) => {
    const names = new Map(object.references.map(({ type, id }) => [nameOf({ type, id }), { type, id }]));
    const references = [...names].flatMap(([name, reference]) => (missing.has(name) ? [reference] : []));
    return references.length === 0 ? [] : [{ object, error: { type: 'missing_references', references } }];
  });
}
