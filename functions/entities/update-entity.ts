import * as z from 'zod';
import { documentIn } from '../../lib/entities/dotted-keys.ts';
import { updateEntity } from '../../lib/entities/entities.ts';
import { idToUpdate } from '../../lib/entities/entity-identity.ts';
import { refuseProtected } from '../../lib/entities/entity-protection.ts';
import { entityBody, entityType } from '../../lib/entities/entity-shapes.ts';
import { requireInstalled } from '../../lib/entities/entity-store.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { zod4 } from '../../lib/validation/zod4.ts';

/** Merges a document into an entity; what only the store itself maintains can be changed with `force`. */
export const handler = kibanaEndpoint(
  {
    route: 'PUT /api/security/entity_store/entities/{entityType}',
    summary: 'Update an entity',
    description:
      'Merges the body into an entity: objects merge, everything else is replaced. Protected fields are refused by name unless `force` is true.',
    privileges: ['securitySolution'],
    versioning: 'versioned-also-by-query',
    validation: zod4,
    request: {
      path: z.strictObject({ entityType }),
      query: z.strictObject({ force: z.union([z.enum(['true', 'false']), z.boolean()]).default(false) }),
      body: entityBody,
    },
    responses: { 200: z.strictObject({ ok: z.literal(true) }), 400: coreError, 404: coreError },
  },
  async ({ path: { entityType: type }, query: { force }, payload, space, now }) => {
    await requireInstalled(space);
    // Not the parsed body: refusals name the fields in the order in which they were sent.
    const document = documentIn(payload.kind === 'json' ? payload.value : undefined);
    const id = idToUpdate(type, document);
    if (String(force) !== 'true') refuseProtected(type, document);
    await updateEntity({ space, id, document, now });
    return ok({ ok: true });
  },
);
