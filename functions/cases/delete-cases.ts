import { deleteCases } from '../../lib/cases/delete-cases.ts';
import { anyBody, idsQuery } from '../../lib/cases/request-shapes.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { noContent } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { configSchema } from '../../lib/validation/config-schema.ts';

/** Deletes cases with all that hangs under them. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/cases',
    summary: 'Delete cases',
    privileges: none,
    versioning: 'unversioned',
    validation: configSchema,
    request: { query: idsQuery, body: anyBody },
    responses: { 204: undefined, 403: coreError, 404: coreError, 409: coreError },
  },
  async ({ query: { ids }, principal, space }) => {
    await deleteCases({ principal, space }, ids);
    return noContent();
  },
);
