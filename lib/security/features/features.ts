import { casesFeatures } from './cases.ts';
import type { Feature } from './feature.ts';
import { fleetFeatures } from './fleet.ts';
import { otherFeatures, platformFeatures } from './platform.ts';
import { securityFeatures } from './security-solution.ts';

/** All Kibana features, as of 9.1. */
export const features: readonly Feature[] = [
  ...platformFeatures,
  ...otherFeatures,
  ...casesFeatures,
  ...securityFeatures,
  ...fleetFeatures,
];

const byId = new Map(features.map((feature) => [feature.id, feature]));

/** A feature by its id; undefined for ids that Kibana does not know, which grant nothing. */
export function featureOf(id: string): Feature | undefined {
  return byId.get(id);
}
