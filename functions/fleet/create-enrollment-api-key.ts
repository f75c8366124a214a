import * as z from 'zod';
import { NotFound } from '../../lib/errors/errors.ts';
import { createEnrollmentKey, enrollmentKey } from '../../lib/fleet/enrollment-keys.ts';
import { findPolicyIn } from '../../lib/fleet/policies.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Creates an enrollment key for an agent policy. `expiration` is taken and changes nothing: the key never expires. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/fleet/enrollment_api_keys',
    summary: 'Create an enrollment API key',
    privileges: ['fleet-agents-all'],
    validation: schema.configSchema,
    request: {
      body: schema.object({
        name: z.string().optional(),
        expiration: z.string().optional(),
        policy_id: z.string(),
      }),
    },
    responses: {
      200: z.object({ item: enrollmentKey, action: z.literal('created') }),
      400: coreError,
      404: coreError,
      409: coreError,
    },
  },
  async ({ body: { policy_id, name }, space, now, newId }) => {
    const policy = await findPolicyIn(space, policy_id);
    if (policy === undefined) throw new NotFound(`Agent policy "${policy_id}" not found`);
    return ok({ item: await createEnrollmentKey(policy, name, { now, newId }), action: 'created' });
  },
);
