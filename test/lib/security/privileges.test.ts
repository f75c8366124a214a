import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Endpoint, KibanaDefinition } from '../../../lib/http/endpoint.ts';
import type { CasesPrivilege } from '../../../lib/security/features/feature.ts';
import type { Principal } from '../../../lib/security/principal.ts';
import {
  anyOf,
  hasApiPrivilege,
  holdsGlobally,
  isSuperuser,
  mayEnterSpace,
  mayUseCases,
  mayUseSavedObjects,
  missingPrivileges,
  none,
  type Requirement,
  superuser,
} from '../../../lib/security/privileges.ts';
import { reservedRole } from '../../../lib/security/reserved-roles.ts';
import { type Descriptor, principalWith } from '../../support/identities.ts';
import { kibana } from '../../support/kibana.ts';
import { functions } from '../../support/stack.ts';

/** A role with these Kibana privileges, as they are stored. */
const granting = (privileges: string[], resources = ['*'], application = 'kibana-.kibana'): Descriptor => ({
  applications: [{ application, privileges, resources }],
});
const builtIn = (name: string): Descriptor => reservedRole(name) ?? {};
const own = (feature: string, ...names: ('all' | 'read')[]) =>
  names.flatMap((name) => [`${feature}.${name}`, `${feature}.minimal_${name}`]);
const siem = (...names: ('all' | 'read')[]) =>
  ['siem', 'siemV2', 'siemV3', 'siemV4', 'siemV5'].flatMap((id) => own(id, ...names));
const siemSub = (...names: string[]) =>
  ['siem', 'siemV2', 'siemV3', 'siemV4', 'siemV5'].flatMap((id) => names.map((name) => `${id}.${name}`));
const artifacts = ['trusted_applications', 'host_isolation_exceptions', 'blocklist', 'event_filters'];
const artifactsFor = (access: string) => artifacts.map((artifact) => `${artifact}_${access}`);
const fleetSub = (id: string, ...names: string[]) => names.map((name) => `fleetv2.${id}_${name}`);

type Holders = {
  /** The weakest base privilege that contains it: for all spaces only, `all`, `read`, or no base privilege at all. */
  base: 'global all' | 'all' | 'read' | 'none';
  /** Feature privileges that give it. */
  features: string[];
};

