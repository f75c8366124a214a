import * as z from 'zod';
import { actionStatus, actionStatuses } from '../../lib/fleet/actions/action-status.ts';
import { readDate } from '../../lib/fleet/actions/read-date.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** How far actions on agents have come, newest first. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/agents/action_status',
    summary: 'Get an agent action status',
    privileges: ['fleet-agents-read'],
    validation: schema.configSchema,
    request: {
      query: schema.object({
        page: schema.number().default(0),
        perPage: schema.number().default(20),
        date: z
          .string()
          .refine((text) => readDate(text) !== undefined, { error: 'not a valid date' })
          .transform(readDate)
          .optional(),
        latest: schema.number().optional(),
        errorSize: schema.number().default(5),
      }),
    },
    responses: { 200: z.object({ items: z.array(actionStatus) }), 400: coreError },
  },
  async ({ query, space, now }) => ok({ items: await actionStatuses(space, query, now) }),
);
