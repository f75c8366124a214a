import type { Feature } from './feature.ts';

/** Types that the management of saved objects shows: the visible ones, and hidden ones that can be exported. */
const managedTypes = [
  'config',
  'config-global',
  'dashboard',
  'index-pattern',
  'search',
  'visualization',
  'lens',
  'map',
  'tag',
  'query',
  'url',
  'links',
  'event-annotation-group',
  'canvas-workpad',
  'canvas-element',
  'graph-workspace',
  'search-session',
  'siem-ui-timeline',
  'siem-ui-timeline-note',
  'siem-ui-timeline-pinned-event',
  'exception-list',
  'exception-list-agnostic',
  'action',
  'alert',
];

/** The platform's own features: analytics, management, observability. Saved-object types are those this service knows. */
export const platformFeatures: readonly Feature[] = [
  {
    id: 'discover',
    name: 'Discover',
    all: {
      api: ['fileUpload:analyzeFile', 'savedQuery:manage', 'savedQuery:read'],
      savedObjects: { all: ['query', 'search'], read: ['index-pattern'] },
    },
    read: { api: ['savedQuery:read'], savedObjects: { read: ['index-pattern', 'query', 'search'] } },
    subFeatures: [
      { name: 'Short URLs', privileges: { url_create: { includeIn: 'all', savedObjects: { all: ['url'] } } } },
      {
        name: 'Store Search Sessions',
        privileges: {
          store_search_session: {
            includeIn: 'all',
            api: ['store_search_session'],
            savedObjects: { all: ['search-session'] },
          },
        },
      },
      { name: 'Reporting', privileges: { generate_report: { includeIn: 'all', api: ['generateReport'] } } },
    ],
  },
  {
    id: 'visualize',
    name: 'Visualize library',
    all: {
      api: ['savedQuery:manage', 'savedQuery:read'],
      savedObjects: { all: ['lens', 'query', 'visualization'], read: ['index-pattern', 'search', 'tag'] },
    },
    read: {
      api: ['savedQuery:read'],
      savedObjects: { read: ['index-pattern', 'lens', 'query', 'search', 'tag', 'visualization'] },
    },
    subFeatures: [
      { name: 'Short URLs', privileges: { url_create: { includeIn: 'all', savedObjects: { all: ['url'] } } } },
      { name: 'Reporting', privileges: { generate_report: { includeIn: 'all', api: ['generateReport'] } } },
    ],
  },
  {
    id: 'dashboard',
    name: 'Dashboard',
    all: {
      api: ['dashboardUsageStats', 'savedQuery:manage', 'savedQuery:read'],
      savedObjects: {
        all: ['dashboard', 'query'],
        read: [
          'canvas-workpad',
          'event-annotation-group',
          'index-pattern',
          'lens',
          'links',
          'map',
          'search',
          'tag',
          'visualization',
        ],
      },
    },
    read: {
      api: ['dashboardUsageStats', 'savedQuery:read'],
      savedObjects: {
        read: [
          'canvas-workpad',
          'dashboard',
          'event-annotation-group',
          'index-pattern',
          'lens',
          'links',
          'map',
          'query',
          'search',
          'tag',
          'visualization',
        ],
      },
    },
    subFeatures: [
      { name: 'Short URLs', privileges: { url_create: { includeIn: 'all', savedObjects: { all: ['url'] } } } },
      {
        name: 'Store Search Sessions',
        privileges: {
          store_search_session: {
            includeIn: 'all',
            api: ['store_search_session'],
            savedObjects: { all: ['search-session'] },
          },
        },
      },
      {
        name: 'Reporting',
        privileges: {
          generate_report: { includeIn: 'all', api: ['generateReport'] },
          download_csv_report: { includeIn: 'all', api: ['downloadCsv'] },
        },
      },
    ],
  },
  {
    id: 'maps',
    name: 'Maps',
    all: {
      api: ['savedQuery:manage', 'savedQuery:read'],
      savedObjects: { all: ['map', 'query'], read: ['index-pattern', 'tag'] },
    },
    read: { api: ['savedQuery:read'], savedObjects: { read: ['index-pattern', 'map', 'query', 'tag'] } },
  },
  {
    id: 'discover_v2',
    name: 'Discover',
    all: { api: ['fileUpload:analyzeFile'], savedObjects: { all: ['search'], read: ['index-pattern'] } },
    read: { savedObjects: { read: ['index-pattern', 'search'] } },
    subFeatures: [
      { name: 'Short URLs', privileges: { url_create: { includeIn: 'all', savedObjects: { all: ['url'] } } } },
      {
        name: 'Store Search Sessions',
        privileges: {
          store_search_session: {
            includeIn: 'all',
            api: ['store_search_session'],
            savedObjects: { all: ['search-session'] },
          },
        },
      },
      { name: 'Reporting', privileges: { generate_report: { includeIn: 'all', api: ['generateReport'] } } },
    ],
  },
  {
    id: 'visualize_v2',
    name: 'Visualize library',
    all: { savedObjects: { all: ['lens', 'visualization'], read: ['index-pattern', 'search', 'tag'] } },
    read: { savedObjects: { read: ['index-pattern', 'lens', 'search', 'tag', 'visualization'] } },
    subFeatures: [
      { name: 'Short URLs', privileges: { url_create: { includeIn: 'all', savedObjects: { all: ['url'] } } } },
      { name: 'Reporting', privileges: { generate_report: { includeIn: 'all', api: ['generateReport'] } } },
    ],
  },
  {
    id: 'dashboard_v2',
    name: 'Dashboard',
    all: {
      api: ['dashboardUsageStats'],
      savedObjects: {
        all: ['dashboard'],
        read: [
          'canvas-workpad',
          'event-annotation-group',
          'index-pattern',
          'lens',
          'links',
          'map',
          'search',
          'tag',
          'visualization',
        ],
      },
    },
    read: {
      api: ['dashboardUsageStats'],
      savedObjects: {
        read: [
          'canvas-workpad',
          'dashboard',
          'event-annotation-group',
          'index-pattern',
          'lens',
          'links',
          'map',
          'search',
          'tag',
          'visualization',
        ],
      },
    },
    subFeatures: [
      { name: 'Short URLs', privileges: { url_create: { includeIn: 'all', savedObjects: { all: ['url'] } } } },
      {
        name: 'Store Search Sessions',
        privileges: {
          store_search_session: {
            includeIn: 'all',
            api: ['store_search_session'],
            savedObjects: { all: ['search-session'] },
          },
        },
      },
      {
        name: 'Reporting',
        privileges: {
          generate_report: { includeIn: 'all', api: ['generateReport'] },
          download_csv_report: { includeIn: 'all', api: ['downloadCsv'] },
        },
      },
    ],
  },
  {
    id: 'maps_v2',
    name: 'Maps',
    all: { savedObjects: { all: ['map'], read: ['index-pattern', 'tag'] } },
    read: { savedObjects: { read: ['index-pattern', 'map', 'tag'] } },
  },
  {
    id: 'canvas',
    name: 'Canvas',
    all: { savedObjects: { all: ['canvas-element', 'canvas-workpad'], read: ['index-pattern'] } },
    read: { savedObjects: { read: ['canvas-element', 'canvas-workpad', 'index-pattern'] } },
    subFeatures: [
      { name: 'Reporting', privileges: { generate_report: { includeIn: 'all', api: ['generateReport'] } } },
    ],
  },
  {
    id: 'indexPatterns',
    name: 'Data View Management',
    all: { api: ['indexPatterns:manage'], savedObjects: { all: ['index-pattern'] } },
    read: { savedObjects: { read: ['index-pattern'] } },
  },
  {
    id: 'advancedSettings',
    name: 'Advanced Settings',
    all: { api: ['manage_advanced_settings'], savedObjects: { all: ['config'] } },
    read: {},
  },
  {
    id: 'filesManagement',
    name: 'Files Management',
    all: { api: ['files:manageFiles', 'files:defaultImage'] },
    read: { api: ['files:manageFiles', 'files:defaultImage'] },
  },
  {
    id: 'filesSharedImage',
    name: 'Shared images',
    all: { api: ['files:defaultImage'] },
    read: { api: ['files:defaultImage'] },
  },
  {
    id: 'savedQueryManagement',
    name: 'Saved Query Management',
    all: { api: ['savedQuery:manage', 'savedQuery:read'], savedObjects: { all: ['query'] } },
    read: { api: ['savedQuery:read'], savedObjects: { read: ['query'] } },
  },
  { id: 'dev_tools', name: 'Dev Tools', all: { api: ['console'] }, read: { api: ['console'] } },
  {
    id: 'savedObjectsManagement',
    name: 'Saved Objects Management',
    all: {
      api: ['copySavedObjectsToSpaces', 'shareSavedObjectsToSpaces'],
      savedObjects: { all: managedTypes },
    },
    read: { api: ['copySavedObjectsToSpaces'], savedObjects: { read: managedTypes } },
  },
  {
    id: 'savedObjectsTagging',
    name: 'Tag Management',
    all: { savedObjects: { all: ['tag'] } },
    read: { savedObjects: { read: ['tag'] } },
  },
  {
    id: 'actions',
    name: 'Actions and Connectors',
    all: {
      api: ['actions:execute-basic-connectors', 'actions:execute-advanced-connectors'],
      savedObjects: { all: ['action', 'action_task_params'] },
    },
    read: {
      api: ['actions:execute-basic-connectors'],
      savedObjects: { all: ['action_task_params'], read: ['action'] },
    },
    subFeatures: [
      {
        name: 'Endpoint Security',
        privileges: {
          endpoint_security_execute: { includeIn: 'all', api: ['actions:execute-endpoint-security-connectors'] },
        },
      },
    ],
  },
  {
    id: 'rulesSettings',
    name: 'Rules Settings',
    all: {},
    read: {},
    subFeatures: [
      {
        name: 'Flapping detection',
        privileges: {
          allFlappingSettings: { includeIn: 'all', api: ['read-flapping-settings', 'write-flapping-settings'] },
          readFlappingSettings: { includeIn: 'read', api: ['read-flapping-settings'] },
        },
      },
    ],
  },
  {
    id: 'maintenanceWindow',
    name: 'Maintenance Windows',
    all: { api: ['read-maintenance-window', 'write-maintenance-window'] },
    read: { api: ['read-maintenance-window'] },
  },
  { id: 'securitySolutionSiemMigrations', name: 'SIEM migrations', all: {}, read: { disabled: true } },
  {
    id: 'apm',
    name: 'APM and User Experience',
    all: { api: ['apm', 'apm_write'] },
    read: { api: ['apm'] },
    subFeatures: [
      { name: 'Settings', privileges: { settings_save: { includeIn: 'all', api: ['apm_settings_write'] } } },
    ],
  },
  {
    id: 'infrastructure',
    name: 'Infrastructure',
    all: { api: ['infra'], savedObjects: { read: ['index-pattern'] } },
    read: { api: ['infra'], savedObjects: { read: ['index-pattern'] } },
  },
  { id: 'logs', name: 'Logs', all: { api: ['infra'] }, read: { api: ['infra'] } },
  {
    id: 'uptime',
    name: 'Synthetics and Uptime',
    all: { api: ['uptime-read', 'uptime-write', 'lists-all'] },
    read: { api: ['uptime-read', 'lists-read'] },
    subFeatures: [
      { name: 'Elastic managed locations', privileges: { elastic_managed_locations_enabled: { includeIn: 'all' } } },
      {
        name: 'Private locations',
        privileges: { can_manage_private_locations: { includeIn: 'all', api: ['private-location-write'] } },
      },
      { name: 'Global Parameters', privileges: { can_read_param_values: { includeIn: 'none' } } },
    ],
  },
  { id: 'slo', name: 'SLOs', all: { api: ['slo_write', 'slo_read'] }, read: { api: ['slo_read'] } },
  {
    id: 'ml',
    name: 'Machine Learning',
    all: {
      api: ['fileUpload:import', 'ml:canGetJobs'],
      savedObjects: { all: ['dashboard', 'index-pattern', 'search', 'visualization'] },
    },
    read: { api: ['ml:canGetJobs'], savedObjects: { read: ['dashboard', 'index-pattern', 'search', 'visualization'] } },
  },
  {
    id: 'graph',
    name: 'Graph',
    all: { savedObjects: { all: ['graph-workspace'], read: ['index-pattern'] } },
    read: { savedObjects: { read: ['graph-workspace', 'index-pattern'] } },
  },
];

