import * as z from 'zod';
import { listedItem } from '../../lib/dashboards/dashboard-schema.ts';
import { listDashboards } from '../../lib/dashboards/dashboards.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** A page of the space's dashboards, without their content. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/dashboards/dashboard',
    summary: 'Get a list of dashboards',
    privileges: none,
    validation: schema.configSchema,
    request: {
      query: schema.object({
        page: schema.number(z.number().min(1)).default(1),
        perPage: schema.number(z.number().min(1).max(1_000)).default(20),
      }),
    },
    responses: { 200: z.object({ items: z.array(listedItem), total: z.number() }) },
  },
  async ({ query, ...request }) => ok(await listDashboards(query, request)),
);
