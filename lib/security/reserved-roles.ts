import { KIBANA_APPLICATION, type RoleDescriptor } from './role-descriptor.ts';

type Built = Partial<Omit<RoleDescriptor, 'metadata' | 'indices'>> & {
  /** Names, privileges, and whether restricted indices are meant too. */
  indices?: [names: string[], privileges: string[], restricted?: true][];
  deprecated?: string;
};

function builtIn({ indices = [], deprecated, ...rest }: Built): RoleDescriptor {
  return {
    cluster: [],
    applications: [],
    run_as: [],
    ...rest,
    indices: indices.map(([names, privileges, restricted = false]) => ({
      names,
      privileges,
      allow_restricted_indices: restricted,
    })),
    metadata: {
      _reserved: true,
      ...(deprecated !== undefined && { _deprecated: true, _deprecated_reason: deprecated }),
    },
  };
}

function kibana(...privileges: string[]) {
  return [{ application: KIBANA_APPLICATION, privileges, resources: ['*'] }];
}
function anyKibana(...privileges: string[]) {
  return [{ application: 'kibana-*', privileges, resources: ['*'] }];
}

const READ = ['read', 'view_index_metadata'];
const TRANSFORM_AUDIT = ['.transform-notifications-*', '.data-frame-notifications-*', '.transform-notifications-read'];
/** Every index whose name does not begin with a dot, and not the ILM history. */
const DATA_INDICES = '/~(([.]|ilm-history-).*)/';

