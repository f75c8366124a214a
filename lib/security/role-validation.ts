import { ElasticsearchError, type HttpError, validationFailed } from '../errors/errors.ts';
import { nameProblem } from './names.ts';
import { clusterPrivileges, indexPrivileges, isClusterPrivilege, isIndexPrivilege } from './privilege-names.ts';
import { reservedRole } from './reserved-roles.ts';
import type { ApplicationPrivileges, IndexPrivileges, RoleDescriptor } from './role-descriptor.ts';

const MAX_DESCRIPTION = 1_000;

// Made once: a body may name very many unknown privileges, and each refusal lists all known ones.
const CLUSTER_PRIVILEGES = clusterPrivileges.join(',');
const INDEX_PRIVILEGES = indexPrivileges.join(',');

/**
 * What Elasticsearch refuses a role for; undefined when it takes it. Everything that is wrong comes in one list, a
 * reserved name last; a query that cannot be parsed is reported alone.
 */
export function roleProblem(name: string, descriptor: RoleDescriptor): HttpError | undefined {
  const fields = fieldSecurityProblem([...descriptor.indices, ...(descriptor.remote_indices ?? [])]);
  if (fields !== undefined) {
    const reason = `failed to parse indices privileges for role [${name}]. ${fields}`;
    return new ElasticsearchError(400, 'parse_exception', reason);
  }
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
  const {
    cluster,
    indices,
    remote_indices = [],
    remote_cluster = [],
    applications,
    metadata,
    description = '',
  } = descriptor;
  const unknownCluster = cluster.filter((privilege) => !isClusterPrivilege(privilege));
  return [
    ...unknownCluster.map(
      (privilege) =>
        `unknown cluster privilege [${privilege.toLowerCase()}]. a privilege must be either one of the predefined cluster privilege names [${CLUSTER_PRIVILEGES}] or a pattern over one of the available cluster actions`,
    ),
    ...indices.flatMap(indexProblem),
    ...remote_indices.flatMap((entry) => [
      ...(entry.clusters.includes('') ? ['remote index cluster alias cannot be an empty string'] : []),
      ...indexProblem(entry),
      ...(entry.privileges.some((privilege) => /^(read|manage)_failure_store$/i.test(privilege))
        ? ['remote index privileges cannot contain privileges that grant access to the failure store']
        : []),
    ]),
    ...remoteClusterProblems(remote_cluster),
    ...applications.flatMap(applicationProblems),
    ...(Object.keys(metadata).some((key) => key.startsWith('_'))
      ? ['role descriptor metadata keys may not start with [_]']
      : []),
    ...(description.length > MAX_DESCRIPTION
      ? [`Role description must be less than ${MAX_DESCRIPTION} characters.`]
      : []),
  ];
}

const REMOTE_CLUSTER_PRIVILEGES = ['monitor_enrich', 'monitor_stats'];

function remoteClusterProblems(entries: NonNullable<RoleDescriptor['remote_cluster']>): string[] {
  const bad = entries
    .flatMap(({ privileges }) => privileges)
    .filter((name) => !REMOTE_CLUSTER_PRIVILEGES.includes(name));
  if (bad.length === 0) return [];
  return [
    `Invalid remote_cluster permissions found. Please remove the following: [${bad.join(', ')}] Only [${REMOTE_CLUSTER_PRIVILEGES.join(', ')}] are allowed`,
  ];
}

function applicationProblems({ application, privileges }: ApplicationPrivileges): string[] {
  const named = applicationNameProblem(application);
  return [
    ...(named === undefined ? [] : [named]),
    ...privileges
      .filter((name) => !/^[\p{L}\p{M}\p{N}\p{P}\p{S}]*$/u.test(name))
      .map((name) => `Application privilege names and actions must match the pattern ^\\p{Graph}*$ (found '${name}')`),
  ];
}

/** An application's name is a prefix, and after `-` or `_` a suffix; a star at the end makes it a pattern. */
function applicationNameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'Application names cannot be blank';
  const star = name.indexOf('*');
  if (star >= 0 && star < name.length - 1) {
    return `Application name patterns only support trailing wildcards (found '${name}')`;
  }
  if (/\s/.test(name)) return `Application names may not contain whitespace (found '${name}')`;
  const fixed = star < 0 ? name : name.slice(0, -1);
  if (fixed === '') return undefined;
  const [prefix = ''] = fixed.split(/[-_]/, 1);
  if (!/^[a-z][A-Za-z0-9]*$/.test(prefix)) {
    return `An application name prefix must match the pattern ^[a-z][A-Za-z0-9]*$ (found '${prefix}')`;
  }
  if (star < 0 && prefix.length < 3) {
    return `An application name prefix must be at least 3 characters long (found '${prefix}')`;
  }
  return undefined;
}

/** Elasticsearch names one bad privilege for each entry. */
function indexProblem({ privileges }: Pick<IndexPrivileges, 'privileges'>): string[] {
  const twice = firstRepeated(privileges);
  if (twice !== undefined) return [`duplicate element: ${twice}`];
  const unknown = privileges.find((privilege) => !isIndexPrivilege(privilege));
  if (unknown === undefined) return [];
  return [
    `unknown index privilege [${unknown.toLowerCase()}]. a privilege must be either one of the predefined fixed indices privileges [${INDEX_PRIVILEGES}] or a pattern over one of the available index actions`,
  ];
}

function firstRepeated(texts: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const text of texts) {
    if (seen.has(text)) return text;
    seen.add(text);
  }
  return undefined;
}

function fieldSecurityProblem(entries: readonly IndexPrivileges[]): string | undefined {
  for (const { field_security: fields = {} } of entries) {
    const unknown = Object.keys(fields).find((key) => key !== 'grant' && key !== 'except');
    if (unknown !== undefined) {
      return `"field_security" only accepts options grant and except, but got: ${unknown}`;
    }
    if (fields.except !== undefined && fields.grant === undefined) {
      return 'field_security requires grant if except is given';
    }
  }
  return undefined;
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
