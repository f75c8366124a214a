import * as z from 'zod';
import { finalizeMigrations } from '../../lib/detections/finalize-migrations.ts';
import { deprecated, deprecation } from '../../lib/http/deprecation.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

const migration = z.object({
  id: z.string(),
  completed: z.boolean().optional(),
  destinationIndex: z.string(),
  error: z.object({ message: z.string(), status_code: z.number() }).optional(),
  status: z.enum(['pending', 'success', 'failure']),
  sourceIndex: z.string(),
  version: z.number(),
  updated: z.string(),
});

/** Finishes migrations of alert indices whose work is done; made to be called again until they are. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/detection_engine/signals/finalize_migration',
    summary: 'Finalize detection alert migrations',
    xsrf: 'unless-cross-site',
    privileges: ['securitySolution'],
    validation: zod3,
    errors: deprecated(siem),
    request: { body: z.object({ migration_ids: z.array(z.string()).min(1) }) },
    responses: { 200: z.object({ migrations: z.array(migration) }), 404: siemError },
  },
  async ({ body: { migration_ids }, space, principal, now }) => {
    const finalized = await finalizeMigrations(migration_ids, { space, principal, now });
    const migrations = finalized.map(({ migration, error }) => {
      const { id, destinationIndex, status, sourceIndex, targetVersion: version, updated } = migration;
      const standing = { status, sourceIndex, version, updated };
      return error === undefined
        ? { id, completed: status === 'success', destinationIndex, ...standing }
        : { id, destinationIndex, error, ...standing };
    });
    return ok({ migrations }, deprecation);
  },
);
