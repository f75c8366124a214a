import * as z from 'zod';
import { BadRequest, Conflict, Forbidden, HttpError, NotFound } from '../errors/errors.ts';
import { type Principal, profileUid } from '../security/principal.ts';
import { mayUseSavedObjects } from '../security/privileges.ts';
import { resolveObject } from '../stores/resolve-saved-object.ts';
import {
  createObject,
  deleteObject,
  listObjects,
  type Reference,
  type SavedObject,
  updateObject,
} from '../stores/saved-objects.ts';
import { encodeVersion } from '../stores/versions.ts';
import type { DashboardAttributes } from './dashboard-schema.ts';
import { fromStored, toStored } from './stored-dashboard.ts';

/** Dashboards as Kibana's dashboard API has them: saved objects of one type, with their attributes in another form. */
const TYPE = 'dashboard';

/** Elasticsearch pages no further. */
const MAX_RESULTS = 10_000;

/** Who asks, where and when. */
export type Request = { principal: Principal; space: string; now: Date; newId: () => string };

/** What a client sends of a dashboard. */
export type DashboardChange = { attributes: DashboardAttributes; references?: readonly Reference[] | undefined };

/**
 * Creates a dashboard.
 *
 * @param options.id absent: a new one
 * @param options.spaces the one space it shall be in; absent: that of the request
 */
export function createDashboard(
  { attributes, references = [] }: DashboardChange,
  { id, spaces }: { id: string | undefined; spaces: readonly string[] | undefined },
  { principal, space, now, newId }: Request,
) {
  const taken = () => new Conflict(`A dashboard with saved object ID ${id} already exists.`);
  return told({ taken }, async () => {
    if (spaces !== undefined && (spaces.length !== 1 || spaces[0] === '*')) throw badRequest();
    for (const each of [space, ...(spaces ?? [])]) requireAccess(principal, each, 'write');
    const stored = toStored(attributes, newId);
    // Before anything is written: what could not be read back is refused.
    const view = fromStored(stored, references);
    const request = {
      type: TYPE,
      id: id ?? newId(),
      attributes: stored,
      references,
      ...(spaces && { namespaces: spaces }),
    };
    return itemOf(await createObject(request, { space, now, profileUid: profileUid(principal) }), view);
  });
}

/** Finds a dashboard by its id, or by a former one. */
export function getDashboard(id: string, { principal, space, now }: Request) {
  // The bracket is Kibana's.
  const absent = () => new NotFound(`A dashboard with saved object ID ${id}] was not found.`);
  return told({ absent }, async () => {
    requireAccess(principal, space, 'read');
    const { object, outcome, alias } = await resolveObject({ type: TYPE, id, space }, now);
    return { item: itemOf(object), meta: { aliasPurpose: alias?.purpose, aliasTargetId: alias?.targetId, outcome } };
  });
}

/** Replaces the attributes that are given, and the references. Attributes that are not given and have no default stay. */
export function updateDashboard(
  id: string,
  { attributes, references = [] }: DashboardChange,
  { principal, space, now, newId }: Request,
) {
  return told({ absent: () => notFound(id) }, async () => {
    requireAccess(principal, space, 'write');
    const stored = toStored(attributes, newId);
    const change = (was: SavedObject) => {
      const attributes = { ...was.attributes, ...stored };
      fromStored(attributes, references);
      return { attributes, references };
    };
    return itemOf(await updateObject({ type: TYPE, id, space }, change, { now, profileUid: profileUid(principal) }));
  });
}

/** Deletes a dashboard that is in this space only. */
export function deleteDashboard(id: string, { principal, space }: Pick<Request, 'principal' | 'space'>): Promise<void> {
  return told({ absent: () => notFound(id) }, async () => {
    requireAccess(principal, space, 'write');
    await deleteObject({ type: TYPE, id, space });
  });
}

/** A page of the space's dashboards, and how many there are. Who may not read them sees none. */
export async function listDashboards(
  { page, perPage }: { page: number; perPage: number },
  { principal, space }: Pick<Request, 'principal' | 'space'>,
) {
  if (!Number.isInteger(page) || !Number.isInteger(perPage) || page * perPage > MAX_RESULTS) throw badRequest();
  const items: ReturnType<typeof listedItemOf>[] = [];
  let total = 0;
  if (!mayUseSavedObjects(principal, space, TYPE, 'read')) return { items, total };
  for await (const object of listObjects(TYPE, space)) {
    if (total >= (page - 1) * perPage && items.length < perPage) items.push(listedItemOf(object));
    total += 1;
  }
  return { items, total };
}

function requireAccess(principal: Principal, space: string, access: 'read' | 'write'): void {
  if (!mayUseSavedObjects(principal, space, TYPE, access)) throw new Forbidden('Forbidden');
}

function notFound(id: string): NotFound {
  return new NotFound(`A dashboard with saved object ID ${id} was not found.`);
}

function badRequest(cause?: unknown): BadRequest {
  return new BadRequest('Bad Request', { cause });
}

type Words = { absent?: () => NotFound; taken?: () => Conflict };

/** Runs an operation. What the store refuses is told in the words given, or without any detail. */
async function told<Result>({ absent, taken }: Words, operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof Forbidden) throw error;
    if (error instanceof NotFound && absent) throw absent();
    if (error instanceof Conflict && taken) throw taken();
    // A ZodError: what is stored came from an import and is no dashboard.
    if (error instanceof HttpError || error instanceof z.ZodError) throw badRequest(error);
    throw error;
  }
}

function itemOf(object: SavedObject, attributes = fromStored(object.attributes, object.references)) {
  return viewOf(object, attributes);
}

const listed = z.object({
  description: z.string().optional().catch(undefined),
  timeRestore: z.boolean().catch(false),
  title: z.string().catch(''),
});

function listedItemOf(object: SavedObject) {
  return viewOf(object, listed.parse(object.attributes));
}

/** An object with the names that dashboards have for what is told of it. What is undefined is not sent. */
function viewOf<Attributes>(object: SavedObject, attributes: Attributes) {
  const { id, namespaces, references, version, managed, originId } = object;
  return {
    id,
    type: TYPE,
    updatedAt: object.updated_at,
    updatedBy: object.updated_by,
    createdAt: object.created_at,
    createdBy: object.created_by,
    attributes,
    namespaces,
    references,
    version: encodeVersion(version),
    managed,
    originId,
  };
}
