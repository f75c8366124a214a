import * as z from 'zod';
import { bulkUpdateTags } from '../../lib/fleet/actions/bulk-action.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Adds, removes or renames tags: at once for agents chosen by id, in the background for those chosen by KQL. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/fleet/agents/bulk_update_agent_tags',
    summary: 'Bulk update agent tags',
    differs: 'An agent has at most 40 tags, each of at most 1,024 bytes.',
    privileges: ['fleet-agents-all'],
    validation: schema.configSchema,
    request: {
      body: schema.object({
        agents: z.union([schema.array(z.string()), z.string()]),
        tagsToAdd: schema.array(z.string()).optional(),
        tagsToRemove: schema.array(z.string()).optional(),
        batchSize: schema.number().optional(),
        includeInactive: schema.boolean().default(false),
      }),
    },
    responses: { 200: z.object({ actionId: z.string() }), 400: coreError },
  },
  async ({ body: { tagsToAdd = [], tagsToRemove = [], ...chosen }, space, now, newId, deadline }) =>
    ok({ actionId: await bulkUpdateTags(chosen, { tagsToAdd, tagsToRemove }, { space, now, newId, deadline }) }),
);
