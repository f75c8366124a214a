import * as z from 'zod';
import { createMigrations } from '../../lib/detections/create-migrations.ts';
import { deprecated, deprecation } from '../../lib/http/deprecation.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { integer } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

const positive = integer.min(1).optional();

const started = z.object({
  index: z.string(),
  error: z.object({ message: z.string(), status_code: z.number() }).optional(),
  migration_id: z.string().nullable(),
  migration_index: z.string().nullable(),
});

/** Starts the migration of outdated alert indices. How the copying is paced changes nothing here. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/detection_engine/signals/migration',
    summary: 'Initiate a detection alert migration',
    privileges: ['securitySolution'],
    validation: zod3,
    errors: deprecated(siem),
    request: {
      body: z.object({
        index: z.array(z.string().min(1)).min(1),
        size: positive,
        slices: positive,
        requests_per_second: positive,
      }),
    },
    responses: { 200: z.object({ indices: z.array(started) }), 400: siemError },
  },
  async ({ body: { index }, space, principal, now, newId }) =>
    ok({ indices: await createMigrations(index, { space, principal, now, newId }) }, deprecation),
);
