import * as z from 'zod';
import { deleteEntity } from '../../lib/entities/entities.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { zod4 } from '../../lib/validation/zod4.ts';

/** Deletes an entity. */
export const handler = kibanaEndpoint(
  {
    // Kibana's own path ends in a slash, and clients send it with and without.
    route: ['DELETE /api/security/entity_store/entities', 'DELETE /api/security/entity_store/entities/'],
    summary: 'Delete an entity',
    privileges: ['securitySolution'],
    versioning: 'versioned-also-by-query',
    validation: zod4,
    request: { body: z.strictObject({ entityId: z.string() }) },
    responses: { 200: z.strictObject({ deleted: z.literal(true) }), 404: coreError },
  },
  async ({ body: { entityId }, space }) => {
    await deleteEntity(space, entityId);
    return ok({ deleted: true });
  },
);
