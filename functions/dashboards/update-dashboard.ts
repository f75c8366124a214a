import * as z from 'zod';
import { dashboardAttributes, dashboardItem, references } from '../../lib/dashboards/dashboard-schema.ts';
import { updateDashboard } from '../../lib/dashboards/dashboards.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Replaces attributes and references of a dashboard. */
export const handler = kibanaEndpoint(
  {
    route: 'PUT /api/dashboards/dashboard/{id}',
    summary: 'Update an existing dashboard',
    privileges: none,
    validation: schema.configSchema,
    request: {
      path: z.strictObject({ id: z.string() }),
      body: schema.object({ attributes: dashboardAttributes, references }),
    },
    responses: { 200: z.object({ item: dashboardItem }), 403: coreError, 404: coreError },
  },
  async ({ path: { id }, body, ...request }) => ok({ item: await updateDashboard(id, body, request) }),
);
