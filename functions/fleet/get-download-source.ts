import * as z from 'zod';
import { downloadSource, getDownloadSource } from '../../lib/fleet/settings/download-sources.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { anyOf } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** One agent binary download source. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/agent_download_sources/{sourceId}',
    summary: 'Get an agent binary download source',
    privileges: anyOf('fleet-agent-policies-read', 'fleet-settings-read'),
    validation: schema.configSchema,
    request: { path: schema.object({ sourceId: z.string() }) },
    responses: { 200: z.object({ item: downloadSource }), 404: coreError },
  },
  async ({ path: { sourceId } }) => ok({ item: await getDownloadSource(sourceId) }),
);
