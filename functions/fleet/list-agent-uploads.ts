import * as z from 'zod';
import { upload, uploadsOf } from '../../lib/fleet/files/agent-files.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Files that an agent has uploaded, newest first. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/agents/{agentId}/uploads',
    summary: 'Get agent uploads',
    privileges: ['fleet-agents-read'],
    validation: schema.configSchema,
    request: { path: z.strictObject({ agentId: z.string() }) },
    responses: { 200: z.object({ items: z.array(upload) }) },
  },
  async ({ path: { agentId } }) => ok({ items: await uploadsOf(agentId) }),
);