/** Who holds the API privileges that any endpoint asks for. */
const holders: Record<string, Holders> = {
  superuser: { base: 'none', features: [] },
  manage_spaces: { base: 'global all', features: [] },
  'lists-read': {
    base: 'read',
    features: [
      ...siem('all', 'read'),
      ...siemSub(...artifactsFor('all'), ...artifactsFor('read')),
      ...own('uptime', 'read'),
    ],
  },
  'lists-all': { base: 'all', features: [...siem('all'), ...siemSub(...artifactsFor('all')), ...own('uptime', 'all')] },
  apm: { base: 'read', features: own('apm', 'all', 'read') },
  apm_settings_write: { base: 'all', features: ['apm.all', 'apm.settings_save'] },
  securitySolution: { base: 'read', features: siem('all', 'read') },
  'securitySolution-entity-analytics': { base: 'read', features: siem('all', 'read') },
  'securitySolution-updateAIAssistantAnonymization': {
    base: 'all',
    features: ['securitySolutionAssistant.all', 'securitySolutionAssistant.update_anonymization'],
  },
  elasticAssistant: {
    base: 'all',
    features: [...own('securitySolutionAssistant', 'all'), ...own('securitySolutionAttackDiscovery', 'all')],
  },
  'securitySolution-readWorkflowInsights': {
    base: 'none',
    features: siemSub('workflow_insights_all', 'workflow_insights_read'),
  },
  'securitySolution-writeHostIsolation': { base: 'none', features: siemSub('host_isolation_all') },
  'securitySolution-writeHostIsolationRelease': { base: 'none', features: siemSub('host_isolation_all') },
  'securitySolution-writeProcessOperations': { base: 'none', features: siemSub('process_operations_all') },
  'securitySolution-writeFileOperations': { base: 'none', features: siemSub('file_operations_all') },
  'securitySolution-writeExecuteOperations': { base: 'none', features: siemSub('execute_operations_all') },
  'securitySolution-writeScanOperations': { base: 'none', features: siemSub('scan_operations_all') },
  timeline_read: {
    base: 'read',
    features: [...own('securitySolutionTimeline', 'all', 'read'), ...own('siem', 'all', 'read')],
  },
  timeline_write: { base: 'all', features: [...own('securitySolutionTimeline', 'all'), ...own('siem', 'all')] },
  notes_read: {
    base: 'read',
    features: [...own('securitySolutionNotes', 'all', 'read'), ...own('siem', 'all', 'read')],
  },
  notes_write: { base: 'all', features: [...own('securitySolutionNotes', 'all'), ...own('siem', 'all')] },
  'actions:execute-basic-connectors': { base: 'read', features: own('actions', 'all', 'read') },
  'actions:execute-advanced-connectors': { base: 'all', features: own('actions', 'all') },
  'actions:execute-endpoint-security-connectors': {
    base: 'all',
    features: ['actions.all', 'actions.endpoint_security_execute'],
  },
  'fleet-all': { base: 'all', features: own('fleetv2', 'all') },
  'fleet-setup': { base: 'none', features: ['reserved_fleet-setup'] },
  'fleet-agents-read': {
    base: 'read',
    features: ['fleetv2.all', 'fleetv2.read', ...fleetSub('agents', 'all', 'read')],
  },
  'fleet-agents-all': { base: 'all', features: ['fleetv2.all', ...fleetSub('agents', 'all')] },
  'fleet-agent-policies-read': {
    base: 'read',
    features: ['fleetv2.all', 'fleetv2.read', ...fleetSub('agent_policies', 'all', 'read')],
  },
  'fleet-agent-policies-all': { base: 'all', features: ['fleetv2.all', ...fleetSub('agent_policies', 'all')] },
  'fleet-settings-read': {
    base: 'read',
    features: ['fleetv2.all', 'fleetv2.read', ...fleetSub('settings', 'all', 'read')],
  },
  'fleet-settings-all': { base: 'all', features: ['fleetv2.all', ...fleetSub('settings', 'all')] },
  'integrations-read': { base: 'read', features: own('fleet', 'all', 'read') },
  'integrations-all': { base: 'all', features: own('fleet', 'all') },
};

/** Feature privileges that give none of the above. */
const idle = [
  ...own('discover', 'all', 'read'),
  ...own('dashboard_v2', 'all', 'read'),
  ...own('generalCasesV3', 'all', 'read'),
  ...own('securitySolutionCasesV3', 'all', 'read'),
  'securitySolutionAssistant.read',
  'fleetv2.generate_report',
  'no_such_feature.all',
  'siemV3.no_such_privilege',
];

const featureRoles = [...new Set([...Object.values(holders).flatMap(({ features }) => features), ...idle])];
const storedName = (role: string) => (role.startsWith('reserved_') ? role : `feature_${role}`);

/** One principal for each kind of role; calls come in the space `here`. */
const roles = new Map<string, Principal>([
  ...['superuser', 'kibana_admin', 'editor', 'viewer', 'monitoring_user'].map(
    (name) => [name, principalWith([builtIn(name)])] as const,
  ),
  ['all', principalWith([granting(['all'])])],
  ['read', principalWith([granting(['read'])])],
  ['all here', principalWith([granting(['space_all'], ['space:other', 'space:here'])])],
  ['read here', principalWith([granting(['space_read'], ['space:here'])])],
  ['all elsewhere', principalWith([granting(['space_all'], ['space:other'])])],
  ['read elsewhere', principalWith([granting(['space_read'], ['space:other', 'space:her', 'space:here2'])])],
  ['no role', principalWith([])],
  ['an empty role', principalWith([{}])],
  ['cluster privileges only', principalWith([{ cluster: ['all'] }])],
  ...featureRoles.map((role) => [role, principalWith([granting([storedName(role)])])] as const),
]);

