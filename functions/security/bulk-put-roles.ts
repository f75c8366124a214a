import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { kibanaRole } from '../../lib/security/role-schema.ts';
import { saveRoles } from '../../lib/security/role-service.ts';
import * as schema from '../../lib/validation/config-schema.ts';

const names = z.array(z.string()).optional();

/** Creates or merges many roles; what is refused is told per role, inside a 200. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/security/roles',
    summary: 'Create or update roles',
    privileges: none,
    validation: schema.configSchema,
    request: { body: schema.object({ roles: schema.record(z.string(), kibanaRole) }) },
    responses: {
      200: z.strictObject({
        created: names,
        noop: names,
        updated: names,
        errors: z.record(z.string(), z.object({ type: z.string(), reason: z.string() })).optional(),
      }),
      403: coreError,
    },
  },
  async ({ body: { roles }, principal }) => {
    const { created, updated, noop, errors } = await saveRoles(roles, principal);
    return ok({
      ...(created.length > 0 && { created }),
      ...(noop.length > 0 && { noop }),
      ...(updated.length > 0 && { updated }),
      ...(Object.keys(errors).length > 0 && { errors }),
    });
  },
);
