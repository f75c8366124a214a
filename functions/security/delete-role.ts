import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { noContent } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { removeRole } from '../../lib/security/role-service.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Deletes a role. Users that name it keep the name, which then gives nothing. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/security/role/{name}',
    summary: 'Delete a role',
    privileges: none,
    validation: schema.configSchema,
    request: { path: schema.object({ name: z.string().min(1) }) },
    responses: { 204: undefined, 403: coreError, 404: coreError },
  },
  async ({ path: { name }, principal }) => {
    await removeRole(name, principal);
    return noContent();
  },
);
