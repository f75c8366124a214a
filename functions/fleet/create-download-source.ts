import * as z from 'zod';
import { createDownloadSource, downloadSource } from '../../lib/fleet/settings/download-sources.ts';
import { httpUri } from '../../lib/fleet/settings/hosts.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Creates a download source; its name must be new. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/fleet/agent_download_sources',
    summary: 'Create an agent binary download source',
    privileges: ['fleet-settings-all'],
    validation: schema.configSchema,
    request: {
      body: schema.object({
        id: z.string().optional(),
        name: z.string(),
        host: httpUri,
        is_default: schema.boolean().default(false),
        proxy_id: schema.oneOf<[null, string]>([z.literal(null), z.string()]).optional(),
      }),
    },
    responses: { 200: z.object({ item: downloadSource }), 400: coreError, 409: coreError },
  },
  async ({ body, principal: { username }, now, newId }) =>
    ok({ item: await createDownloadSource(body, { username, now, newId }) }),
);
