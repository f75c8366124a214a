import { describe, expect, it } from 'vitest';
import { descriptorOf, featureProblems, roleView } from '../../../lib/security/kibana-roles.ts';
import { reservedRoles } from '../../../lib/security/reserved-roles.ts';
import { kibanaRole } from '../../../lib/security/role-schema.ts';
import { type Descriptor, descriptorWith } from '../../support/identities.ts';

/** A role as a client sends it, read by the schema of the API. */
const sent = (role: Record<string, unknown>) => kibanaRole.parse({ elasticsearch: {}, ...role });
const application = (privileges: string[], resources: string[], name = 'kibana-.kibana') => ({
  application: name,
  privileges,
  resources,
});
const viewOf = (descriptor: Descriptor, reserved = false) =>
  roleView({ name: 'r', descriptor: descriptorWith(descriptor), reserved });

describe('what is stored of a role', () => {
  it('is empty where the role is', () => {
    expect(descriptorOf(sent({}), undefined)).toEqual({
      cluster: [],
      indices: [],
      run_as: [],
      applications: [],
      metadata: {},
    });
  });

  it('is all that Elasticsearch knows of it', () => {
    const role = {
      description: 'd',
      metadata: { a: 1 },
      elasticsearch: {
        cluster: ['monitor'],
        run_as: ['x'],
        indices: [
          { names: ['a'], privileges: ['read'], query: '{"match_all":{}}', field_security: { grant: ['*'] } },
          { names: ['b'], privileges: ['all'], allow_restricted_indices: true, query: '' },
        ],
        remote_indices: [{ clusters: ['c'], names: ['d'], privileges: ['read'] }],
        remote_cluster: [{ clusters: ['c'], privileges: ['monitor_enrich'] }],
      },
    };
    expect(descriptorOf(sent(role), undefined)).toEqual({
      description: 'd',
      metadata: { a: 1 },
      cluster: ['monitor'],
      run_as: ['x'],
      indices: [
        {
          names: ['a'],
          privileges: ['read'],
          query: '{"match_all":{}}',
          field_security: { grant: ['*'] },
          allow_restricted_indices: false,
        },
        { names: ['b'], privileges: ['all'], allow_restricted_indices: true },
      ],
      remote_indices: [{ clusters: ['c'], names: ['d'], privileges: ['read'], allow_restricted_indices: false }],
      remote_cluster: [{ clusters: ['c'], privileges: ['monitor_enrich'] }],
      applications: [],
    });
  });

  it.each([[{ description: '' }], [{ elasticsearch: { remote_indices: [], remote_cluster: [] } }]])(
    'leaves out what is empty: %j',
    (role) => {
      expect(Object.keys(descriptorOf(sent(role), undefined)).toSorted()).toEqual([
        'applications',
        'cluster',
        'indices',
        'metadata',
        'run_as',
      ]);
    },
  );

  it.each<[Record<string, unknown>, ReturnType<typeof application>]>([
    [{ base: ['all'] }, application(['all'], ['*'])],
    [{ base: ['read'], spaces: ['*'] }, application(['read'], ['*'])],
    [{ base: ['all'], spaces: ['a', 'b'] }, application(['space_all'], ['space:a', 'space:b'])],
    [{ base: ['read'], spaces: ['a'] }, application(['space_read'], ['space:a'])],
    [{ base: ['all', 'read'] }, application(['all', 'read'], ['*'])],
    [{ feature: { apm: ['all'] } }, application(['feature_apm.all'], ['*'])],
    [
      { base: [], feature: { apm: ['minimal_read', 'settings_save'], unknown: ['x'] }, spaces: ['a'] },
      application(['feature_apm.minimal_read', 'feature_apm.settings_save', 'feature_unknown.x'], ['space:a']),
    ],
  ])('has %j as an application privilege', (entry, stored) => {
    expect(descriptorOf(sent({ kibana: [entry] }), undefined).applications).toEqual([stored]);
  });

  it('keeps what the role has for other applications, after its own', () => {
    const foreign = [application(['x'], ['*'], 'logstash'), application(['y'], ['z'], 'kibana-.other')];
    const before = descriptorWith({ applications: [application(['all'], ['*']), ...foreign], cluster: ['all'] });
    const role = sent({ kibana: [{ base: ['read'] }] });
    expect(descriptorOf(role, before)).toMatchObject({
      cluster: [],
      applications: [application(['read'], ['*']), ...foreign],
    });
    expect(descriptorOf(sent({}), before).applications).toEqual(foreign);
  });
});

