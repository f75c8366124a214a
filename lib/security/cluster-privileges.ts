import { ElasticsearchError } from '../errors/errors.ts';
import type { Principal } from './principal.ts';

/**
 * Elasticsearch actions that endpoints perform or ask about, with the named cluster privileges that grant each: the
 * weakest first, as Elasticsearch lists them in its refusals.
 */
const grantedBy = {
  'cluster:admin/xpack/security/user/get': ['read_security', 'manage_security', 'all'],
  'cluster:admin/xpack/security/user/put': ['manage_security', 'all'],
  'cluster:admin/xpack/security/user/delete': ['manage_security', 'all'],
  'cluster:admin/xpack/security/user/change_password': ['manage_security', 'all'],
  'cluster:admin/xpack/security/role/get': ['read_security', 'manage_security', 'all'],
  'cluster:admin/xpack/security/role/put': ['manage_security', 'all'],
  'cluster:admin/xpack/security/role/bulk_put': ['manage_security', 'all'],
  'cluster:admin/xpack/security/role/delete': ['manage_security', 'all'],
  'cluster:admin/xpack/security/api_key/create': ['manage_own_api_key', 'manage_api_key', 'manage_security', 'all'],
  'cluster:admin/xpack/security/api_key/invalidate': ['manage_api_key', 'manage_security', 'all'],
} as const;

export type ClusterAction = keyof typeof grantedBy;

/** True when the caller holds the named cluster privilege, or `all`. */
export function holdsCluster(principal: Principal, privilege: string): boolean {
  return principal.grants.every((descriptors) =>
    descriptors.some(({ cluster }) => cluster.some((held) => [privilege, 'all'].includes(held.toLowerCase()))),
  );
}

/** True when the caller may perform the action. */
export function mayPerform(principal: Principal, action: ClusterAction): boolean {
  return isGranted(principal, action, grantedBy[action]);
}

/**
 * Refuses a caller who may not perform the action, as Elasticsearch does.
 *
 * @param more privileges that also grant it for this very request, weakest first
 * @throws ElasticsearchError with status 403
 */
export function requireClusterAction(principal: Principal, action: ClusterAction, more: readonly string[] = []): void {
  const privileges = [...more, ...grantedBy[action]];
  if (isGranted(principal, action, privileges)) return;
  throw new ElasticsearchError(
    403,
    'security_exception',
    `action [${action}] is unauthorized for ${describe(principal)}, this action is granted by the cluster privileges [${privileges.join(',')}]`,
  );
}

/** A role may hold a named privilege or a pattern of actions such as `cluster:admin/xpack/security/*`. */
function isGranted(principal: Principal, action: string, privileges: readonly string[]): boolean {
  return principal.grants.every((descriptors) =>
    descriptors.some(({ cluster }) =>
      cluster.some(
        (held) => privileges.includes(held.toLowerCase()) || (held.startsWith('cluster:') && covers(held, action)),
      ),
    ),
  );
}

function covers(pattern: string, action: string): boolean {
  return pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern;
}

function describe({ username, roles, missingRoles, apiKey }: Principal): string {
  if (apiKey !== undefined) return `API key id [${apiKey.id}] of user [${username}]`;
  const missingNames = new Set(missingRoles);
  const effective = roles.filter((role) => !missingNames.has(role)).sort();
  const missing =
    missingRoles.length > 0 ? ` (assigned roles [${[...missingRoles].sort().join(',')}] were not found)` : '';
  return `user [${username}] with effective roles [${effective.join(',')}]${missing}`;
}
