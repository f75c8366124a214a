import * as z from 'zod';
import { connectorFields } from '../../lib/connectors/connector-fields.ts';
import { connectorView, updateConnector } from '../../lib/connectors/connectors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Replaces name, config and secrets of a connector; its type cannot change. */
export const handler = kibanaEndpoint(
  {
    route: 'PUT /api/actions/connector/{id}',
    summary: 'Update a connector',
    privileges: none,
    versioning: 'unversioned',
    validation: schema.configSchema,
    request: { path: schema.object({ id: z.string() }), body: schema.object(connectorFields) },
    responses: { 200: connectorView, 403: coreError, 404: coreError, 409: coreError },
  },
  async ({ path: { id }, body, space, principal, now }) =>
    ok(await updateConnector(id, body, { space, principal }, now)),
);
