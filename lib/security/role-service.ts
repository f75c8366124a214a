import { ElasticsearchError, type HttpError, NotFound, PayloadTooLarge } from '../errors/errors.ts';
import { mergeObjects } from '../json/merge.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { requireClusterAction } from './cluster-privileges.ts';
import { descriptorOf, featureProblems } from './kibana-roles.ts';
import type { Principal } from './principal.ts';
import { reservedRole } from './reserved-roles.ts';
import type { RoleDescriptor } from './role-descriptor.ts';
import type { KibanaRole } from './role-schema.ts';
import { roleProblem } from './role-validation.ts';
import { allRoles, changeRole, deleteRole, findRole, type Role } from './roles.ts';

/** One role. Asks for the privilege to read roles. */
export async function getRole(name: string, as: Principal): Promise<Role> {
  requireClusterAction(as, 'cluster:admin/xpack/security/role/get');
  const role = await findRole(name);
  if (role === undefined) throw new NotFound('[{}]: undefined');
  return role;
}

/** All roles by name, the reserved ones included. Asks for the privilege to read roles. */
export async function listRoles(as: Principal): Promise<Role[]> {
  requireClusterAction(as, 'cluster:admin/xpack/security/role/get');
  return allRoles();
}

/**
 * Creates or replaces one role as a whole; what it has for other applications than Kibana stays.
 *
 * @returns `exists` when it should only have been created; the feature rules it breaks, when it does
 */
export async function saveRole(
  name: string,
  role: KibanaRole,
  { as, createOnly }: { as: Principal; createOnly: boolean },
): Promise<'saved' | 'exists' | { featureProblems: string[] }> {
  requireClusterAction(as, 'cluster:admin/xpack/security/role/get');
  const problems = featureProblems(role);
  if (problems.length > 0) return { featureProblems: problems };
  if (createOnly && (await findRole(name)) !== undefined) return 'exists';
  requireClusterAction(as, 'cluster:admin/xpack/security/role/put');
  const problem = roleProblem(name, descriptorOf(role, undefined));
  if (problem !== undefined) throw problem;
  const outcome = await retried(name, (stored) =>
    createOnly && stored !== undefined ? undefined : descriptorOf(role, stored),
  );
  return outcome === 'noop' ? 'exists' : 'saved';
}

type RoleError = { type: string; reason: string };

export type BulkOutcome = { created: string[]; updated: string[]; noop: string[]; errors: Record<string, RoleError> };

/**
 * Creates or merges many roles, each by itself: a role that is refused does not stop the others. Lists are replaced,
 * metadata merges; a role that would not change is a `noop`. What Kibana itself refuses stands before what Elasticsearch
 * refuses.
 */
export async function saveRoles(roles: Record<string, KibanaRole>, as: Principal): Promise<BulkOutcome> {
  requireClusterAction(as, 'cluster:admin/xpack/security/role/get');
  const errors = new Map<string, RoleError>();
  const valid: [string, KibanaRole][] = [];
  for (const [name, role] of Object.entries(roles)) {
    const problems = featureProblems(role);
    if (problems.length === 0) valid.push([name, role]);
    else {
      errors.set(name, {
        type: 'kibana_privilege_validation_exception',
        reason: `Role cannot be updated due to validation errors: ${JSON.stringify(problems)}`,
      });
    }
  }
  if (valid.length > 0) requireClusterAction(as, 'cluster:admin/xpack/security/role/bulk_put');
  const outcome: BulkOutcome = { created: [], updated: [], noop: [], errors: {} };
  for (const [name, role] of valid) {
    const problem = roleProblem(name, descriptorOf(role, undefined)) ?? (await bulkSave(name, role, outcome));
    if (problem === undefined) continue;
    const type = problem instanceof ElasticsearchError ? problem.type : 'exception';
    errors.set(name, { type, reason: problem.message });
  }
  return { ...outcome, errors: Object.fromEntries(errors) };
}

/** Writes one role of many and puts its name under what became of it. Gives the refusal of one that is too large to store. */
async function bulkSave(name: string, role: KibanaRole, outcome: BulkOutcome): Promise<HttpError | undefined> {
  try {
    outcome[await retried(name, (stored) => merged(role, stored))].push(name);
    return undefined;
  } catch (error) {
    if (error instanceof PayloadTooLarge) return error;
    throw error;
  }
}

/** The merge of a bulk write; undefined when it changes nothing. */
function merged(role: KibanaRole, stored: RoleDescriptor | undefined): RoleDescriptor | undefined {
  const next = descriptorOf(role, stored);
  if (stored === undefined) return next;
  const result = { ...next, metadata: mergeObjects(stored.metadata, next.metadata) };
  return canonical(result) === canonical(stored) ? undefined : result;
}

/** A text that is equal for equal descriptors, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

/** The last write wins: a role that changed in between is read and changed again. */
function retried(name: string, change: Parameters<typeof changeRole>[1]): ReturnType<typeof changeRole> {
  return retryOnConflict(() => changeRole(name, change));
}

/** Deletes a role. Kibana answers what Elasticsearch says of an unknown one, through its template for errors. */
export async function removeRole(name: string, as: Principal): Promise<void> {
  requireClusterAction(as, 'cluster:admin/xpack/security/role/delete');
  if (reservedRole(name) !== undefined) {
    const reason = `role [${name}] is reserved and cannot be deleted`;
    throw new ElasticsearchError(400, 'illegal_argument_exception', reason);
  }
  if (!(await deleteRole(name))) throw new NotFound('[{"found":false}]: undefined');
}
