import * as z from 'zod';
import { dashboardItem } from '../../lib/dashboards/dashboard-schema.ts';
import { getDashboard } from '../../lib/dashboards/dashboards.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { configSchema } from '../../lib/validation/config-schema.ts';

/** One dashboard, by its id or by a former one. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/dashboards/dashboard/{id}',
    summary: 'Get a dashboard',
    privileges: none,
    validation: configSchema,
    request: { path: z.strictObject({ id: z.string() }) },
    responses: {
      200: z.object({
        item: dashboardItem,
        meta: z.strictObject({
          outcome: z.enum(['exactMatch', 'aliasMatch', 'conflict']),
          aliasPurpose: z.enum(['savedObjectConversion', 'savedObjectImport']).optional(),
          aliasTargetId: z.string().optional(),
        }),
      }),
      403: coreError,
      404: coreError,
    },
  },
  async ({ path: { id }, ...request }) => ok(await getDashboard(id, request)),
);
