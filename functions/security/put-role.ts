import * as z from 'zod';
import { BadRequest, Conflict } from '../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { noContent } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { kibanaRole } from '../../lib/security/role-schema.ts';
import { saveRole } from '../../lib/security/role-service.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Creates a role or replaces it as a whole. */
export const handler = kibanaEndpoint(
  {
    route: 'PUT /api/security/role/{name}',
    summary: 'Create or update a role',
    privileges: none,
    validation: schema.configSchema,
    request: {
      path: schema.object({ name: z.string().min(1).max(1_024) }),
      query: schema.object({ createOnly: schema.boolean().default(false) }),
      body: kibanaRole,
    },
    responses: { 204: undefined, 403: coreError, 409: coreError },
  },
  async ({ path: { name }, query: { createOnly }, body: role, principal }) => {
    const outcome = await saveRole(name, role, { as: principal, createOnly });
    if (outcome === 'exists') throw new Conflict(`Role already exists and cannot be created: ${name}`);
    if (typeof outcome === 'object') {
      throw new BadRequest(
        `Role cannot be updated due to validation errors: ${JSON.stringify(outcome.featureProblems)}`,
      );
    }
    return noContent();
  },
);