describe('what is shown of a role', () => {
  it.each<Record<string, unknown>[]>([
    [{ base: ['all'], feature: {}, spaces: ['*'] }],
    [{ base: ['read'], feature: {}, spaces: ['a', 'b'] }],
    [
      { base: [], feature: { apm: ['read', 'settings_save'], discover: ['all'] }, spaces: ['a'] },
      { base: ['all'], feature: {}, spaces: ['*'] },
    ],
  ])('is what was sent: %j', (...kibana) => {
    const descriptor = descriptorOf(sent({ kibana }), undefined);
    expect(viewOf(descriptor)).toEqual({
      name: 'r',
      metadata: {},
      transient_metadata: { enabled: true },
      elasticsearch: { cluster: [], indices: [], run_as: [] },
      kibana,
      _transform_error: [],
      _unrecognized_applications: [],
    });
  });

  it('says for every index whether restricted ones are meant', () => {
    const elasticsearch = { indices: [{ names: ['a'], privileges: ['read'] }] };
    expect(viewOf(descriptorOf(sent({ elasticsearch }), undefined)).elasticsearch.indices).toEqual([
      { names: ['a'], privileges: ['read'], allow_restricted_indices: false },
    ]);
  });

  it.each([
    [application(['no_such_privilege'], ['*'])],
    [application(['feature_apm'], ['*'])],
    [application(['all'], ['something'])],
  ])('is an error where the privileges have no form in Kibana: %j', (entry) => {
    expect(viewOf({ applications: [entry, application(['all'], ['*'])] })).toMatchObject({
      kibana: [],
      _transform_error: [{ reason: expect.any(String) }],
    });
  });

  it.each([
    ['reserved privileges', application(['reserved_monitoring'], ['*'], 'kibana-*'), { _reserved: ['monitoring'] }],
    ['everything', application(['*'], ['*'], '*'), {}],
  ])('has its place where all of Kibana is meant: %s', (_name, entry, shown) => {
    expect(viewOf({ applications: [entry] })).toMatchObject({
      kibana: [{ ...shown, base: [], feature: {}, spaces: ['*'] }],
      _transform_error: [],
      _unrecognized_applications: [],
    });
  });

  it.each([
    ['a reserved privilege of one Kibana', application(['reserved_monitoring'], ['*'])],
    ['a plain privilege of all of them', application(['all'], ['*'], 'kibana-*')],
  ])('is an error for %s', (_name, entry) => {
    expect(viewOf({ applications: [entry] })).toMatchObject({ kibana: [], _transform_error: [{}] });
  });

  it('names applications that Kibana does not know', () => {
    const view = viewOf({ applications: [application(['x'], ['*'], 'logstash'), application(['all'], ['*'])] });
    expect(view).toMatchObject({
      kibana: [{ base: ['all'], feature: {}, spaces: ['*'] }],
      _unrecognized_applications: ['logstash'],
    });
  });

  it('tells reserved roles by their metadata', () => {
    const metadata = reservedRoles().map(
      ([name, descriptor]) => roleView({ name, descriptor, reserved: true }).metadata,
    );
    expect(metadata.every((each) => each._reserved === true)).toBe(true);
    expect(viewOf({ metadata: { a: 1 } }).metadata).toEqual({ a: 1 });
  });
});

