import { ElasticsearchError, type HttpError, validationFailed } from '../errors/errors.ts';
import { nameProblem } from './names.ts';
import { clusterPrivileges, indexPrivileges, isClusterPrivilege, isIndexPrivilege } from './privilege-names.ts';
import { reservedRole } from './reserved-roles.ts';
import type { IndexPrivileges, RoleDescriptor } from './role-descriptor.ts';

const MAX_DESCRIPTION = 1_000;

/**
 * What Elasticsearch refuses a role for; undefined when it takes it. Everything that is wrong comes in one list, a
 * reserved name last; a query that cannot be parsed is reported alone.
 */
export function roleProblem(name: string, descriptor: RoleDescriptor): HttpError | undefined {
  const unknownField = fieldSecurityProblem(name, descriptor.indices);
  if (unknownField !== undefined) return new ElasticsearchError(400, 'parse_exception', unknownField);
  const problems = [nameProblem('Role', name), ...descriptorProblems(descriptor)].filter((text) => text !== undefined);
  if (reservedRole(name) !== undefined) problems.push(`Role [${name}] is reserved and may not be used.`);
  else {
    const query = queryProblem(descriptor.indices);
    if (query !== undefined) return query;
  }
  return problems.length === 0 ? undefined : validationFailed('action_request_validation_exception', problems);
}

/** What is wrong with a descriptor whatever its name is: of a role, or of an API key. */
export function descriptorProblems(descriptor: RoleDescriptor): string[] {
  const { cluster, indices, remote_indices = [], metadata, description = '' } = descriptor;
  const unknownCluster = cluster.filter((privilege) => !isClusterPrivilege(privilege));
  return [
    ...unknownCluster.map(
      (privilege) =>
        `unknown cluster privilege [${privilege.toLowerCase()}]. a privilege must be either one of the predefined cluster privilege names [${clusterPrivileges.join(',')}] or a pattern over one of the available cluster actions`,
    ),
    ...[...indices, ...remote_indices].flatMap(unknownIndexPrivilege),
    ...remote_indices.flatMap(({ clusters }) =>
      clusters.includes('') ? ['remote index cluster alias cannot be an empty string'] : [],
    ),
    ...(Object.keys(metadata).some((key) => key.startsWith('_'))
      ? ['role descriptor metadata keys may not start with [_]']
      : []),
    ...(description.length > MAX_DESCRIPTION
      ? [`Role description must be less than ${MAX_DESCRIPTION} characters.`]
      : []),
  ];
}

/** Elasticsearch names one unknown privilege for each entry. */
function unknownIndexPrivilege({ privileges }: Pick<IndexPrivileges, 'privileges'>): string[] {
  const unknown = privileges.find((privilege) => !isIndexPrivilege(privilege));
  if (unknown === undefined) return [];
  return [
    `unknown index privilege [${unknown.toLowerCase()}]. a privilege must be either one of the predefined fixed indices privileges [${indexPrivileges.join(',')}] or a pattern over one of the available index actions`,
  ];
}

function fieldSecurityProblem(name: string, indices: readonly IndexPrivileges[]): string | undefined {
  const keys = indices.flatMap(({ field_security }) => Object.keys(field_security ?? {}));
  const unknown = keys.find((key) => key !== 'grant' && key !== 'except');
  return unknown === undefined
    ? undefined
    : `failed to parse indices privileges for role [${name}]. "field_security" only accepts options grant and except, but got: ${unknown}`;
}

/** A document-level query must be a JSON object with one known shape: a query name and its body, or a template. */
function queryProblem(indices: readonly IndexPrivileges[]): HttpError | undefined {
  const index = indices.findIndex(({ query }) => query !== undefined && !isQuery(query));
  if (index < 0) return undefined;
  return new ElasticsearchError(
    400,
    'parse_exception',
    `failed to parse field 'query' for indices [${indices[index]?.names.join(',')}] at index privilege [${index}] of role descriptor`,
  );
}

function isQuery(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) && Object.keys(parsed).length === 1;
  } catch {
    return false;
  }
}