/** Elasticsearch's built-in roles, as of 9.1. They are not stored, and nobody can change them. */
const roles: ReadonlyMap<string, RoleDescriptor> = new Map(
  Object.entries<Built>({
    superuser: {
      description: 'Everything, on the cluster and in Kibana; restricted indices read-only.',
      cluster: ['all'],
      indices: [
        [['*'], ['all']],
        [['*'], ['monitor', 'read', 'view_index_metadata', 'read_cross_cluster'], true],
      ],
      applications: [{ application: '*', privileges: ['*'], resources: ['*'] }],
      run_as: ['*'],
    },
    kibana_admin: { description: 'All features of Kibana.', applications: kibana('all') },
    viewer: {
      description: 'Reads all features of Kibana and all data indices.',
      indices: [
        [[DATA_INDICES], READ],
        [['.slo-observability.*'], READ],
        [['.siem-signals*', '.lists-*', '.items-*'], READ],
        [['.alerts*', '.preview.alerts*'], READ],
        [['profiling-*', '.profiling-*'], READ],
      ],
      applications: kibana('read'),
    },
    editor: {
      description: 'All features of Kibana; reads all data indices.',
      indices: [
        [[DATA_INDICES], READ],
        [['observability-annotations'], [...READ, 'write']],
        [['.slo-observability.*'], [...READ, 'write', 'manage']],
        [
          ['.siem-signals*', '.lists-*', '.items-*'],
          [...READ, 'write', 'maintenance'],
        ],
        [
          ['.internal.alerts*', '.alerts*', '.internal.preview.alerts*', '.preview.alerts*'],
          [...READ, 'write', 'maintenance'],
        ],
        [['profiling-*', '.profiling-*'], READ],
      ],
      applications: kibana('all'),
    },
    kibana_system: {
      description: 'What the Kibana server itself needs.',
      cluster: [
        'monitor',
        'manage_index_templates',
        'manage_inference',
        'cluster:admin/xpack/monitoring/bulk',
        'manage_saml',
        'manage_token',
        'manage_oidc',
        'manage_enrich',
        'manage_pipeline',
        'manage_ilm',
        'manage_transform',
        'cluster:admin/xpack/security/api_key/invalidate',
        'grant_api_key',
        'manage_own_api_key',
        'cluster:admin/xpack/security/privilege/builtin/get',
        'delegate_pki',
        'cluster:admin/xpack/security/profile/get',
        'cluster:admin/xpack/security/profile/activate',
        'cluster:admin/xpack/security/profile/suggest',
        'cluster:admin/xpack/security/profile/has_privileges',
        'write_fleet_secrets',
        'manage_ml',
        'cluster:admin/analyze',
        'monitor_text_structure',
        'cancel_task',
      ],
      indices: [
        [['.kibana*', '.reporting-*'], ['all'], true],
        [['.monitoring-*'], ['read', 'read_cross_cluster']],
        [['.management-beats'], ['create_index', 'read', 'write']],
        [['.ml-anomalies*', '.ml-stats-*'], ['read']],
        [
          ['.ml-annotations*', '.ml-notifications*'],
          ['read', 'write'],
        ],
        [['.apm-agent-configuration', '.apm-custom-link', '.apm-source-map'], ['all'], true],
        [['*'], ['view_index_metadata', 'monitor']],
        [['.fleet-secrets*'], ['write', 'delete', 'create_index'], true],
        [['.fleet-*'], ['all'], true],
        [['.siem-signals*', '.lists-*', '.items-*'], ['all']],
        [['.internal.alerts*', '.alerts*', '.internal.preview.alerts*', '.preview.alerts*'], ['all']],
      ],
    },
    monitoring_user: {
      description: 'Reads the monitoring data, and the monitoring features of Kibana.',
      cluster: ['cluster:monitor/main', 'cluster:monitor/xpack/info', 'cluster:monitor/remote/info'],
      indices: [
        [['.monitoring-*'], ['read', 'read_cross_cluster']],
        [['/metrics-(beats|elasticsearch|enterprisesearch|kibana|logstash).*/'], ['read', 'read_cross_cluster']],
        [['metricbeat-*'], ['read', 'read_cross_cluster']],
      ],
      applications: anyKibana('reserved_monitoring'),
    },
    remote_monitoring_agent: {
      description: 'Writes monitoring data.',
      cluster: [
        'manage_index_templates',
        'manage_ingest_pipelines',
        'monitor',
        'cluster:admin/ilm/get',
        'cluster:admin/ilm/put',
        'cluster:monitor/xpack/watcher/watch/get',
        'cluster:admin/xpack/watcher/watch/put',
        'cluster:admin/xpack/watcher/watch/delete',
      ],
      indices: [
        [['.monitoring-*'], ['all']],
        [
          ['metricbeat-*'],
          ['index', 'create_index', 'view_index_metadata', 'indices:admin/aliases', 'indices:admin/rollover'],
        ],
      ],
    },
    remote_monitoring_collector: {
      description: 'Collects monitoring data.',
      cluster: ['monitor'],
      indices: [
        [['*'], ['monitor'], true],
        [['.kibana*'], ['read'], true],
      ],
    },
    ingest_admin: {
      description: 'Manages index templates and ingest pipelines.',
      cluster: ['manage_index_templates', 'manage_pipeline'],
    },
    inference_admin: { description: 'Manages inference models.', cluster: ['manage_inference'] },
    inference_user: { description: 'Uses inference models.', cluster: ['monitor_inference'] },
    machine_learning_user: {
      description: 'Reads machine learning results.',
      cluster: ['monitor_ml'],
      indices: [
        [
          ['.ml-anomalies*', '.ml-notifications*'],
          ['view_index_metadata', 'read'],
        ],
        [['.ml-annotations*'], ['view_index_metadata', 'read', 'write']],
      ],
      applications: anyKibana('reserved_ml_user'),
    },
    machine_learning_admin: {
      description: 'Manages machine learning.',
      cluster: ['manage_ml'],
      indices: [
        [
          ['.ml-anomalies*', '.ml-notifications*', '.ml-state*', '.ml-meta*', '.ml-stats-*'],
          ['view_index_metadata', 'read'],
          true,
        ],
        [['.ml-annotations*'], ['view_index_metadata', 'read', 'write']],
      ],
      applications: anyKibana('reserved_ml_admin'),
    },
    transform_admin: {
      description: 'Manages transforms.',
      cluster: ['manage_transform'],
      indices: [[TRANSFORM_AUDIT, ['view_index_metadata', 'read']]],
    },
    transform_user: {
      description: 'Reads transforms.',
      cluster: ['monitor_transform'],
      indices: [[TRANSFORM_AUDIT, ['view_index_metadata', 'read']]],
    },
    watcher_admin: {
      description: 'Manages watches.',
      cluster: ['manage_watcher'],
      indices: [[['.watches', '.triggered_watches', '.watcher-history-*'], ['read'], true]],
    },
    watcher_user: {
      description: 'Reads watches.',
      cluster: ['monitor_watcher'],
      indices: [
        [['.watches'], ['read'], true],
        [['.watcher-history-*'], ['read']],
      ],
    },
    logstash_admin: {
      description: 'Manages Logstash pipelines.',
      cluster: ['manage_logstash_pipelines'],
      indices: [[['.logstash*'], ['create', 'delete', 'index', 'manage', 'read'], true]],
    },
    logstash_system: {
      description: 'What the Logstash server itself needs.',
      cluster: ['monitor', 'cluster:admin/xpack/monitoring/bulk'],
    },
    beats_admin: { description: 'Configures Beats.', indices: [[['.management-beats'], ['all']]] },
    beats_system: {
      description: 'What Beats themselves need.',
      cluster: ['monitor', 'cluster:admin/xpack/monitoring/bulk'],
      indices: [[['.monitoring-beats-*'], ['create_index', 'create']]],
    },
    apm_system: {
      description: 'What the APM server itself needs.',
      cluster: ['monitor', 'cluster:admin/xpack/monitoring/bulk'],
      indices: [[['.monitoring-beats-*'], ['create_index', 'create_doc']]],
    },
    rollup_admin: { description: 'Manages rollups.', cluster: ['manage_rollup'] },
    rollup_user: { description: 'Reads rollups.', cluster: ['monitor_rollup'] },
    snapshot_user: {
      description: 'Creates snapshots.',
      cluster: ['create_snapshot', 'cluster:admin/repository/get'],
      indices: [[['*'], ['view_index_metadata'], true]],
    },
    enrich_user: {
      description: 'Manages enrich policies and ingest pipelines.',
      cluster: ['manage_enrich', 'manage_ingest_pipelines', 'monitor'],
      indices: [
        [['.enrich-*'], ['read', 'view_index_metadata'], true],
        [['.enrich-*'], ['manage', 'write']],
      ],
    },
    reporting_user: {
      description: 'Creates reports.',
      deprecated: 'Please use Kibana feature privileges instead',
    },
    transport_client: {
      description: 'Connects through the transport protocol.',
      cluster: ['transport_client'],
    },
  }).map(([name, role]) => [name, builtIn(role)]),
);

/** A built-in role by its name. */
export function reservedRole(name: string): RoleDescriptor | undefined {
  return roles.get(name);
}

/** All built-in roles. */
export function reservedRoles(): [string, RoleDescriptor][] {
  return [...roles];
}
