import * as z from 'zod';
import { createFleetServerHost, fleetServerHost } from '../../lib/fleet/settings/fleet-server-hosts.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Creates a Fleet Server host; its addresses get a port. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/fleet/fleet_server_hosts',
    summary: 'Create a Fleet Server host',
    privileges: ['fleet-settings-all'],
    validation: schema.configSchema,
    request: {
      body: schema.object({
        id: z.string().optional(),
        name: z.string(),
        host_urls: schema.array(z.string(), { min: 1 }),
        is_default: schema.boolean().default(false),
        is_internal: schema.boolean().optional(),
        proxy_id: schema.oneOf<[null, string]>([z.literal(null), z.string()]).optional(),
      }),
    },
    responses: { 200: z.object({ item: fleetServerHost }), 400: coreError, 409: coreError },
  },
  async ({ body, principal: { username }, now, newId }) =>
    ok({ item: await createFleetServerHost(body, { username, now, newId }) }),
);
