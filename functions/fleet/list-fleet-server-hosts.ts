import { fleetServerHost, listFleetServerHosts } from '../../lib/fleet/settings/fleet-server-hosts.ts';
import { page, pageOf } from '../../lib/fleet/settings/page.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { anyOf } from '../../lib/security/privileges.ts';
import { configSchema } from '../../lib/validation/config-schema.ts';

/** All Fleet Server hosts; at first there is none. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/fleet_server_hosts',
    summary: 'Get Fleet Server hosts',
    privileges: anyOf('fleet-agents-all', 'fleet-settings-read'),
    validation: configSchema,
    responses: { 200: page(fleetServerHost) },
  },
  async () => ok(pageOf(await listFleetServerHosts())),
);
