import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { createSpace, space } from '../../lib/spaces/spaces.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Creates a space. Its id cannot be changed later. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/spaces/space',
    summary: 'Create a space',
    differs: 'Features that are disabled are kept. They switch off cases, and nothing else.',
    privileges: none,
    validation: schema.configSchema,
    request: {
      body: schema.object({
        id: z.string().regex(/^[a-z0-9_-]+$/, { error: "must be lower case, a-z, 0-9, '_', and '-' are allowed" }),
        name: z.string().min(1),
        description: z.string().optional(),
        initials: z.string().max(2).optional(),
        color: z
          .string()
          .regex(/^#[a-zA-Z0-9]{6}$/, { error: 'must be a 6 digit hex color, starting with a #' })
          .optional(),
        disabledFeatures: schema.array(z.string()).default([]),
        _reserved: schema.boolean().optional(),
        imageUrl: z
          .string()
          .regex(/^($|data:image)/, { error: "must start with 'data:image'" })
          .optional(),
        solution: z.enum(['security', 'oblt', 'es', 'classic']).optional(),
      }),
    },
    responses: { 200: space, 403: coreError, 409: coreError },
  },
  async ({ body: { _reserved, ...request }, principal }) => ok(await createSpace(space.parse(request), principal)),
);
