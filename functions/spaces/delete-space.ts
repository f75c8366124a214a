import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { noContent } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { deleteSpace } from '../../lib/spaces/spaces.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Deletes a space; the default one stays. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/spaces/space/{id}',
    summary: 'Delete a space',
    differs: 'What lies in the space stays.',
    privileges: none,
    validation: schema.configSchema,
    request: { path: schema.object({ id: z.string() }) },
    responses: { 204: undefined, 403: coreError, 404: coreError },
  },
  async ({ path: { id }, principal }) => {
    await deleteSpace(id, principal);
    return noContent();
  },
);