describe('rules of features', () => {
  const needsAllSpaces = (privilege: string, spaces: string) =>
    `Feature privilege [${privilege}] requires all spaces to be selected but received [${spaces}]`;
  const subNeedsAllSpaces = (name: string, spaces: string) =>
    `Sub-feature privilege [${name}] requires all spaces to be selected but received [${spaces}]`;
  const unsupported = (feature: string, privilege: string) =>
    `Feature [${feature}] does not support privilege [${privilege}].`;

  it.each<[Record<string, string[]>, string[], string[]]>([
    [{ fleetv2: ['all'] }, ['bar-space'], [needsAllSpaces('fleetv2.all', 'bar-space')]],
    [{ fleetv2: ['all'] }, ['*'], []],
    [{ fleetv2: ['read'] }, ['a', 'b'], [needsAllSpaces('fleetv2.read', 'a,b')]],
    [{ fleetv2: ['read', 'all'] }, ['a'], [needsAllSpaces('fleetv2.all', 'a'), needsAllSpaces('fleetv2.read', 'a')]],
    [{ fleetv2: ['minimal_all'] }, ['a'], []],
    [{ fleetv2: ['agents_all'] }, ['a', 'b'], [subNeedsAllSpaces('Fleet - Agents', 'a,b')]],
    [{ fleetv2: ['agents_all', 'agents_read'] }, ['a'], [subNeedsAllSpaces('Fleet - Agents', 'a')]],
    [
      { fleetv2: ['settings_read', 'agent_policies_all', 'all'] },
      ['a'],
      [
        needsAllSpaces('fleetv2.all', 'a'),
        subNeedsAllSpaces('Fleet - Agent policies', 'a'),
        subNeedsAllSpaces('Fleet - Settings', 'a'),
      ],
    ],
    [{ fleetv2: ['agents_all'] }, ['*'], []],
    [{ siemV3: ['endpoint_list_all'] }, ['a'], [subNeedsAllSpaces('Security - Endpoint List', 'a')]],
    [{ siemV2: ['endpoint_list_all'] }, ['a'], [subNeedsAllSpaces('Security - Endpoint List', 'a')]],
    [{ siemV3: ['all'] }, ['a'], []],
    [{ fleet: ['all'] }, ['a'], []],
    [{ securitySolutionAssistant: ['read'] }, ['*'], [unsupported('securitySolutionAssistant', 'read')]],
    [{ securitySolutionAssistant: ['all', 'update_anonymization'] }, ['a'], []],
    [{ securitySolutionAttackDiscovery: ['read'] }, ['a'], [unsupported('securitySolutionAttackDiscovery', 'read')]],
    [{ securitySolutionSiemMigrations: ['read'] }, ['a'], [unsupported('securitySolutionSiemMigrations', 'read')]],
    [{ no_such_feature: ['all', 'read'] }, ['a'], []],
    [{ apm: ['no_such_privilege'] }, ['a'], []],
    [
      { fleetv2: ['all'], securitySolutionAssistant: ['read'] },
      ['a'],
      [needsAllSpaces('fleetv2.all', 'a'), unsupported('securitySolutionAssistant', 'read')],
    ],
  ])('%j in %j', (feature, spaces, problems) => {
    expect(featureProblems(sent({ kibana: [{ feature, spaces }] }))).toEqual(problems);
  });

  it('are checked for every entry', () => {
    const kibana = [
      { feature: { fleetv2: ['all'] }, spaces: ['a'] },
      { base: ['all'], spaces: ['b'] },
      { feature: { fleetv2: ['read'] }, spaces: ['c'] },
    ];
    expect(featureProblems(sent({ kibana }))).toEqual([
      needsAllSpaces('fleetv2.all', 'a'),
      needsAllSpaces('fleetv2.read', 'c'),
    ]);
  });

  it('say nothing of a role without Kibana privileges', () => {
    expect([featureProblems(sent({})), featureProblems(sent({ kibana: [] }))]).toEqual([[], []]);
  });
});
