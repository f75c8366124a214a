import * as z from 'zod';
import { enrollmentKey, enrollmentKeyKuery, listEnrollmentKeys } from '../../lib/fleet/enrollment-keys.ts';
import { kueryParameter } from '../../lib/fleet/kuery.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { anyOf } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Enrollment keys with their secrets, newest first, revoked ones too. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/enrollment_api_keys',
    summary: 'Get enrollment API keys',
    privileges: anyOf('fleet-agents-all', 'fleet-setup'),
    validation: schema.configSchema,
    request: {
      query: schema.object({
        page: schema.number().default(1),
        perPage: schema.number().default(20),
        kuery: kueryParameter(enrollmentKeyKuery).optional(),
      }),
    },
    responses: {
      200: z.object({
        items: z.array(enrollmentKey),
        list: z.array(enrollmentKey),
        total: z.number(),
        page: z.number(),
        perPage: z.number(),
      }),
      400: coreError,
    },
  },
  async ({ query, space, now }) => ok(await listEnrollmentKeys(space, query, now)),
);