const BASES: Record<Holders['base'], string[]> = {
  none: [],
  'global all': ['kibana_admin', 'editor', 'all'],
  all: ['kibana_admin', 'editor', 'all', 'all here'],
  read: ['kibana_admin', 'editor', 'viewer', 'all', 'read', 'all here', 'read here'],
};

function holds(role: string, privilege: string): boolean {
  const known = holders[privilege];
  if (known === undefined) throw new Error(`the table does not say who holds ${privilege}`);
  return ['superuser', ...BASES[known.base], ...known.features].includes(role);
}

/** What a role lacks, by the table above. */
function lacking(requirement: Requirement, role: string): string[] {
  return requirement.flatMap((entry) => {
    if (typeof entry === 'string') return holds(role, entry) ? [] : [entry];
    return entry.anyRequired.some((privilege) => holds(role, privilege)) ? [] : [...entry.anyRequired];
  });
}

describe('API privileges', () => {
  it.each(Object.keys(holders).filter((privilege) => privilege !== 'superuser'))('%s', (privilege) => {
    const expected = [...roles.keys()].filter((role) => holds(role, privilege));
    const found = [...roles].filter(([, principal]) => hasApiPrivilege(principal, 'here', privilege));
    expect(found.map(([role]) => role)).toEqual(expected);
  });
});

const LISTS_READ = ['lists-read'];
const LISTS_ALL = ['lists-all'];
const SECURITY = ['securitySolution'];
const ANALYTICS = ['securitySolution', 'securitySolution-entity-analytics'];
const SETTINGS_ALL = ['fleet-settings-all'];
const AGENTS_ALL = ['fleet-agents-all'];
const AGENTS_READ = ['fleet-agents-read'];
const APM_WRITE = ['apm', 'apm_settings_write'];
const outputsRead = anyOf('fleet-settings-read', 'fleet-agent-policies-read');
const downloadSourcesRead = anyOf('fleet-agent-policies-read', 'fleet-settings-read');
const policiesRead = anyOf('fleet-agent-policies-read', 'fleet-agents-read', 'fleet-setup');
const enrollmentRead = anyOf('fleet-agents-all', 'fleet-setup');

