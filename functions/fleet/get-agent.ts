import * as z from 'zod';
import { NotFound } from '../../lib/errors/errors.ts';
import { agentItem } from '../../lib/fleet/agents/agent-view.ts';
import { getAgent } from '../../lib/fleet/agents/get-agent.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** What stands in Kibana's own routes in the place of an id, and is not offered here. */
const OTHER_ROUTES = ['setup', 'available_versions'];

/** One agent with its status as of now, also after it was unenrolled. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/agents/{agentId}',
    summary: 'Get an agent',
    privileges: ['fleet-agents-read'],
    validation: schema.configSchema,
    request: {
      path: z.strictObject({ agentId: z.string() }),
      query: schema.object({ withMetrics: schema.boolean().default(false) }),
    },
    responses: { 200: z.object({ item: agentItem }), 400: coreError, 404: coreError },
  },
  async ({ path: { agentId }, query, space, now }) => {
    if (OTHER_ROUTES.includes(agentId)) throw new NotFound('Not Found');
    return ok({ item: await getAgent(space, agentId, query, now) });
  },
);
