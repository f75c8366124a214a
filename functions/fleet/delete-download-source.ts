import * as z from 'zod';
import { deleteDownloadSource } from '../../lib/fleet/settings/download-sources.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Deletes a download source; the default one stays. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/fleet/agent_download_sources/{sourceId}',
    summary: 'Delete an agent binary download source',
    privileges: ['fleet-settings-all'],
    validation: schema.configSchema,
    request: { path: schema.object({ sourceId: z.string() }) },
    responses: { 200: z.object({ id: z.string() }), 400: coreError, 404: coreError, 409: coreError },
  },
  async ({ path: { sourceId }, principal: { username }, now }) => {
    await deleteDownloadSource(sourceId, { username, now });
    return ok({ id: sourceId });
  },
);
