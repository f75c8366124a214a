import * as z from 'zod';
import { engine, storeStatus } from '../../lib/entities/entity-store.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { zod4 } from '../../lib/validation/zod4.ts';

/** Whether a space has the entity store, and its engines. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/security/entity_store/status',
    summary: 'Get the status of the entity store',
    privileges: ['securitySolution'],
    versioning: 'versioned-also-by-query',
    validation: zod4,
    request: {
      query: z.strictObject({ include_components: z.union([z.enum(['true', 'false']), z.boolean()]).default(false) }),
    },
    responses: {
      200: z.strictObject({ status: z.enum(['not_installed', 'running']), engines: z.array(engine) }),
    },
  },
  async ({ query: { include_components }, space }) => {
    const { status, engines } = await storeStatus(space);
    // An engine here is a row; there are no index templates, pipelines or tasks to tell of.
    const withComponents = String(include_components) === 'true';
    return ok({ status, engines: withComponents ? engines.map((each) => ({ ...each, components: [] })) : engines });
  },
);
