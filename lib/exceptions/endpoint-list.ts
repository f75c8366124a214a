import { Conflict } from '../errors/errors.ts';
import { type Principal, profileUid } from '../security/principal.ts';
import { createObject, findObject, type SavedObject } from '../stores/saved-objects.ts';
import { encodeVersion } from '../stores/versions.ts';
import { AGNOSTIC, type ExceptionList, exceptionDocument } from './exception-lists.ts';

/** The one list of exceptions for Elastic Defend; every space sees the same. */
export const ENDPOINT_LIST = 'endpoint_list';
const NAME = 'Endpoint Security Exception List';

/** Who acts, and where. */
export type Actor = { space: string; principal: Principal; now: Date; newId: () => string };

/** Creates the endpoint exception list; undefined when it stands already. Of many at once, one creates it. */
export async function createEndpointList({ space, principal, now, newId }: Actor): Promise<ExceptionList | undefined> {
  const attributes = {
    list_type: 'list',
    list_id: ENDPOINT_LIST,
    name: NAME,
    description: NAME,
    type: 'endpoint',
    immutable: false,
    os_types: [],
    tags: [],
    version: 1,
    tie_breaker_id: newId(),
    created_at: now.toISOString(),
    created_by: principal.username,
    updated_by: principal.username,
  };
  try {
    const actor = { space, now, profileUid: profileUid(principal) };
    return listView(await createObject({ type: AGNOSTIC, id: ENDPOINT_LIST, attributes }, actor));
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
}

/** Sees to it that the endpoint exception list stands. */
export async function ensureEndpointList(actor: Actor): Promise<void> {
  if (!(await hasEndpointList(actor.space))) await createEndpointList(actor);
}

/** True when the endpoint exception list stands. */
export async function hasEndpointList(space: string): Promise<boolean> {
  return (await findObject({ type: AGNOSTIC, id: ENDPOINT_LIST, space })) !== undefined;
}

function listView({ id, version, attributes, updated_at }: SavedObject): ExceptionList {
  const list = exceptionDocument.parse(attributes);
  return {
    _version: encodeVersion(version),
    created_at: list.created_at,
    created_by: list.created_by,
    description: list.description,
    id,
    immutable: false,
    list_id: list.list_id,
    name: list.name,
    namespace_type: 'agnostic',
    os_types: list.os_types,
    tags: list.tags,
    tie_breaker_id: list.tie_breaker_id,
    type: 'endpoint',
    updated_at: updated_at ?? list.created_at,
    updated_by: list.updated_by,
    version: 1,
  };
}
