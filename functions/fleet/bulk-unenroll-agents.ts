import * as z from 'zod';
import { bulkUnenroll } from '../../lib/fleet/actions/bulk-action.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Asks agents to unenrol, or makes them; what became of each is in the status of the action. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/fleet/agents/bulk_unenroll',
    summary: 'Bulk unenroll agents',
    privileges: ['fleet-agents-all'],
    validation: schema.configSchema,
    request: {
      body: schema.object({
        agents: z.union([schema.array(z.string()), z.string()]),
        force: schema.boolean().optional(),
        revoke: schema.boolean().optional(),
        batchSize: schema.number().optional(),
        includeInactive: schema.boolean().optional(),
      }),
    },
    responses: { 200: z.object({ actionId: z.string() }), 400: coreError },
  },
  async ({ body: { force = false, revoke = false, ...chosen }, space, now, newId, deadline }) =>
    ok({ actionId: await bulkUnenroll(chosen, { force, revoke }, { space, now, newId, deadline }) }),
);