/** What each operation of Kibana asks for; `none` where its own area decides in the handler. */
const requirements: Record<string, Requirement> = {
  $default: none,
  'GET /api/status': none,
  'DELETE /api/security/role/{name}': none,
  'PUT /api/security/role/{name}': none,
  'GET /api/security/role/{name}': none,
  'GET /api/security/role': none,
  'POST /api/security/roles': none,
  'POST /api/spaces/space': none,
  'GET /api/spaces/space': none,
  'GET /api/spaces/space/{id}': none,
  'DELETE /api/spaces/space/{id}': none,
  'GET /api/lists': LISTS_READ,
  'GET /api/lists/_find': LISTS_READ,
  'GET /api/lists/index': LISTS_READ,
  'GET /api/lists/items': LISTS_READ,
  'GET /api/lists/items/_find': LISTS_READ,
  'POST /api/lists/items/_export': LISTS_READ,
  'POST /api/lists': LISTS_ALL,
  'PATCH /api/lists': LISTS_ALL,
  'PUT /api/lists': LISTS_ALL,
  'DELETE /api/lists': LISTS_ALL,
  'POST /api/lists/index': LISTS_ALL,
  'POST /api/lists/items': LISTS_ALL,
  'DELETE /api/lists/items': LISTS_ALL,
  'POST /api/lists/items/_import': LISTS_ALL,
  'GET /api/saved_objects/resolve/{type}/{id}': none,
  'POST /api/encrypted_saved_objects/_rotate_key': superuser,
  'POST /api/saved_objects/_import': none,
  'POST /api/saved_objects/_export': none,
  'POST /api/dashboards/dashboard': none,
  'POST /api/dashboards/dashboard/{id}': none,
  'GET /api/dashboards/dashboard/{id}': none,
  'GET /api/dashboards/dashboard': none,
  'PUT /api/dashboards/dashboard/{id}': none,
  'DELETE /api/dashboards/dashboard/{id}': none,
  'POST /api/actions/connector/{id}/_execute': none,
  'POST /api/actions/connector': none,
  'POST /api/actions/connector/{id}': none,
  'GET /api/actions/connector/{id}': none,
  'PUT /api/actions/connector/{id}': none,
  'DELETE /api/actions/connector/{id}': none,
  'GET /api/actions/connectors': none,
  'GET /api/actions/connector_types': none,
  'DELETE /api/cases/{caseId}/comments/{commentId}': none,
  'GET /api/cases/reporters': none,
  'POST /api/cases': none,
  'PATCH /api/cases': none,
  'DELETE /api/cases': none,
  'GET /api/cases/{caseId}': none,
  'GET /api/cases/_find': none,
  'POST /api/cases/{caseId}/comments': none,
  'GET /api/cases/{caseId}/comments/_find': none,
  'GET /api/cases/{caseId}/user_actions/_find': none,
  'GET /api/apm/settings/agent-configuration/view': ['apm'],
  'GET /api/apm/settings/agent-configuration': ['apm'],
  'POST /api/apm/settings/agent-configuration/search': ['apm'],
  'PUT /api/apm/settings/agent-configuration': APM_WRITE,
  'DELETE /api/apm/settings/agent-configuration': APM_WRITE,
  'GET /api/detection_engine/privileges': SECURITY,
  'DELETE /api/detection_engine/rules/_bulk_delete': SECURITY,
  'POST /api/detection_engine/rules/_bulk_delete': SECURITY,
  'POST /api/detection_engine/signals/finalize_migration': SECURITY,
  'POST /api/detection_engine/rules': SECURITY,
  'GET /api/detection_engine/rules': SECURITY,
  'PATCH /api/detection_engine/rules': SECURITY,
  'GET /api/detection_engine/rules/_find': SECURITY,
  'POST /api/detection_engine/signals/migration': SECURITY,
  'GET /api/detection_engine/signals/migration_status': SECURITY,
  'GET /api/endpoint/action/state': SECURITY,
  'POST /api/endpoint_list': LISTS_ALL,
  'POST /api/endpoint_list/items': LISTS_ALL,
  'GET /api/endpoint_list/items/_find': LISTS_READ,
  'POST /api/timeline/_export': ['timeline_read'],
  'GET /api/timeline': ['timeline_read'],
  'POST /api/timeline': ['timeline_write'],
  'PATCH /api/timeline': ['timeline_write'],
  'DELETE /api/timeline': ['timeline_write'],
  'PATCH /api/note': ['notes_write'],
  'PATCH /api/pinned_event': ['timeline_write'],
  'PUT /api/security/entity_store/entities/{entityType}': SECURITY,
  'POST /api/security/entity_store/entities/{entityType}': SECURITY,
  'POST /api/security/entity_store/install': SECURITY,
  'GET /api/security/entity_store/status': SECURITY,
  'GET /api/security/entity_store/entities': SECURITY,
  'DELETE /api/security/entity_store/entities': SECURITY,
  'DELETE /api/security/entity_store/entities/': SECURITY,
  'POST /api/asset_criticality': ANALYTICS,
  'GET /api/asset_criticality': ANALYTICS,
  'DELETE /api/asset_criticality': ANALYTICS,
  'GET /api/asset_criticality/list': ANALYTICS,
  'PATCH /api/risk_score/engine/saved_object/configure': ANALYTICS,
  'PUT /api/risk_score/engine/saved_object/configure': ANALYTICS,
  'POST /api/security_ai_assistant/anonymization_fields/_bulk_action': [
    'securitySolution-updateAIAssistantAnonymization',
  ],
  'GET /api/security_ai_assistant/anonymization_fields/_find': ['elasticAssistant'],
  'POST /api/security_ai_assistant/knowledge_base/{resource}': ['elasticAssistant'],
  'GET /api/security_ai_assistant/knowledge_base/{resource}': ['elasticAssistant'],
  'GET /api/security_ai_assistant/prompts/_find': ['elasticAssistant'],
  'POST /api/security_ai_assistant/prompts/_bulk_action': ['elasticAssistant'],
  'POST /api/fleet/agents/bulk_unenroll': AGENTS_ALL,
  'POST /api/fleet/agents/bulk_update_agent_tags': AGENTS_ALL,
  'DELETE /api/fleet/agents/files/{fileId}': AGENTS_ALL,
  'POST /api/fleet/enrollment_api_keys': AGENTS_ALL,
  'GET /api/fleet/enrollment_api_keys': enrollmentRead,
  'GET /api/fleet/enrollment_api_keys/{keyId}': enrollmentRead,
  'DELETE /api/fleet/enrollment_api_keys/{keyId}': AGENTS_ALL,
  'GET /api/fleet/agents': AGENTS_READ,
  'GET /api/fleet/agents/{agentId}': AGENTS_READ,
  'GET /api/fleet/agents/tags': AGENTS_READ,
  'GET /api/fleet/agents/action_status': AGENTS_READ,
  'GET /api/fleet/agents/{agentId}/uploads': AGENTS_READ,
  'GET /api/fleet/agent_policies': policiesRead,
  'GET /api/fleet/agent_policies/{agentPolicyId}': policiesRead,
  'POST /api/fleet/agent_policies': ['fleet-agent-policies-all'],
  'GET /api/fleet/outputs': outputsRead,
  'GET /api/fleet/outputs/{outputId}': outputsRead,
  'POST /api/fleet/outputs': SETTINGS_ALL,
  'PUT /api/fleet/outputs/{outputId}': SETTINGS_ALL,
  'DELETE /api/fleet/outputs/{outputId}': SETTINGS_ALL,
  'GET /api/fleet/agent_download_sources': downloadSourcesRead,
  'GET /api/fleet/agent_download_sources/{sourceId}': downloadSourcesRead,
  'POST /api/fleet/agent_download_sources': SETTINGS_ALL,
  'DELETE /api/fleet/agent_download_sources/{sourceId}': SETTINGS_ALL,
  'GET /api/fleet/fleet_server_hosts': anyOf('fleet-agents-all', 'fleet-settings-read'),
  'GET /api/fleet/fleet_server_hosts/{itemId}': ['fleet-settings-read'],
  'POST /api/fleet/fleet_server_hosts': SETTINGS_ALL,
  'DELETE /api/fleet/fleet_server_hosts/{itemId}': SETTINGS_ALL,
  'GET /api/fleet/epm/templates/{pkgName}/{pkgVersion}/inputs': anyOf('integrations-read', 'fleet-setup', 'fleet-all'),
  'POST /api/fleet/epm/packages': ['integrations-all', 'fleet-agent-policies-all'],
  // Kibana's Fleet asks for these inside the handler, because some packages are open to more callers.
  'GET /api/fleet/epm/packages/{pkgName}/{pkgVersion}': none,
};

