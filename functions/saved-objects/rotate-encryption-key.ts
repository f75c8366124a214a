import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { rotateEncryptionKeys } from '../../lib/saved-objects/rotate-encryption-keys.ts';
import { superuser } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/**
 * Encrypts the secrets that still have a former key with the primary one. `batch_size` is only checked: the rows are read
 * by pages of the store's own size.
 */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/encrypted_saved_objects/_rotate_key',
    summary: 'Rotate a key for encrypted saved objects',
    differs: 'Ends after 25 s. What is left counts as failed, and a repeat continues.',
    xsrf: 'unless-cross-site',
    privileges: superuser,
    versioning: 'unversioned',
    validation: schema.configSchema,
    request: {
      query: schema.object({
        batch_size: schema.number(z.number().min(1).max(10_000)).default(10_000),
        type: z.string().optional(),
      }),
    },
    responses: {
      200: z.object({ total: z.number(), successful: z.number(), failed: z.number() }),
      429: coreError,
    },
  },
  async ({ query: { type }, deadline, now }) => ok(await rotateEncryptionKeys({ type, deadline, now })),
);
