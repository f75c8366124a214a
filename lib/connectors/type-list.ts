import * as z from 'zod';
import { connectorTypes } from './registry.ts';

/** A connector type as the API lists it. */
export const connectorTypeView = z.object({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  enabled_in_config: z.boolean(),
  enabled_in_license: z.boolean(),
  minimum_license_required: z.enum(['basic', 'gold', 'platinum', 'enterprise']),
  supported_feature_ids: z.array(z.string()),
  is_system_action_type: z.literal(false),
});

/**
 * The connector types, or those that a feature offers; an empty id names none. The licence here is the highest, so all
 * are enabled.
 */
export function listConnectorTypes(featureId?: string): z.output<typeof connectorTypeView>[] {
  return connectorTypes
    .filter(({ supportedFeatureIds }) => !featureId || supportedFeatureIds.some((id) => id === featureId))
    .map(({ id, name, minimumLicense, supportedFeatureIds }) => ({
      id,
      name,
      enabled: true,
      enabled_in_config: true,
      enabled_in_license: true,
      minimum_license_required: minimumLicense,
      supported_feature_ids: [...supportedFeatureIds],
      is_system_action_type: false,
    }));
}