/** Folders of functions that ask for no Kibana privilege by their nature. */
const OTHERS = /^functions\/(elasticsearch|fleet-server|workers)\//;
const PROJECT = join(import.meta.dirname, '../../..');
/** All of Kibana's. That each one declared has its file is not this test's question. */
const kibanaFunctions = functions
  .filter(({ handler }) => !OTHERS.test(handler))
  .filter(({ handler }) => existsSync(join(PROJECT, handler.replace(/\.handler$/, '.ts'))));

describe('endpoints and roles', () => {
  const { handlerOf } = kibana();

  it.each(kibanaFunctions.map(({ key }) => key))('%s lets in who may, and names what others lack', async (key) => {
    const handler = (await handlerOf(key)) as unknown as Endpoint<KibanaDefinition>;
    const { privileges, routes } = handler.definition;
    for (const route of routes.flatMap(({ route }) => route)) {
      // What the table does not have asks for what its own test says.
      expect(privileges, route).toEqual(requirements[route] ?? privileges);
    }
    for (const [role, principal] of roles) {
      expect(missingPrivileges(privileges, principal, 'here'), role).toEqual(lacking(privileges, role));
    }
  });

  it('every row of the table is an operation', () => {
    const routes = kibanaFunctions.flatMap(({ routes }) => routes.map((route) => route.replace(/^\*$/, '$default')));
    expect(Object.keys(requirements).filter((route) => !routes.includes(route))).toEqual([]);
  });

  it.each(Object.entries(requirements))('%s asks for %j', (_operation, requirement) => {
    for (const [role, principal] of roles) {
      expect(missingPrivileges(requirement, principal, 'here'), role).toEqual(lacking(requirement, role));
    }
  });
});

