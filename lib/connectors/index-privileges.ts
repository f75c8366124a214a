import { wildcard } from '../kql/wildcard.ts';
import type { Principal } from '../security/principal.ts';
import type { IndexPrivileges } from '../security/role-descriptor.ts';

/** Index privileges that allow to add documents. */
const ADDING = ['create_doc', 'create', 'index', 'write', 'all'];
/** Indices of the system itself; a role has to name them expressly. */
const RESTRICTED = [
  '.kibana*',
  '.security*',
  '.fleet*',
  '.tasks*',
  '.async-search*',
  '.reporting*',
  '.apm-agent-configuration*',
];

/** True when the caller may add documents to the index. */
export function mayAddDocuments({ grants }: Principal, index: string): boolean {
  return grants.every((descriptors) =>
    descriptors.some(({ indices }) => indices.some((entry) => grantsAdding(entry, index))),
  );
}

function grantsAdding({ names, privileges, allow_restricted_indices }: IndexPrivileges, index: string): boolean {
  if (!privileges.some((privilege) => ADDING.includes(privilege))) return false;
  if (!allow_restricted_indices && RESTRICTED.some((pattern) => matches(pattern, index))) return false;
  return names.some((pattern) => matches(pattern, index));
}

/** Patterns with stars. Regular expressions (`/…/`) are Lucene's own language and match nothing here. */
function matches(pattern: string, index: string): boolean {
  return wildcard(pattern.split('*'))(index);
}

/** Elasticsearch's words for a caller who may not. */
export function unauthorizedToAdd({ username, roles, apiKey }: Principal, index: string): string {
  const who =
    apiKey === undefined
      ? `user [${username}] with effective roles [${[...roles].sort().join(',')}]`
      : `API key id [${apiKey.id}] of user [${username}]`;
  return `action [indices:data/write/bulk[s]] is unauthorized for ${who} on indices [${index}], this action is granted by the index privileges [create_doc,create,index,write,all]`;
}
