import { output } from '../../lib/fleet/settings/output-record.ts';
import { listOutputs } from '../../lib/fleet/settings/outputs.ts';
import { page, pageOf } from '../../lib/fleet/settings/page.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { anyOf } from '../../lib/security/privileges.ts';
import { configSchema } from '../../lib/validation/config-schema.ts';

/** All outputs; there is always the default one. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/outputs',
    summary: 'Get outputs',
    privileges: anyOf('fleet-settings-read', 'fleet-agent-policies-read'),
    validation: configSchema,
    responses: { 200: page(output) },
  },
  async () => ok(pageOf(await listOutputs())),
);
