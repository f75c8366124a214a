import * as z from 'zod';
import { entityType } from '../../lib/entities/entity-shapes.ts';
import { installEngines } from '../../lib/entities/entity-store.ts';
import { historySnapshot, logExtraction } from '../../lib/entities/log-extraction.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { json, ok } from '../../lib/http/response.ts';
import { zod4 } from '../../lib/validation/zod4.ts';

const done = z.strictObject({ ok: z.literal(true) });

/** Installs the entity store in a space, or the engines that it still lacks. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/security/entity_store/install',
    summary: 'Install the entity store',
    differs: 'Engines are kept. Nothing extracts entities from events: they are created and changed by API.',
    privileges: ['securitySolution'],
    versioning: 'versioned-also-by-query',
    validation: zod4,
    request: {
      body: z.strictObject({
        entityTypes: z.array(entityType).optional(),
        logExtraction: logExtraction.optional(),
        historySnapshot: historySnapshot.optional(),
      }),
    },
    responses: { 200: done, 201: done },
  },
  async ({ body, space, now }) =>
    (await installEngines(space, body, now)) ? json(201, { ok: true }) : ok({ ok: true }),
);
