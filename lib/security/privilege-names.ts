/** Elasticsearch's named privileges, as of 9.1, and which of them contain which. */

/** Cluster privileges: the more one contains, the later it stands, which is the order of Elasticsearch's refusals. */
export const clusterPrivileges: readonly string[] = [
  'cancel_task',
  'cross_cluster_replication',
  'cross_cluster_search',
  'delegate_pki',
  'grant_api_key',
  'manage_autoscaling',
  'manage_own_api_key',
  'manage_search_application',
  'manage_search_query_rules',
  'manage_search_synonyms',
  'manage_user_profile',
  'manage_service_account',
  'manage_token',
  'manage_oidc',
  'manage_saml',
  'manage_logstash_pipelines',
  'manage_index_templates',
  'monitor_connector',
  'monitor_data_frame_transforms',
  'monitor_data_stream_global_retention',
  'monitor_enrich',
  'monitor_inference',
  'monitor_ml',
  'monitor_rollup',
  'monitor_snapshot',
  'monitor_stats',
  'monitor_text_structure',
  'monitor_transform',
  'monitor_watcher',
  'none',
  'post_behavioral_analytics_event',
  'read_ccr',
  'read_connector_secrets',
  'read_fleet_secrets',
  'read_ilm',
  'read_pipeline',
  'read_security',
  'read_slm',
  'transport_client',
  'write_connector_secrets',
  'write_fleet_secrets',
  'create_snapshot',
  'manage_api_key',
  'manage_behavioral_analytics',
  'manage_ccr',
  'manage_connector',
  'manage_data_frame_transforms',
  'manage_data_stream_global_retention',
  'manage_enrich',
  'manage_ilm',
  'manage_inference',
  'manage_ingest_pipelines',
  'manage_ml',
  'manage_pipeline',
  'manage_rollup',
  'manage_slm',
  'manage_transform',
  'manage_watcher',
  'monitor',
  'manage_security',
  'manage',
  'all',
];

/** Index privileges, by name, which is the order of Elasticsearch's refusals. */
export const indexPrivileges: readonly string[] = [
  'all',
  'auto_configure',
  'create',
  'create_doc',
  'create_index',
  'cross_cluster_replication',
  'cross_cluster_replication_internal',
  'delete',
  'delete_index',
  'index',
  'maintenance',
  'manage',
  'manage_data_stream_lifecycle',
  'manage_failure_store',
  'manage_follow_index',
  'manage_ilm',
  'manage_leader_index',
  'monitor',
  'none',
  'read',
  'read_cross_cluster',
  'read_failure_store',
  'view_index_metadata',
  'write',
];

/** A named privilege, or a pattern of cluster actions. */
export function isClusterPrivilege(name: string): boolean {
  return (
    clusterPrivileges.includes(name.toLowerCase()) ||
    /^(cluster:|indices:admin\/(template|index_template)\/)./.test(name)
  );
}

/** A named privilege, or a pattern of index actions. */
export function isIndexPrivilege(name: string): boolean {
  return indexPrivileges.includes(name.toLowerCase()) || /^(indices:|internal:transport\/proxy\/indices:)./.test(name);
}
