import * as z from 'zod';
import { findCriticality } from '../../lib/entities/asset-criticality.ts';
import { assetId, criticalityRecord } from '../../lib/entities/asset-criticality-contract.ts';
import { NotFound } from '../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { siemBypassed } from '../../lib/http/styles/siem-bypassed.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** The criticality of one asset. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/asset_criticality',
    summary: 'Get an asset criticality record',
    privileges: ['securitySolution', 'securitySolution-entity-analytics'],
    validation: zod3,
    errors: siemBypassed,
    request: { query: z.object(assetId) },
    responses: { 200: criticalityRecord, 404: coreError },
  },
  async ({ query, space }) => {
    const record = await findCriticality(space, query);
    if (record === undefined) throw new NotFound('Not Found');
    return ok(record);
  },
);
