import type { Feature, FeaturePrivilege } from './features/feature.ts';
import { featureOf } from './features/features.ts';
import { type ApplicationPrivileges, KIBANA_APPLICATION, type RoleDescriptor } from './role-descriptor.ts';
import type { KibanaEntry, KibanaRole } from './role-schema.ts';
import type { Role } from './roles.ts';

/**
 * The descriptor that Elasticsearch stores for a role of Kibana's API. Privileges that the stored role has for other
 * applications are kept.
 */
export function descriptorOf(role: KibanaRole, stored: RoleDescriptor | undefined): RoleDescriptor {
  const { description, metadata = {}, elasticsearch, kibana = [] } = role;
  const { cluster = [], indices = [], run_as = [], remote_indices, remote_cluster } = elasticsearch;
  const foreign = (stored?.applications ?? []).filter(({ application }) => application !== KIBANA_APPLICATION);
  const entryOf = <Entry extends { allow_restricted_indices?: boolean | undefined; query?: string | undefined }>({
    query,
    ...entry
  }: Entry) => ({
    ...entry,
    allow_restricted_indices: entry.allow_restricted_indices ?? false,
    ...(query !== undefined && query !== '' && { query }),
  });
  return {
    cluster,
    indices: indices.map(entryOf),
    run_as,
    applications: [...kibana.map(applicationOf), ...foreign],
    metadata,
    ...(description !== undefined && description !== '' && { description }),
    ...(remote_indices && remote_indices.length > 0 && { remote_indices: remote_indices.map(entryOf) }),
    ...(remote_cluster && remote_cluster.length > 0 && { remote_cluster }),
  };
}

function applicationOf({ spaces, base = [], feature = {} }: KibanaEntry): ApplicationPrivileges {
  const everywhere = spaces.includes('*');
  return {
    application: KIBANA_APPLICATION,
    privileges:
      base.length > 0
        ? base.map((privilege) => (everywhere ? privilege : `space_${privilege}`))
        : Object.entries(feature).flatMap(([id, names]) => names.map((name) => `feature_${id}.${name}`)),
    resources: everywhere ? ['*'] : spaces.map((space) => `space:${space}`),
  };
}

/** A role as Kibana's API answers it. */
export function roleView({ name, descriptor, reserved }: Role) {
  const { cluster, indices, run_as, remote_indices, remote_cluster, applications, metadata, description } = descriptor;
  const own = applications.filter(({ application }) => isKibana(application));
  const foreign = applications.filter(({ application }) => !isKibana(application));
  const entries = own.map(entryOf);
  const readable = entries.every((entry) => entry !== undefined);
  return {
    name,
    ...(description !== undefined && { description }),
    metadata: reserved ? { _reserved: true, ...metadata } : metadata,
    transient_metadata: { enabled: true },
    elasticsearch: {
      cluster,
      ...(remote_cluster && { remote_cluster }),
      indices,
      ...(remote_indices && { remote_indices }),
      run_as,
    },
    kibana: readable ? entries : [],
    _transform_error: readable ? [] : [{ reason: 'kibana:invalid_privileges' }],
    _unrecognized_applications: [...new Set(foreign.map(({ application }) => application))],
  };
}

/** Reserved roles name Kibana by patterns. */
const PATTERNS = ['kibana-*', '*'];

function isKibana(application: string): boolean {
  return application === KIBANA_APPLICATION || PATTERNS.includes(application);
}

/** One entry of `kibana` in the API; undefined when what is stored has no such form. */
function entryOf({ application, privileges, resources }: ApplicationPrivileges) {
  const spaces = resources.map((resource) => (resource === '*' ? '*' : /^space:(.+)$/.exec(resource)?.[1]));
  const reserved = privileges.flatMap((privilege) => /^reserved_(.+)$/.exec(privilege)?.[1] ?? []);
  const base = privileges.flatMap((privilege) => /^(?:space_)?(all|read)$/.exec(privilege)?.[1] ?? []);
  const feature = new Map<string, string[]>();
  for (const privilege of privileges) {
    const [, id, name] = /^feature_([^.]+)\.(.+)$/.exec(privilege) ?? [];
    if (id === undefined || name === undefined) continue;
    const names = feature.get(id);
    if (names === undefined) feature.set(id, [name]);
    else names.push(name);
  }
  // Patterns hold reserved privileges, or all of them at once, and nothing else does.
  const everything = privileges.filter((privilege) => privilege === '*');
  const ofPattern = reserved.length + everything.length;
  const ofRole = base.length + [...feature.values()].flat().length;
  const understood = PATTERNS.includes(application) ? ofPattern : ofRole;
  if (spaces.includes(undefined) || understood !== privileges.length) return undefined;
  return {
    ...(reserved.length > 0 && { _reserved: reserved }),
    base,
    feature: Object.fromEntries(feature),
    spaces,
  };
}

/** What Kibana refuses a role for because of its features: what they do not offer, and what is only for all spaces. */
export function featureProblems({ kibana = [] }: KibanaRole): string[] {
  return kibana.flatMap(({ feature = {}, spaces }) =>
    Object.entries(feature).flatMap(([id, names]) => {
      const known = featureOf(id);
      return known === undefined ? [] : problemsOf(known, names, spaces);
    }),
  );
}

function problemsOf(feature: Feature, names: readonly string[], spaces: readonly string[]): string[] {
  const everywhere = spaces.includes('*');
  const own = (name: 'all' | 'read', { disabled, requireAllSpaces }: FeaturePrivilege): string[] => {
    if (!names.includes(name)) return [];
    if (disabled) return [`Feature [${feature.id}] does not support privilege [${name}].`];
    if (!requireAllSpaces || everywhere) return [];
    return [
      `Feature privilege [${feature.id}.${name}] requires all spaces to be selected but received [${spaces.join(',')}]`,
    ];
  };
  const ofSubFeatures = (feature.subFeatures ?? []).flatMap(({ name, requireAllSpaces, privileges }) => {
    const named = Object.keys(privileges).some((id) => names.includes(id));
    if (!named || !requireAllSpaces || everywhere) return [];
    return [
      `Sub-feature privilege [${feature.name} - ${name}] requires all spaces to be selected but received [${spaces.join(',')}]`,
    ];
  });
  return [...own('all', feature.all), ...own('read', feature.read), ...ofSubFeatures];
}