describe('what is missing', () => {
  const has = (...privileges: string[]) => principalWith([granting(privileges)]);
  const nobody = principalWith([]);

  it.each<[string, Requirement, Principal, string[]]>([
    ['nothing is asked', none, nobody, []],
    ['all, in the order of the route', ['b', 'a'], nobody, ['b', 'a']],
    ['only what is missing of all', ['apm', 'apm_settings_write'], has('feature_apm.read'), ['apm_settings_write']],
    [
      'every one of several',
      anyOf('fleet-settings-read', 'fleet-setup'),
      nobody,
      ['fleet-settings-read', 'fleet-setup'],
    ],
    ['one of several is enough', anyOf('lists-all', 'apm'), has('feature_apm.read'), []],
    [
      'entries of both kinds',
      ['timeline_read', ...anyOf('lists-all', 'lists-read'), 'apm'],
      has('feature_apm.all'),
      ['timeline_read', 'lists-all', 'lists-read'],
    ],
    ['superuser beside others', ['apm', ...superuser], has('all'), ['superuser']],
  ])('%s', (_name, requirement, principal, missing) => {
    expect(missingPrivileges(requirement, principal, 'default')).toEqual(missing);
  });
});

describe('spaces', () => {
  it.each<[string[], string, boolean]>([
    [['*'], 'default', true],
    [['*'], 'any', true],
    [['space:default'], 'default', true],
    [['space:a', 'space:b'], 'b', true],
    [['space:a'], 'default', false],
    [['space:a'], 'A', false],
    [['space:a'], 'ab', false],
    [['default'], 'default', false],
    [['space:*'], 'default', false],
    [[], 'default', false],
  ])('a grant on %j counts in %s: %s', (resources, space, counts) => {
    const principal = principalWith([granting(['space_read'], resources)]);
    expect(hasApiPrivilege(principal, space, 'apm')).toBe(counts);
    expect(mayEnterSpace(principal, space)).toBe(counts);
  });

  it('adds up what several roles give in a space', () => {
    const principal = principalWith([
      granting(['feature_apm.read'], ['space:a']),
      granting(['feature_uptime.read'], ['space:b']),
    ]);
    expect(missingPrivileges(['apm', 'lists-read'], principal, 'a')).toEqual(['lists-read']);
    expect(missingPrivileges(['apm', 'lists-read'], principal, 'b')).toEqual(['apm']);
  });

  it.each<[string, Descriptor, boolean]>([
    ['base all', granting(['all']), true],
    ['base all of a space', granting(['space_all'], ['space:a', 'space:default']), false],
    ['superuser', builtIn('superuser'), true],
    ['base read', granting(['read']), false],
  ])('%s manages spaces: %s', (_name, descriptor, may) => {
    expect(holdsGlobally(principalWith([descriptor]), 'manage_spaces')).toBe(may);
  });

  it.each([
    ['all', true],
    ['space_read', true],
    ['feature_monitoring.read', true],
    ['feature_apm.settings_save', true],
    ['feature_discover.minimal_read', true],
    ['reserved_fleet-setup', false],
    ['feature_no_such_feature.all', false],
    ['feature_discover.no_such_privilege', false],
    ['feature_securitySolutionAssistant.read', false],
    ['no_such_privilege', false],
    ['*', true],
  ])('%s lets into the space: %s', (privilege, may) => {
    expect(mayEnterSpace(principalWith([granting([privilege])]), 'default')).toBe(may);
  });
});

