import { BadRequest } from '../errors/errors.ts';
import type { JsonObject } from '../json/merge.ts';
import { valueAt } from './dotted-keys.ts';
import type { EntityType } from './entity-fields.ts';

/**
 * Where a user's identity comes from. Kibana reads it from event fields that no body of this API can carry, so it is
 * always the fallback here.
 */
const USER_NAMESPACE = 'unknown';

/**
 * The entity unique id that the document's own fields make, by the rules of the type; undefined when they make none. A
 * user has one only where the document names its id, too: without it nothing says that the fields mean one and the same
 * account.
 */
function euidOf(type: EntityType, document: JsonObject): string | undefined {
  const text = (path: string) => textAt(document, path);
  switch (type) {
    case 'generic':
      return text('entity.id');
    case 'host':
      return prefixed('host', text('host.id') ?? text('host.name') ?? text('host.hostname'));
    case 'service':
      return prefixed('service', text('service.name'));
    case 'user': {
      if (text('entity.id') === undefined) return undefined;
      const name = text('user.name');
      const domain = text('user.domain');
      const named = name !== undefined && domain !== undefined ? `${name}@${domain}` : name;
      const account = text('user.email') ?? text('user.id') ?? named;
      return prefixed('user', account && `${account}@${USER_NAMESPACE}`);
    }
  }
}

function prefixed(type: EntityType, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${type}:${id}`;
}

/** The text, or the first of several, at a path; an empty one is none. */
function textAt(document: JsonObject, path: string): string | undefined {
  const [first] = [valueAt(document, path)].flat();
  return typeof first === 'string' && first !== '' ? first : undefined;
}

/** The id of the entity that an update means. @throws BadRequest */
export function idToUpdate(type: EntityType, document: JsonObject): string {
  const supplied = textAt(document, 'entity.id');
  const euid = euidOf(type, document);
  const id = agreed(type, supplied, euid) ?? supplied;
  if (id === undefined) {
    throw new BadRequest('Bad request: Could not derive EUID from document or find it in entity.id');
  }
  return id;
}

/** The id of the entity that a document creates; the document must hold what identifies it. @throws BadRequest */
export function idToCreate(type: EntityType, document: JsonObject): string {
  const euid = euidOf(type, document);
  const id = agreed(type, textAt(document, 'entity.id'), euid);
  if (id === undefined) throw new BadRequest('Bad request: Could not derive EUID from document');
  return id;
}

/**
 * The id that supplied and derived one agree on; undefined when none is derived. The namespace of a user is unknown, so
 * a supplied id counts as it is.
 */
function agreed(type: EntityType, supplied: string | undefined, euid: string | undefined): string | undefined {
  if (euid === undefined || supplied === undefined || supplied === euid) return euid;
  if (type === 'user') return supplied;
  throw new BadRequest(`Bad request: Supplied ID ${supplied} does not match generated EUID ${euid}`);
}
