import { describe, expect, it } from 'vitest';
import { type ElasticsearchError, validationFailed } from '../../../lib/errors/errors.ts';
import { clusterPrivileges, indexPrivileges } from '../../../lib/security/privilege-names.ts';
import { descriptorProblems, roleProblem } from '../../../lib/security/role-validation.ts';
import { nameRule } from '../../support/elasticsearch.ts';
import { type Descriptor, descriptorWith } from '../../support/identities.ts';
import { endsSoon } from '../../support/soon.ts';

const CLUSTER_PRIVILEGES =
  'all cancel_task create_snapshot cross_cluster_replication cross_cluster_search delegate_pki grant_api_key manage manage_api_key manage_autoscaling manage_behavioral_analytics manage_ccr manage_connector manage_data_frame_transforms manage_data_stream_global_retention manage_enrich manage_ilm manage_index_templates manage_inference manage_ingest_pipelines manage_logstash_pipelines manage_ml manage_oidc manage_own_api_key manage_pipeline manage_rollup manage_saml manage_search_application manage_search_query_rules manage_search_synonyms manage_security manage_service_account manage_slm manage_token manage_transform manage_user_profile manage_watcher monitor monitor_connector monitor_data_frame_transforms monitor_data_stream_global_retention monitor_enrich monitor_inference monitor_ml monitor_rollup monitor_snapshot monitor_stats monitor_text_structure monitor_transform monitor_watcher none post_behavioral_analytics_event read_ccr read_connector_secrets read_fleet_secrets read_ilm read_pipeline read_security read_slm transport_client write_connector_secrets write_fleet_secrets'.split(
    ' ',
  );
const INDEX_PRIVILEGES =
  'all auto_configure create create_doc create_index cross_cluster_replication cross_cluster_replication_internal delete delete_index index maintenance manage manage_data_stream_lifecycle manage_failure_store manage_follow_index manage_ilm manage_leader_index monitor none read read_cross_cluster read_failure_store view_index_metadata write'.split(
    ' ',
  );

const unknownCluster = (name: string) =>
  `unknown cluster privilege [${name}]. a privilege must be either one of the predefined cluster privilege names [${clusterPrivileges.join(',')}] or a pattern over one of the available cluster actions`;
const unknownIndex = (name: string) =>
  `unknown index privilege [${name}]. a privilege must be either one of the predefined fixed indices privileges [${INDEX_PRIVILEGES.join(',')}] or a pattern over one of the available index actions`;
const METADATA = 'role descriptor metadata keys may not start with [_]';
const DESCRIPTION = 'Role description must be less than 1000 characters.';
const RESERVED = (name: string) => `Role [${name}] is reserved and may not be used.`;

const index = (privileges: string[], more = {}) => ({
  names: ['a', 'b'],
  privileges,
  allow_restricted_indices: false,
  ...more,
});
const remote = (privileges: string[], clusters = ['c']) => ({ ...index(privileges), clusters });
const application = (name: string, privileges = ['read']) => ({ application: name, privileges, resources: ['*'] });

describe('privilege names', () => {
  it('are those of Elasticsearch 9.1', () => {
    expect(clusterPrivileges.toSorted()).toEqual(CLUSTER_PRIVILEGES);
    expect(indexPrivileges).toEqual(INDEX_PRIVILEGES);
  });

  it('stand from the weakest to the strongest where a refusal of a cluster privilege lists them', () => {
    expect(clusterPrivileges.slice(-2)).toEqual(['manage', 'all']);
  });
});