describe('applications', () => {
  it.each([
    ['kibana-.kibana', true],
    ['kibana-*', true],
    ['kib*', true],
    ['*', true],
    ['kibana-.kibana-2', false],
    ['kibana-.kib', false],
    ['kibana', false],
    ['logstash-*', false],
    ['', false],
  ])('privileges for %s are Kibana privileges: %s', (application, are) => {
    expect(hasApiPrivilege(principalWith([granting(['all'], ['*'], application)]), 'default', 'apm')).toBe(are);
  });
});

describe('superuser', () => {
  const everything = granting(['*'], ['*'], '*');
  const all: Descriptor = { cluster: ['all'] };

  it.each<[string, Principal, boolean]>([
    ['the role', principalWith([builtIn('superuser')]), true],
    ['its parts in two roles', principalWith([everything, all]), true],
    ['cluster privilege only', principalWith([all]), false],
    ['Kibana privileges only', principalWith([everything]), false],
    ['base all instead of every privilege', principalWith([all, granting(['all'])]), false],
    ['every privilege in one space', principalWith([all, granting(['*'], ['space:default'])]), false],
    ['another application', principalWith([all, granting(['*'], ['*'], 'other')]), false],
    ['manage instead of all', principalWith([{ cluster: ['manage', 'manage_security'] }, everything]), false],
    ['nobody', principalWith([]), false],
    ['a key of a superuser', principalWith([builtIn('superuser')], [builtIn('superuser')]), true],
    ['a weaker key of a superuser', principalWith([builtIn('kibana_admin')], [builtIn('superuser')]), false],
    ['a superuser key of somebody weaker', principalWith([builtIn('superuser')], [builtIn('kibana_admin')]), false],
  ])('%s', (_name, principal, is) => {
    expect(isSuperuser(principal)).toBe(is);
    expect(missingPrivileges(superuser, principal, 'default')).toEqual(is ? [] : ['superuser']);
  });
});

describe('an API key has what its descriptors and its owner both give', () => {
  const apm = granting(['feature_apm.all']);
  const apmRead = granting(['feature_apm.read']);
  const uptime = granting(['feature_uptime.read']);

  it.each<[string, Descriptor[], Descriptor[], string[]]>([
    ['the same', [apm], [apm], []],
    ['less than the owner', [apmRead], [apm], ['apm_settings_write']],
    ['less than the key', [apm], [apmRead], ['apm_settings_write']],
    ['nothing in common', [uptime], [apm], ['apm', 'apm_settings_write']],
    ['an owner without roles', [apm], [], ['apm', 'apm_settings_write']],
    ['a key without power', [{}], [builtIn('superuser')], ['apm', 'apm_settings_write']],
    ['other spaces', [granting(['all'], ['space:a'])], [apm], ['apm', 'apm_settings_write']],
  ])('%s', (_name, ofKey, ofOwner, missing) => {
    expect(missingPrivileges(['apm', 'apm_settings_write'], principalWith(ofKey, ofOwner), 'b')).toEqual(missing);
  });
});

