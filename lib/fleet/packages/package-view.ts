import * as z from 'zod';
import { asset, packageInfo } from './package-model.ts';
import type { InstalledPackage } from './packages.ts';

/** A package as the API answers it. */
export const packageItem = packageInfo.extend({
  status: z.literal('installed'),
  latestVersion: z.string(),
  keepPoliciesUpToDate: z.boolean(),
  installationInfo: z.object({
    type: z.literal('epm-packages'),
    created_at: z.string(),
    updated_at: z.string(),
    namespaces: z.array(z.string()),
    name: z.string(),
    version: z.string(),
    install_version: z.string(),
    install_status: z.literal('installed'),
    install_source: z.literal('upload'),
    installed_kibana: z.array(asset),
    installed_kibana_space_id: z.string(),
    installed_es: z.array(asset),
    verification_status: z.literal('unknown'),
  }),
  metadata: z.object({ has_policies: z.boolean() }).optional(),
});

/** An installed package: what its manifests say, and how it came here. */
export function packageView(found: InstalledPackage, { withMetadata = false }: { withMetadata?: boolean | undefined }) {
  const { info, kibanaAssets, elasticsearchAssets, createdAt, updatedAt, space } = found;
  const { name, version } = info;
  return {
    ...info,
    status: 'installed',
    latestVersion: version,
    keepPoliciesUpToDate: false,
    installationInfo: {
      type: 'epm-packages',
      created_at: createdAt,
      updated_at: updatedAt,
      namespaces: [],
      name,
      version,
      install_version: version,
      install_status: 'installed',
      install_source: 'upload',
      installed_kibana: kibanaAssets,
      installed_kibana_space_id: space,
      installed_es: elasticsearchAssets,
      verification_status: 'unknown',
    },
    // No policy here can have an integration.
    ...(withMetadata && { metadata: { has_policies: false } }),
  };
}
