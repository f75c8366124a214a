import * as z from 'zod';
import { agentKuery } from '../../lib/fleet/agents/agent-facts.ts';
import { agentTags } from '../../lib/fleet/agents/agent-tags.ts';
import { kueryParameter } from '../../lib/fleet/kuery.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Distinct tags of agents, in alphabetical order. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/agents/tags',
    summary: 'Get agent tags',
    privileges: ['fleet-agents-read'],
    validation: schema.configSchema,
    request: {
      query: schema.object({
        kuery: kueryParameter(agentKuery).optional(),
        showInactive: schema.boolean().default(false),
      }),
    },
    responses: { 200: z.object({ items: z.array(z.string()) }), 400: coreError },
  },
  async ({ query, now }) => ok({ items: await agentTags(query, now) }),
);