describe('saved objects', () => {
  const READ = ['read'];
  const WRITE = ['read', 'write'];

  it.each<[string, string, string[]]>([
    ['feature_dashboard.all', 'dashboard', WRITE],
    ['feature_dashboard_v2.all', 'dashboard', WRITE],
    ['feature_dashboard_v2.read', 'dashboard', READ],
    ['feature_dashboard_v2.minimal_all', 'dashboard', WRITE],
    ['feature_dashboard_v2.all', 'index-pattern', READ],
    ['feature_dashboard_v2.all', 'action', []],
    ['feature_dashboard_v2.generate_report', 'dashboard', []],
    ['feature_visualize.read', 'visualization', READ],
    ['feature_discover.all', 'search', WRITE],
    ['feature_indexPatterns.all', 'index-pattern', WRITE],
    ['feature_actions.all', 'action', WRITE],
    ['feature_actions.read', 'action', READ],
    ['feature_actions.read', 'action_task_params', WRITE],
    ['feature_siemV3.all', 'exception-list-agnostic', WRITE],
    ['feature_siemV3.read', 'exception-list-agnostic', READ],
    ['feature_siemV3.all', 'siem-ui-timeline', []],
    ['feature_siem.all', 'siem-ui-timeline', WRITE],
    ['feature_securitySolutionTimeline.all', 'siem-ui-timeline', WRITE],
    ['feature_securitySolutionTimeline.read', 'siem-ui-timeline', READ],
    ['feature_securitySolutionTimeline.all', 'siem-ui-timeline-pinned-event', WRITE],
    ['feature_securitySolutionTimeline.all', 'siem-ui-timeline-note', []],
    ['feature_securitySolutionNotes.all', 'siem-ui-timeline-note', WRITE],
    ['feature_securitySolutionNotes.read', 'siem-ui-timeline-note', READ],
    ['feature_apm.read', 'config', READ],
    ['feature_apm.read', 'tag', READ],
    ['feature_apm.settings_save', 'config', []],
    ['all', 'dashboard', WRITE],
    ['read', 'dashboard', READ],
    ['*', 'anything', WRITE],
    ['no_such_privilege', 'dashboard', []],
  ])('%s gives %s %j', (privilege, type, accesses) => {
    const principal = principalWith([granting([privilege])]);
    const may = (['read', 'write'] as const).filter((access) => mayUseSavedObjects(principal, 'default', type, access));
    expect(may).toEqual(accesses);
  });
});

describe('cases', () => {
  const operations: CasesPrivilege[] = [
    'create',
    'read',
    'update',
    'delete',
    'push',
    'settings',
    'createComment',
    'reopenCase',
    'assign',
  ];
  const owners: [string, string][] = [
    ['generalCases', 'cases'],
    ['observabilityCases', 'observability'],
    ['securitySolutionCases', 'securitySolution'],
  ];
  const all = operations;
  const minimal: CasesPrivilege[] = ['create', 'read', 'update', 'push'];
  const ofPrivilege: [string, CasesPrivilege[]][] = [
    ['.all', all],
    ['.read', ['read']],
    ['.minimal_all', [...minimal, 'createComment', 'reopenCase', 'assign']],
    ['V2.all', all],
    ['V2.minimal_all', [...minimal, 'assign']],
    ['V3.all', all],
    ['V3.read', ['read']],
    ['V3.minimal_all', minimal],
    ['V3.cases_delete', ['delete']],
    ['V3.create_comment', ['createComment']],
    ['V3.case_reopen', ['reopenCase']],
    ['V3.cases_assign', ['assign']],
    ['V3.cases_settings', ['settings']],
    ['V3.minimal_read', ['read']],
  ];
  const rows = owners.flatMap(([feature, owner]) =>
    ofPrivilege.map(([suffix, allowed]) => [`feature_${feature}${suffix}`, owner, allowed] as const),
  );

  it.each([...rows, ['all', 'cases', all] as const, ['read', 'observability', ['read']] as const])(
    '%s gives, for the owner %s, %j',
    (privilege, owner, allowed) => {
      const principal = principalWith([granting([privilege])]);
      const may = operations.filter((operation) => mayUseCases(principal, 'default', owner, operation));
      expect(may.toSorted()).toEqual(allowed.toSorted());
      const others = ['cases', 'observability', 'securitySolution', 'other'].filter((other) => other !== owner);
      if (privilege.startsWith('feature_')) {
        expect(others.filter((other) => mayUseCases(principal, 'default', other, 'read'))).toEqual([]);
      }
    },
  );
});
