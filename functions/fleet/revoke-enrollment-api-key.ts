import * as z from 'zod';
import { revokeEnrollmentKey } from '../../lib/fleet/enrollment-keys.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Revokes an enrollment key. The record stays and says that it is not active any more. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/fleet/enrollment_api_keys/{keyId}',
    summary: 'Revoke an enrollment API key',
    privileges: ['fleet-agents-all'],
    validation: schema.configSchema,
    request: { path: z.strictObject({ keyId: z.string() }) },
    responses: { 200: z.object({ action: z.literal('deleted') }), 404: coreError },
  },
  async ({ path: { keyId }, space, now }) => {
    await revokeEnrollmentKey(space, keyId, now);
    return ok({ action: 'deleted' });
  },
);
