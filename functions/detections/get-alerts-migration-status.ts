import * as z from 'zod';
import { migrationStatus } from '../../lib/detections/migration-status.ts';
import { dateMath } from '../../lib/detections/rule-parts.ts';
import { deprecated, deprecation } from '../../lib/http/deprecation.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

const standing = z.object({
  index: z.string(),
  version: z.number(),
  signal_versions: z.array(z.object({ count: z.number(), version: z.number() })),
  migrations: z.array(
    z.object({
      id: z.string(),
      status: z.enum(['pending', 'success', 'failure']),
      version: z.number(),
      updated: z.string(),
    }),
  ),
  is_outdated: z.boolean(),
});

/** Which indices have alerts since a time, and how their migrations stand. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/detection_engine/signals/migration_status',
    summary: 'Retrieve the status of detection alert migrations',
    privileges: ['securitySolution'],
    validation: zod3,
    errors: deprecated(siem),
    request: { query: z.object({ from: dateMath }) },
    responses: { 200: z.object({ indices: z.array(standing) }) },
  },
  async ({ query: { from }, space, now }) => ok({ indices: await migrationStatus(space, from, now) }, deprecation),
);
