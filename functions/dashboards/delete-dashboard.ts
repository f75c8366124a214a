import * as z from 'zod';
import { deleteDashboard } from '../../lib/dashboards/dashboards.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { configSchema } from '../../lib/validation/config-schema.ts';

/** Deletes a dashboard. What it shows stays. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/dashboards/dashboard/{id}',
    summary: 'Delete a dashboard',
    privileges: none,
    validation: configSchema,
    request: { path: z.strictObject({ id: z.string() }) },
    responses: { 200: undefined, 403: coreError, 404: coreError },
  },
  async ({ path: { id }, ...request }) => {
    await deleteDashboard(id, request);
    return { statusCode: 200, headers: {} };
  },
);
