import * as z from 'zod';
import { connectorTypeView, listConnectorTypes } from '../../lib/connectors/type-list.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** The kinds of connectors there are; all, or those that a feature offers. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/actions/connector_types',
    summary: 'Get connector types',
    differs: 'Lists the types that run here. Kibana has more.',
    privileges: none,
    versioning: 'unversioned',
    validation: schema.configSchema,
    request: { query: schema.object({ feature_id: z.string().optional() }) },
    responses: { 200: z.array(connectorTypeView) },
  },
  ({ query: { feature_id } }) => ok(listConnectorTypes(feature_id)),
);
