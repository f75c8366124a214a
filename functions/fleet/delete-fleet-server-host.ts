import * as z from 'zod';
import { deleteFleetServerHost } from '../../lib/fleet/settings/fleet-server-hosts.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Deletes a Fleet Server host; the default and preconfigured ones stay. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/fleet/fleet_server_hosts/{itemId}',
    summary: 'Delete a Fleet Server host',
    privileges: ['fleet-settings-all'],
    validation: schema.configSchema,
    request: { path: schema.object({ itemId: z.string() }) },
    responses: { 200: z.object({ id: z.string() }), 400: coreError, 404: coreError, 409: coreError },
  },
  async ({ path: { itemId }, principal: { username }, now }) => {
    await deleteFleetServerHost(itemId, { username, now });
    return ok({ id: itemId });
  },
);