describe('a role is taken', () => {
  it.each<[string, Descriptor]>([
    ['with nothing', {}],
    ['with every cluster privilege', { cluster: CLUSTER_PRIVILEGES }],
    ['with cluster privileges in capitals', { cluster: ['Manage_Security', 'ALL'] }],
    [
      'with patterns of cluster actions',
      {
        cluster: ['cluster:*', 'cluster:monitor/main', 'indices:admin/template/*', 'indices:admin/index_template/get'],
      },
    ],
    ['with every index privilege', { indices: [index(INDEX_PRIVILEGES)] }],
    ['with index privileges in capitals', { indices: [index(['READ'])] }],
    [
      'with patterns of index actions',
      { indices: [index(['indices:data/read/*', 'indices:admin/aliases', 'internal:transport/proxy/indices:data/*'])] },
    ],
    ['with metadata whose inner keys begin with _', { metadata: { a: { _b: 1 } } }],
    ['with a description of 1000 characters', { description: 'x'.repeat(1_000) }],
    ['with field security', { indices: [index(['read'], { field_security: { grant: ['*'], except: ['x'] } })] }],
    ['with a query', { indices: [index(['read'], { query: '{"match_all":{}}' })] }],
    ['with a template', { indices: [index(['read'], { query: '{"template":{"source":"{{x}}"}}' })] }],
    ['with remote privileges', { remote_indices: [remote(['read'])] }],
    [
      'with remote clusters',
      { remote_cluster: [{ privileges: ['monitor_enrich', 'monitor_stats'], clusters: ['*'] }] },
    ],
    [
      'with Kibana privileges',
      { applications: [application('kibana-.kibana', ['feature_fleetv2.agents_all', 'all'])] },
    ],
    ['with all applications', { applications: [application('*', ['*'])] }],
    ['with applications by a pattern', { applications: [application('kibana-*')] }],
  ])('%s', (_name, descriptor) => {
    expect(roleProblem('role', descriptorWith(descriptor))).toBeUndefined();
  });

  it.each(['r', 'x'.repeat(507), 'with blank', '_xpack', '!"#$%&/()=?~', 'Superuser'])('by the name %s', (name) => {
    expect(roleProblem(name, descriptorWith({}))).toBeUndefined();
  });
});

