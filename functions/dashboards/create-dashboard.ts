import * as z from 'zod';
import { dashboardAttributes, dashboardItem, references } from '../../lib/dashboards/dashboard-schema.ts';
import { createDashboard } from '../../lib/dashboards/dashboards.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Creates a dashboard under a given or a new id. It never replaces one. */
export const handler = kibanaEndpoint(
  {
    route: ['POST /api/dashboards/dashboard/{id}', 'POST /api/dashboards/dashboard'],
    summary: 'Create a dashboard',
    privileges: none,
    validation: schema.configSchema,
    request: {
      path: z.strictObject({ id: z.string().optional() }),
      body: schema.object({
        attributes: dashboardAttributes,
        references,
        spaces: schema.array(z.string()).optional(),
      }),
    },
    responses: { 200: z.object({ item: dashboardItem }), 403: coreError, 409: coreError },
  },
  async ({ path: { id }, body: { spaces, ...change }, ...request }) =>
    ok({ item: await createDashboard(change, { id, spaces }, request) }),
);
