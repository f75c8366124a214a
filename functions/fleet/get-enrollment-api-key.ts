import * as z from 'zod';
import { enrollmentKey, getEnrollmentKey } from '../../lib/fleet/enrollment-keys.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { anyOf } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** One enrollment key, with its secret, also after it was revoked. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/enrollment_api_keys/{keyId}',
    summary: 'Get an enrollment API key',
    privileges: anyOf('fleet-agents-all', 'fleet-setup'),
    validation: schema.configSchema,
    request: { path: z.strictObject({ keyId: z.string() }) },
    responses: { 200: z.object({ item: enrollmentKey }), 404: coreError },
  },
  async ({ path: { keyId }, space }) => ok({ item: await getEnrollmentKey(space, keyId) }),
);