describe('a role is refused', () => {
  it.each<[string, string, Descriptor, string[]]>([
    ['an unknown cluster privilege', 'r', { cluster: ['bla'] }, [unknownCluster('bla')]],
    ['an unknown privilege in small letters', 'r', { cluster: ['Bla'] }, [unknownCluster('bla')]],
    ['each unknown cluster privilege', 'r', { cluster: ['b', 'all', 'a'] }, [unknownCluster('b'), unknownCluster('a')]],
    [
      'a pattern of index actions on the cluster',
      'r',
      { cluster: ['indices:data/*'] },
      [unknownCluster('indices:data/*')],
    ],
    ['a star', 'r', { cluster: ['*'] }, [unknownCluster('*')]],
    ['an empty privilege', 'r', { cluster: [''] }, [unknownCluster('')]],
    ['an unknown index privilege', 'r', { indices: [index(['Bla'])] }, [unknownIndex('bla')]],
    [
      'one unknown index privilege for each entry',
      'r',
      { indices: [index(['a', 'b']), index(['read']), index(['c'])] },
      [unknownIndex('a'), unknownIndex('c')],
    ],
    ['a pattern of cluster actions on an index', 'r', { indices: [index(['cluster:*'])] }, [unknownIndex('cluster:*')]],
    ['an unknown remote privilege', 'r', { remote_indices: [remote(['bla'])] }, [unknownIndex('bla')]],
    [
      'a remote cluster without a name',
      'r',
      { remote_indices: [remote(['read'], [''])] },
      ['remote index cluster alias cannot be an empty string'],
    ],
    ['reserved metadata, however many keys', 'r', { metadata: { _a: 1, _b: 2 } }, [METADATA]],
    ['a description of 1001 characters', 'r', { description: 'x'.repeat(1_001) }, [DESCRIPTION]],
    [
      'everything, in Elasticsearch’s order',
      'superuser',
      {
        description: 'x'.repeat(1_001),
        metadata: { _a: 1 },
        remote_indices: [remote(['r'])],
        indices: [index(['i'])],
        cluster: ['c'],
      },
      [unknownCluster('c'), unknownIndex('i'), unknownIndex('r'), METADATA, DESCRIPTION, RESERVED('superuser')],
    ],
    ['a reserved name', 'kibana_admin', {}, [RESERVED('kibana_admin')]],
    [
      'a reserved name, whatever its query',
      'viewer',
      { indices: [index(['read'], { query: '{' })] },
      [RESERVED('viewer')],
    ],
    ['no name', '', {}, [nameRule('Role')]],
    ['a long name', 'x'.repeat(508), {}, [nameRule('Role')]],
    ['a blank in front of the name', ' r', {}, [nameRule('Role')]],
    ['a letter that is not ASCII', 'rôle', {}, [nameRule('Role')]],
    ['a bad name before the rest', 'r\n', { cluster: ['c'] }, [nameRule('Role'), unknownCluster('c')]],
  ])('for %s', (_name, name, descriptor, problems) => {
    const { message, status, type } = roleProblem(name, descriptorWith(descriptor)) as ElasticsearchError;
    const expected = 'action_request_validation_exception';
    expect({ message, status, type }).toEqual({
      message: validationFailed(expected, problems).message,
      status: 400,
      type: expected,
    });
  });

  it.each<[string, Descriptor, string]>([
    ['a privilege that is named twice', { indices: [index(['read', 'read'])] }, 'duplicate element: read'],
    [
      'failure stores of a remote cluster',
      { remote_indices: [remote(['read_failure_store'])] },
      'remote index privileges cannot contain privileges that grant access to the failure store',
    ],
    ['an application without a name', { applications: [application('')] }, 'Application names cannot be blank'],
    [
      'a star inside the name of an application',
      { applications: [application('kib*ana')] },
      "Application name patterns only support trailing wildcards (found 'kib*ana')",
    ],
    [
      'an application with a blank',
      { applications: [application('my app')] },
      "Application names may not contain whitespace (found 'my app')",
    ],
    [
      'an application in capitals',
      { applications: [application('Kibana')] },
      "An application name prefix must match the pattern ^[a-z][A-Za-z0-9]*$ (found 'Kibana')",
    ],
    [
      'an application with a short name',
      { applications: [application('ab-cdef')] },
      "An application name prefix must be at least 3 characters long (found 'ab')",
    ],
    [
      'a blank in the privilege of an application',
      { applications: [application('kibana-.kibana', ['read all'])] },
      "Application privilege names and actions must match the pattern ^\\p{Graph}*$ (found 'read all')",
    ],
  ])('for %s', (_name, descriptor, problem) => {
    expect(descriptorProblems(descriptorWith(descriptor))).toEqual([problem]);
  });

  it('soon, whatever the number of its privileges', async () => {
    const patterns = Array.from({ length: 60_000 }, (_, number) => `indices:data/${number}`);
    const descriptor = descriptorWith({ indices: [index([...patterns, 'indices:data/7', 'indices:data/5'])] });
    expect(await endsSoon(() => descriptorProblems(descriptor))).toEqual(['duplicate element: indices:data/7']);
  });

  it('in a text that a client can be told, whatever the number of problems', async () => {
    const cluster = Array.from({ length: 250_000 }, () => 'x');
    const problem = await endsSoon(() => roleProblem('r', descriptorWith({ cluster })));
    expect(problem).toMatchObject({
      status: 413,
      message: 'Validation Failed: the texts of 250000 problems are too long for an answer',
    });
  });

  it('for remote cluster privileges that do not exist', () => {
    const descriptor = descriptorWith({ remote_cluster: [{ privileges: ['bla'], clusters: ['c'] }] });
    expect(descriptorProblems(descriptor)).toEqual([expect.stringContaining('[monitor_enrich, monitor_stats]')]);
  });

  it.each<[string, Descriptor['indices']]>([
    ['is not JSON', [index(['read'], { query: '{' })]],
    ['is no object', [index(['read'], { query: '[]' })]],
    ['is a text', [index(['read'], { query: '"match_all"' })]],
    ['is null', [index(['read'], { query: 'null' })]],
    ['has no clause', [index(['read'], { query: '{}' })]],
    ['has two clauses', [index(['read'], { query: '{"match_all":{},"term":{}}' })]],
  ])('for a query that %s, and for nothing else then', (_name, indices = []) => {
    const descriptor = descriptorWith({ cluster: ['bla'], indices: [index(['read']), ...indices] });
    expect(roleProblem('r', descriptor)).toMatchObject({
      status: 400,
      type: 'parse_exception',
      message: "failed to parse field 'query' for indices [a,b] at index privilege [1] of role descriptor",
    });
  });

  it('for an unknown option of field security, before everything else', () => {
    const indices = [
      index(['read'], { field_security: { grant: ['a'] } }),
      index(['bla'], { field_security: { deny: [] } }),
    ];
    expect(roleProblem('superuser', descriptorWith({ indices }))).toMatchObject({
      status: 400,
      type: 'parse_exception',
      message:
        'failed to parse indices privileges for role [superuser]. "field_security" only accepts options grant and except, but got: deny',
    });
  });
});
