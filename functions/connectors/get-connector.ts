import * as z from 'zod';
import { connectorView, getConnector } from '../../lib/connectors/connectors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** One connector, without its secrets. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/actions/connector/{id}',
    summary: 'Get connector information',
    privileges: none,
    versioning: 'unversioned',
    validation: schema.configSchema,
    request: { path: schema.object({ id: z.string() }) },
    responses: { 200: connectorView, 403: coreError, 404: coreError },
  },
  async ({ path: { id }, space, principal }) => ok(await getConnector(id, { space, principal })),
);
