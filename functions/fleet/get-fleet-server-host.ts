import * as z from 'zod';
import { fleetServerHost, getFleetServerHost } from '../../lib/fleet/settings/fleet-server-hosts.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** One Fleet Server host. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/fleet_server_hosts/{itemId}',
    summary: 'Get a Fleet Server host',
    privileges: ['fleet-settings-read'],
    validation: schema.configSchema,
    request: { path: schema.object({ itemId: z.string() }) },
    responses: { 200: z.object({ item: fleetServerHost }), 404: coreError },
  },
  async ({ path: { itemId } }) => ok({ item: await getFleetServerHost(itemId) }),
);
