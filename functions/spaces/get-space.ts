import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { authorizedPurposes, getSpace, listSpaces, purposes, space } from '../../lib/spaces/spaces.ts';
import * as schema from '../../lib/validation/config-schema.ts';

const listQuery = schema
  .object({
    purpose: z.enum(purposes).optional(),
    include_authorized_purposes: schema.boolean().optional(),
  })
  .refine(({ purpose, include_authorized_purposes }) => purpose === undefined || !include_authorized_purposes, {
    error: 'include_authorized_purposes can only be false when purpose is specified',
  });

/** One space by its id, or all that the caller may enter. */
export const handler = kibanaEndpoint(
  {
    privileges: none,
    validation: schema.configSchema,
    routes: [
      {
        route: 'GET /api/spaces/space/{id}',
        summary: 'Get a space',
        request: { path: schema.object({ id: z.string() }) },
        responses: { 200: space, 403: coreError, 404: coreError },
      },
      {
        route: 'GET /api/spaces/space',
        summary: 'Get all spaces',
        request: { query: listQuery },
        responses: {
          200: z.array(space.extend({ authorizedPurposes: z.record(z.string(), z.boolean()).optional() })),
          403: coreError,
        },
      },
    ],
  },
  async ({ path, query, principal }) => {
    if (path !== undefined) return ok(await getSpace(path.id, principal));
    const spaces = await listSpaces(principal, query?.purpose);
    if (!query?.include_authorized_purposes) return ok(spaces);
    return ok(spaces.map((each) => ({ ...each, authorizedPurposes: authorizedPurposes(principal, each.id) })));
  },
);
