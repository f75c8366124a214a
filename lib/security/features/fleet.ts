import type { Feature, SubFeature } from './feature.ts';

/** Fleet, and the feature `fleet`, which is the one that Kibana calls Integrations. */
export const fleetFeatures: readonly Feature[] = [
  {
    id: 'fleetv2',
    name: 'Fleet',
    all: { api: ['fleet-read', 'fleet-all'], requireAllSpaces: true },
    read: { api: ['fleet-read'], requireAllSpaces: true },
    subFeatures: [
      subFeature('Agents', 'agents', 'fleet-agents'),
      subFeature('Agent policies', 'agent_policies', 'fleet-agent-policies'),
      subFeature('Settings', 'settings', 'fleet-settings'),
    ],
    reserved: { 'fleet-setup': { api: ['fleet-setup'] } },
  },
  {
    id: 'fleet',
    name: 'Integrations',
    all: { api: ['integrations-read', 'integrations-all'] },
    read: { api: ['integrations-read'] },
  },
];

function subFeature(name: string, id: string, privilege: string): SubFeature {
  return {
    name,
    requireAllSpaces: true,
    privileges: {
      [`${id}_all`]: { includeIn: 'all', api: [`${privilege}-read`, `${privilege}-all`] },
      [`${id}_read`]: { includeIn: 'read', api: [`${privilege}-read`] },
    },
  };
}
