import { downloadSource, listDownloadSources } from '../../lib/fleet/settings/download-sources.ts';
import { page, pageOf } from '../../lib/fleet/settings/page.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { anyOf } from '../../lib/security/privileges.ts';
import { configSchema } from '../../lib/validation/config-schema.ts';

/** All download sources; there is always one. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/agent_download_sources',
    summary: 'Get agent binary download sources',
    privileges: anyOf('fleet-agent-policies-read', 'fleet-settings-read'),
    validation: configSchema,
    responses: { 200: page(downloadSource) },
  },
  async () => ok(pageOf(await listDownloadSources())),
);
