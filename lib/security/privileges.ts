import { holdsCluster } from './cluster-privileges.ts';
import type { CasesPrivilege, Feature, Grant } from './features/feature.ts';
import { featureOf, features } from './features/features.ts';
import type { Principal } from './principal.ts';
import { type ApplicationPrivileges, KIBANA_APPLICATION, type RoleDescriptor } from './role-descriptor.ts';

/**
 * API privileges that a route asks for: all entries must hold. `none` where the endpoint's area decides by itself;
 * `superuser` is the reserved requirement that only the role of that name meets.
 */
export type Requirement = readonly (string | { anyRequired: readonly string[] })[];

export const none: Requirement = [];
export const superuser: Requirement = ['superuser'];

/** One of several privileges is enough. */
export function anyOf(...privileges: string[]): Requirement {
  return [{ anyRequired: privileges }];
}

/** What the caller lacks of a requirement in a space; empty when it may pass. */
export function missingPrivileges(requirement: Requirement, principal: Principal, space: string): string[] {
  return requirement.flatMap((entry) => {
    if (entry === 'superuser') return isSuperuser(principal) ? [] : [entry];
    if (typeof entry === 'string') return may(principal, space, `api:${entry}`) ? [] : [entry];
    const { anyRequired } = entry;
    return anyRequired.some((privilege) => may(principal, space, `api:${privilege}`)) ? [] : [...anyRequired];
  });
}

/** True when the caller has the API privilege in the space. */
export function hasApiPrivilege(principal: Principal, space: string, privilege: string): boolean {
  return may(principal, space, `api:${privilege}`);
}

/** True when the caller has the API privilege in all spaces. */
export function holdsGlobally(principal: Principal, privilege: string): boolean {
  return may(principal, EVERY_SPACE, `api:${privilege}`);
}

/** True when the caller has any Kibana privilege in the space. */
export function mayEnterSpace(principal: Principal, space: string): boolean {
  return may(principal, space, LOGIN);
}

/** True when the caller may read (or change) saved objects of the type in the space. */
export function mayUseSavedObjects(
  principal: Principal,
  space: string,
  type: string,
  access: 'read' | 'write',
): boolean {
  return may(principal, space, `saved_object:${type}/${access}`);
}

/** True when the caller has the cases privilege for the owner in the space. */
export function mayUseCases(principal: Principal, space: string, owner: string, privilege: CasesPrivilege): boolean {
  return may(principal, space, `cases:${owner}/${privilege}`);
}

/** True for callers who may do everything: cluster privilege `all`, and every Kibana privilege in all spaces. */
export function isSuperuser(principal: Principal): boolean {
  return (
    holdsCluster(principal, 'all') &&
    principal.grants.every((descriptors) =>
      applicationsOf(descriptors).some(
        ({ privileges, resources }) => privileges.includes('*') && resources.includes('*'),
      ),
    )
  );
}

/** Matches only what is granted for all spaces: no space can have this id. */
const EVERY_SPACE = '*';
/** The action that every privilege of every feature contains. */
const LOGIN = 'login:';

/** Every set of descriptors must give the action: an API key never has more than its owner had. */
function may(principal: Principal, space: string, action: string): boolean {
  return principal.grants.every((descriptors) =>
    applicationsOf(descriptors).some(
      ({ privileges, resources }) =>
        (resources.includes('*') || resources.includes(`space:${space}`)) &&
        privileges.some((privilege) => privilege === '*' || actionsOf(privilege).has(action)),
    ),
  );
}

function applicationsOf(descriptors: readonly RoleDescriptor[]): ApplicationPrivileges[] {
  return descriptors.flatMap(({ applications }) => applications).filter(({ application }) => isKibana(application));
}

/** A role may name the application by a pattern with a star at its end. */
function isKibana(application: string): boolean {
  return application.endsWith('*')
    ? KIBANA_APPLICATION.startsWith(application.slice(0, -1))
    : application === KIBANA_APPLICATION;
}

const actionsByPrivilege = new Map<string, ReadonlySet<string>>();
const nothing: ReadonlySet<string> = new Set();

/**
 * Actions that a privilege name gives, as it stands in a role: `all`, `space_read`, `feature_apm.read`,
 * `feature_fleetv2.agents_all`, `reserved_fleet-setup`. Unknown names give nothing.
 */
function actionsOf(privilege: string): ReadonlySet<string> {
  const known = actionsByPrivilege.get(privilege);
  if (known !== undefined) return known;
  const grants = grantsOf(privilege);
  // Roles are written by users: only names that exist are worth remembering.
  if (grants.length === 0) return nothing;
  const actions = new Set([...grants.flatMap(actionsIn), ...(privilege.startsWith('reserved_') ? [] : [LOGIN])]);
  actionsByPrivilege.set(privilege, actions);
  return actions;
}

function grantsOf(privilege: string): Grant[] {
  switch (privilege) {
    case 'all':
      return [...features.flatMap((feature) => grantsOfFeature(feature, 'all')), { api: ['manage_spaces'] }];
    case 'space_all':
      return features.flatMap((feature) => grantsOfFeature(feature, 'all'));
    case 'read':
    case 'space_read':
      return features.flatMap((feature) => grantsOfFeature(feature, 'read'));
  }
  const reserved = /^reserved_(.+)$/.exec(privilege)?.[1];
  if (reserved !== undefined) return features.flatMap((feature) => ownGrant(feature.reserved, reserved));
  const [, id = '', name = ''] = /^feature_([^.]+)\.(.+)$/.exec(privilege) ?? [];
  const feature = featureOf(id);
  return feature === undefined ? [] : grantsOfFeature(feature, name);
}

/** What every privilege of every feature gives besides: the objects all of Kibana needs. */
const common: Record<'all' | 'read', Grant> = {
  all: { savedObjects: { read: ['config', 'config-global', 'url', 'tag'] } },
  read: { savedObjects: { read: ['config', 'config-global', 'url', 'tag'] } },
};

function grantsOfFeature(feature: Feature, name: string): Grant[] {
  const included = (where: readonly string[]) =>
    (feature.subFeatures ?? []).flatMap(({ privileges }) =>
      Object.values(privileges).filter(({ includeIn }) => where.includes(includeIn)),
    );
  switch (name) {
    case 'all':
      return feature.all.disabled ? [] : [feature.all, common.all, ...included(['all', 'read'])];
    case 'read':
      return feature.read.disabled ? [] : [feature.read, common.read, ...included(['read'])];
    case 'minimal_all':
      return feature.all.disabled ? [] : [feature.all, common.all];
    case 'minimal_read':
      return feature.read.disabled ? [] : [feature.read, common.read];
    default:
      return (feature.subFeatures ?? []).flatMap(({ privileges }) => ownGrant(privileges, name));
  }
}

function ownGrant(grants: Record<string, Grant> | undefined, name: string): Grant[] {
  return Object.entries(grants ?? {}).flatMap(([id, grant]) => (id === name ? [grant] : []));
}

function actionsIn({ api = [], savedObjects = {}, cases = {} }: Grant): string[] {
  const { all = [], read = [] } = savedObjects;
  return [
    ...api.map((privilege) => `api:${privilege}`),
    ...[...all, ...read].map((type) => `saved_object:${type}/read`),
    ...all.map((type) => `saved_object:${type}/write`),
    ...Object.entries(cases).flatMap(([privilege, owners]) => owners.map((owner) => `cases:${owner}/${privilege}`)),
  ];
}
