import type { Principal } from '../security/principal.ts';
import type { RoleDescriptor } from '../security/role-descriptor.ts';
import { coversIndex } from './index-patterns.ts';

/**
 * Elasticsearch privileges as it reports them for a caller: a privilege is there when one that contains it is. `contains`
 * is transitive; `actions` says what raw action patterns of a role (`cluster:admin/xpack/ml/*`) add up to.
 */
type Privilege = { contains?: readonly string[]; actions: readonly string[] };

const clusterPrivileges: Record<string, Privilege> = {
  all: {
    contains: ['manage', 'manage_security'],
    actions: ['cluster:*', 'indices:admin/template/*', 'indices:admin/index_template/*'],
  },
  manage: {
    contains: ['manage_transform', 'manage_index_templates', 'manage_ml', 'manage_pipeline', 'monitor'],
    actions: ['cluster:*', 'indices:admin/template/*', 'indices:admin/index_template/*'],
  },
  manage_api_key: { contains: ['manage_own_api_key'], actions: ['cluster:admin/xpack/security/api_key/*'] },
  manage_transform: {
    contains: ['monitor_transform'],
    actions: [
      'cluster:admin/data_frame/*',
      'cluster:monitor/data_frame/*',
      'cluster:admin/transform/*',
      'cluster:monitor/transform/*',
    ],
  },
  manage_index_templates: {
    actions: ['indices:admin/template/*', 'indices:admin/index_template/*', 'cluster:admin/component_template/*'],
  },
  manage_ml: { contains: ['monitor_ml'], actions: ['cluster:admin/xpack/ml/*', 'cluster:monitor/xpack/ml/*'] },
  manage_own_api_key: { actions: ['cluster:admin/xpack/security/api_key/*'] },
  manage_pipeline: { actions: ['cluster:admin/ingest/pipeline/*'] },
  manage_security: { contains: ['manage_api_key'], actions: ['cluster:admin/xpack/security/*'] },
  monitor: {
    contains: ['monitor_transform', 'monitor_ml'],
    actions: ['cluster:monitor/*', 'indices:admin/template/get'],
  },
  monitor_transform: { actions: ['cluster:monitor/data_frame/*', 'cluster:monitor/transform/*'] },
  monitor_ml: { actions: ['cluster:monitor/xpack/ml/*'] },
};

/** Other names of the same, or of more, that a role may hold. */
const clusterAliases: Record<string, readonly string[]> = {
  manage_data_frame_transforms: ['manage_transform'],
  monitor_data_frame_transforms: ['monitor_transform'],
  manage_ingest_pipelines: ['manage_pipeline'],
};

const indexPrivileges: Record<string, Privilege> = {
  all: { contains: ['manage', 'write', 'read'], actions: ['indices:*'] },
  create: { contains: ['create_doc'], actions: ['indices:data/write/index*', 'indices:data/write/bulk*'] },
  create_doc: { actions: ['indices:data/write/index', 'indices:data/write/bulk*'] },
  create_index: { actions: ['indices:admin/create', 'indices:admin/auto_create', 'indices:admin/data_stream/create'] },
  delete: { actions: ['indices:data/write/delete*', 'indices:data/write/bulk*'] },
  delete_index: { actions: ['indices:admin/delete', 'indices:admin/data_stream/delete'] },
  index: {
    contains: ['create'],
    actions: ['indices:data/write/index*', 'indices:data/write/bulk*', 'indices:data/write/update*'],
  },
  manage: {
    contains: ['create_index', 'delete_index', 'maintenance', 'monitor', 'view_index_metadata'],
    actions: ['indices:monitor/*', 'indices:admin/*'],
  },
  maintenance: {
    actions: [
      'indices:admin/refresh*',
      'indices:admin/flush*',
      'indices:admin/synced_flush',
      'indices:admin/forcemerge*',
    ],
  },
  monitor: { actions: ['indices:monitor/*'] },
  read: { actions: ['indices:data/read/*'] },
  view_index_metadata: {
    actions: [
      'indices:admin/get',
      'indices:admin/mappings/get*',
      'indices:admin/aliases/get',
      'indices:monitor/settings/get',
    ],
  },
  write: { contains: ['index', 'delete'], actions: ['indices:data/write/*', 'indices:admin/mapping/auto_put'] },
};

/** What the caller has on an index and on the cluster, by privilege. */
export function reportedPrivileges(principal: Principal, index: string) {
  const cluster = reportOf(principal, clusterPrivileges, ({ cluster }) => cluster);
  const onIndex = reportOf(principal, indexPrivileges, ({ indices }) =>
    indices
      .filter(({ names }) => names.some((name) => coversIndex(name, index)))
      .flatMap(({ privileges }) => privileges),
  );
  return {
    cluster,
    index: { [index]: onIndex },
    has_all_requested: [cluster, onIndex].every((report) => Object.values(report).every(Boolean)),
  };
}

/** An API key has what both its own descriptors and its owner's give. */
function reportOf(
  { grants }: Principal,
  privileges: Record<string, Privilege>,
  heldBy: (descriptor: RoleDescriptor) => readonly string[],
): Record<string, boolean> {
  const sets = grants.map((descriptors) => effective(descriptors.flatMap(heldBy), privileges));
  return Object.fromEntries(Object.keys(privileges).map((name) => [name, sets.every((held) => held.has(name))]));
}

/** Everything that a list of names and action patterns contains. */
function effective(held: readonly string[], privileges: Record<string, Privilege>): Set<string> {
  const byActions = Object.entries(privileges)
    .filter(([, { actions }]) => actions.every((action) => held.some((pattern) => coversAction(pattern, action))))
    .map(([name]) => name);
  const found = new Set<string>();
  const open = [...held.map((name) => name.toLowerCase()), ...byActions];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const known = Object.hasOwn(privileges, name) ? privileges[name] : undefined;
    open.push(...(known?.contains ?? []), ...(Object.hasOwn(clusterAliases, name) ? (clusterAliases[name] ?? []) : []));
  }
  return found;
}

/** True when a role's pattern of actions, with a star at its end or without, covers another one. */
function coversAction(pattern: string, action: string): boolean {
  return pattern.includes(':') && pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : pattern === action;
}
