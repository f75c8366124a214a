import * as z from 'zod';
import { agentKuery } from '../../lib/fleet/agents/agent-facts.ts';
import { agentItem } from '../../lib/fleet/agents/agent-view.ts';
import { listAgents } from '../../lib/fleet/agents/list-agents.ts';
import { readPit, readSearchAfter } from '../../lib/fleet/agents/list-parameters.ts';
import { kueryParameter } from '../../lib/fleet/kuery.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

const MAX_WINDOW = 10_000;

const query = schema
  .object({
    page: schema.number().optional(),
    perPage: schema.number().default(20),
    kuery: kueryParameter(agentKuery).optional(),
    showInactive: schema.boolean().default(false),
    withMetrics: schema.boolean().default(false),
    showUpgradeable: schema.boolean().default(false),
    getStatusSummary: schema.boolean().default(false),
    sortField: z.string().optional(),
    sortOrder: z.enum(['asc', 'desc']).optional(),
    searchAfter: z.string().optional(),
    openPit: schema.boolean().optional(),
    pitId: z.string().optional(),
    pitKeepAlive: z.string().optional(),
  })
  .superRefine(({ page, perPage, searchAfter, openPit, pitId, pitKeepAlive }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (openPit === true && pitId !== undefined && pitId !== '') {
      refuse('You cannot request to open a new point-in-time with an existing pitId');
    } else if ((openPit === true || pitId) && !pitKeepAlive) {
      refuse('You must provide pitKeepAlive when using point-in-time parameters');
    } else if ((page || 1) * perPage > MAX_WINDOW) {
      refuse(`You cannot use page and perPage page over ${MAX_WINDOW} agents`);
    } else if (searchAfter && page) {
      refuse('You cannot use page parameter when using searchAfter');
    } else if (searchAfter && readSearchAfter(searchAfter) === undefined) {
      refuse('searchAfter must be a non-empty array');
    }
  });

/** A page of agents with their status as of now. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/agents',
    summary: 'Get agents',
    privileges: ['fleet-agents-read'],
    validation: schema.configSchema,
    request: { query },
    responses: {
      200: z.object({
        items: z.array(agentItem),
        total: z.number(),
        page: z.number(),
        perPage: z.number(),
        nextSearchAfter: z.string().optional(),
        pit: z.string().optional(),
        statusSummary: z.record(z.string(), z.number()).optional(),
      }),
      400: coreError,
    },
  },
  async ({ query: { page = 1, searchAfter, openPit, pitId, pitKeepAlive: _, ...request }, space, now }) => {
    const pit = readPit({ openPit, pitId }, now);
    const position = searchAfter ? readSearchAfter(searchAfter) : undefined;
    const isPointInTime = pit !== undefined;
    const found = await listAgents(space, { ...request, page, searchAfter: position, isPointInTime }, now);
    return ok({ ...found, ...(pit !== undefined && { pit }) });
  },
);
