import * as z from 'zod';
import { deleteConnector } from '../../lib/connectors/connectors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { noContent } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Deletes a connector with its secrets. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/actions/connector/{id}',
    summary: 'Delete a connector',
    privileges: none,
    versioning: 'unversioned',
    validation: schema.configSchema,
    request: { path: schema.object({ id: z.string() }) },
    responses: { 204: undefined, 403: coreError, 404: coreError, 409: coreError },
  },
  async ({ path: { id }, space, principal }) => {
    await deleteConnector(id, { space, principal });
    return noContent();
  },
);
