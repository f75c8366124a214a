import * as z from 'zod';
import { connectorView, listConnectors } from '../../lib/connectors/connectors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** All connectors of the space, by name, without their secrets. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/actions/connectors',
    summary: 'Get all connectors',
    privileges: none,
    versioning: 'unversioned',
    validation: schema.configSchema,
    responses: { 200: z.array(connectorView.extend({ referenced_by_count: z.number().int() })), 403: coreError },
  },
  async ({ space, principal }) => {
    const connectors = await listConnectors({ space, principal });
    // What refers to connectors are alerting rules' own saved objects, and this service has none.
    return ok(connectors.map((connector) => ({ ...connector, referenced_by_count: 0 })));
  },
);
