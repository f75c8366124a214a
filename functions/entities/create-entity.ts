import * as z from 'zod';
import { documentIn } from '../../lib/entities/dotted-keys.ts';
import { createEntity } from '../../lib/entities/entities.ts';
import { idToCreate } from '../../lib/entities/entity-identity.ts';
import { entityBody, entityType } from '../../lib/entities/entity-shapes.ts';
import { requireInstalled } from '../../lib/entities/entity-store.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { zod4 } from '../../lib/validation/zod4.ts';

/** Creates an entity under the id that its own fields make. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/security/entity_store/entities/{entityType}',
    summary: 'Create an entity',
    privileges: ['securitySolution'],
    versioning: 'versioned-also-by-query',
    validation: zod4,
    request: { path: z.strictObject({ entityType }), body: entityBody },
    responses: { 200: z.strictObject({ ok: z.literal(true) }), 400: coreError, 409: coreError },
  },
  async ({ path: { entityType: type }, payload, space, now }) => {
    await requireInstalled(space);
    const document = documentIn(payload.kind === 'json' ? payload.value : undefined);
    const id = idToCreate(type, document);
    await createEntity(type, { space, id, document, now });
    return ok({ ok: true });
  },
);
