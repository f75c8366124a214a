import * as z from 'zod';
import { listCriticality } from '../../lib/entities/asset-criticality.ts';
import { criticalityRecord, listQuery } from '../../lib/entities/asset-criticality-contract.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siemBypassed, siemBypassedError } from '../../lib/http/styles/siem-bypassed.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** A page of the assets that have a criticality, filtered by KQL. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/asset_criticality/list',
    summary: 'List asset criticality records',
    privileges: ['securitySolution', 'securitySolution-entity-analytics'],
    validation: zod3,
    errors: siemBypassed,
    request: { query: listQuery },
    responses: {
      200: z.strictObject({
        records: z.array(criticalityRecord),
        total: z.number(),
        page: z.number(),
        per_page: z.number(),
      }),
      500: siemBypassedError,
    },
  },
  async ({ query, space, now }) => ok(await listCriticality(space, query, now)),
);