/** Features that give nothing any endpoint here asks for. A role may name them, and they count as known. */
export const otherFeatures: readonly Feature[] = [
  { id: 'stackAlerts', name: 'Stack Rules', all: {}, read: {} },
  { id: 'monitoring', name: 'Stack Monitoring', all: {}, read: {} },
  { id: 'osquery', name: 'Osquery', all: {}, read: {} },
  { id: 'enterpriseSearch', name: 'Enterprise Search', all: {}, read: {} },
  { id: 'enterpriseSearchApplications', name: 'Search Applications', all: {}, read: {} },
  { id: 'enterpriseSearchAnalytics', name: 'Behavioral Analytics', all: {}, read: {} },
  { id: 'searchPlayground', name: 'Playground', all: {}, read: {} },
  { id: 'searchInferenceEndpoints', name: 'Inference Endpoints', all: {}, read: {} },
  { id: 'profiling', name: 'Universal Profiling', all: {}, read: {} },
  { id: 'observabilityAIAssistant', name: 'Observability AI Assistant', all: {}, read: {} },
  { id: 'aiAssistantManagementSelection', name: 'AI Assistant', all: {}, read: {} },
  { id: 'guidedOnboardingFeature', name: 'Setup guides', all: {}, read: {} },
  { id: 'dataQuality', name: 'Data Set Quality', all: {}, read: {} },
  { id: 'inventory', name: 'Inventory', all: {}, read: {} },
  { id: 'streams', name: 'Streams', all: {}, read: {} },
  { id: 'entityManager', name: 'Entity Manager', all: {}, read: {} },
  { id: 'manageReporting', name: 'Manage Scheduled Reports', all: {}, read: {} },
];
