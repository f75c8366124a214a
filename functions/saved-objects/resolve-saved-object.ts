import * as z from 'zod';
import { deprecated, deprecation } from '../../lib/http/deprecation.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { core, coreError } from '../../lib/http/styles/core.ts';
import { resolveFor } from '../../lib/saved-objects/resolve.ts';
import { savedObjectView, viewOf } from '../../lib/saved-objects/saved-object-view.ts';
import { none } from '../../lib/security/privileges.ts';
import { configSchema } from '../../lib/validation/config-schema.ts';

/** One object by its id, or by a former one. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/saved_objects/resolve/{type}/{id}',
    summary: 'Resolve a saved object',
    description: 'Deprecated.',
    privileges: none,
    versioning: 'unversioned',
    validation: configSchema,
    errors: deprecated(core),
    request: { path: z.strictObject({ type: z.string(), id: z.string() }) },
    responses: {
      200: z.object({
        saved_object: savedObjectView,
        outcome: z.enum(['exactMatch', 'aliasMatch', 'conflict']),
        alias_target_id: z.string().optional(),
        alias_purpose: z.enum(['savedObjectConversion', 'savedObjectImport']).optional(),
      }),
      400: coreError,
      403: coreError,
      404: coreError,
    },
  },
  async ({ path, principal, space, now }) => {
    const { object, outcome, alias } = await resolveFor({ principal, space }, path, now);
    return ok(
      {
        saved_object: viewOf(object),
        outcome,
        ...(alias && { alias_target_id: alias.targetId }),
        ...(alias?.purpose !== undefined && { alias_purpose: alias.purpose }),
      },
      deprecation,
    );
  },
);
