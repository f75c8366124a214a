import type { Feature, Grant, SubFeature } from './feature.ts';

const exceptions = ['exception-list', 'exception-list-agnostic', 'index-pattern', 'security-rule'];
const timelines = ['siem-ui-timeline', 'siem-ui-timeline-pinned-event'];
const notes = ['siem-ui-timeline-note'];

const readApi = [
  'securitySolution',
  'lists-read',
  'securitySolution-entity-analytics',
  'securitySolution-threat-intelligence',
  'securitySolution-showEndpointExceptions',
];
const allApi = [...readApi, 'lists-all', 'lists-summary', 'securitySolution-crudEndpointExceptions'];
const globalArtifacts = 'securitySolution-writeGlobalArtifacts';

/**
 * The Security feature in its generations. `siem` is the one of before 8.18, which still holds timelines and notes;
 * `siemV3` is today's. Roles keep the id they were written with, so all of them grant.
 */
export const securityFeatures: readonly Feature[] = [
  {
    id: 'siem',
    name: 'Security (Deprecated)',
    all: {
      api: [...allApi, 'timeline_write', 'timeline_read', 'notes_write', 'notes_read', globalArtifacts],
      savedObjects: { all: [...exceptions, ...timelines, ...notes] },
    },
    read: {
      api: [...readApi, 'timeline_read', 'notes_read'],
      savedObjects: { read: [...exceptions, ...timelines, ...notes] },
    },
    subFeatures: endpointSubFeatures({ artifactsAreGlobal: true }),
  },
  security('siemV2', 'Security', { artifactsAreGlobal: true }),
  security('siemV3', 'Security', { artifactsAreGlobal: false }),
  security('siemV4', 'Security', { artifactsAreGlobal: false }),
  security('siemV5', 'Security', { artifactsAreGlobal: false }),
  {
    id: 'securitySolutionTimeline',
    name: 'Timeline',
    all: { api: ['timeline_read', 'timeline_write'], savedObjects: { all: timelines } },
    read: { api: ['timeline_read'], savedObjects: { read: timelines } },
  },
  {
    id: 'securitySolutionNotes',
    name: 'Notes',
    all: { api: ['notes_read', 'notes_write'], savedObjects: { all: ['siem-ui-timeline-note'] } },
    read: { api: ['notes_read'], savedObjects: { read: ['siem-ui-timeline-note'] } },
  },
  {
    id: 'securitySolutionAssistant',
    name: 'Elastic AI Assistant',
    all: { api: ['elasticAssistant', 'elasticAssistantFieldAnonymization'] },
    read: { disabled: true },
    subFeatures: [
      {
        name: 'Field Selection and Anonymization',
        privileges: {
          update_anonymization: { includeIn: 'all', api: ['securitySolution-updateAIAssistantAnonymization'] },
        },
      },
      {
        name: 'Knowledge Base',
        privileges: {
          manage_global_knowledge_base: {
            includeIn: 'all',
            api: ['securitySolution-manageGlobalKnowledgeBaseAIAssistant'],
          },
        },
      },
    ],
  },
  {
    id: 'securitySolutionAttackDiscovery',
    name: 'Attack discovery',
    all: { api: ['elasticAssistant', 'securitySolution-attackDiscoveryAll'] },
    read: { disabled: true },
  },
];

type Generation = {
  /** Before artifacts belonged to spaces, whoever could write one could write it for all of them. */
  artifactsAreGlobal: boolean;
};

function security(id: string, name: string, generation: Generation): Feature {
  return {
    id,
    name,
    all: {
      api: generation.artifactsAreGlobal ? [...allApi, globalArtifacts] : allApi,
      savedObjects: { all: exceptions },
    },
    read: { api: readApi, savedObjects: { read: exceptions } },
    subFeatures: endpointSubFeatures(generation),
  };
}

/** What concerns endpoints; none of it is part of `all`, a role names each. */
function endpointSubFeatures({ artifactsAreGlobal }: Generation): SubFeature[] {
  return [
    readWrite('Endpoint List', 'endpoint_list', 'EndpointList'),
    ...(artifactsAreGlobal
      ? []
      : [
          {
            name: 'Global Artifact Management',
            privileges: { global_artifact_management_all: { includeIn: 'none' as const, api: [globalArtifacts] } },
          },
        ]),
    readWrite('Automatic Troubleshooting', 'workflow_insights', 'WorkflowInsights'),
    artifact('Trusted Applications', 'trusted_applications', 'TrustedApplications', artifactsAreGlobal),
    artifact('Host Isolation Exceptions', 'host_isolation_exceptions', 'HostIsolationExceptions', artifactsAreGlobal, {
      read: ['securitySolution-accessHostIsolationExceptions'],
      all: ['securitySolution-deleteHostIsolationExceptions'],
    }),
    artifact('Blocklist', 'blocklist', 'Blocklist', artifactsAreGlobal),
    artifact('Event Filters', 'event_filters', 'EventFilters', artifactsAreGlobal),
    readWrite('Elastic Defend Policy Management', 'policy_management', 'PolicyManagement'),
    readWrite('Response Actions History', 'actions_log_management', 'ActionsLogManagement'),
    write('Host Isolation', 'host_isolation', ['HostIsolationRelease', 'HostIsolation']),
    write('Process Operations', 'process_operations', ['ProcessOperations']),
    write('File Operations', 'file_operations', ['FileOperations']),
    write('Execute Operations', 'execute_operations', ['ExecuteOperations']),
    write('Scan Operations', 'scan_operations', ['ScanOperations']),
  ];
}

function readWrite(name: string, id: string, subject: string): SubFeature {
  const read = `securitySolution-read${subject}`;
  return subFeature(name, id, { api: [`securitySolution-write${subject}`, read] }, { api: [read] });
}

function artifact(
  name: string,
  id: string,
  subject: string,
  global: boolean,
  more: { read: string[]; all: string[] } = { read: [], all: [] },
): SubFeature {
  const read = ['lists-read', 'lists-summary', `securitySolution-read${subject}`, ...more.read];
  const write = ['lists-all', `securitySolution-write${subject}`, ...more.all, ...(global ? [globalArtifacts] : [])];
  const savedObjects = { all: ['exception-list-agnostic'] };
  return subFeature(name, id, { api: [...read, ...write], savedObjects }, { api: read });
}

function write(name: string, id: string, subjects: string[]): SubFeature {
  return subFeature(name, id, { api: subjects.map((subject) => `securitySolution-write${subject}`) });
}

function subFeature(name: string, id: string, all: Grant, read?: Grant): SubFeature {
  return {
    name,
    requireAllSpaces: true,
    privileges: {
      [`${id}_all`]: { includeIn: 'none', ...all },
      ...(read && { [`${id}_read`]: { includeIn: 'none' as const, ...read } }),
    },
  };
}
