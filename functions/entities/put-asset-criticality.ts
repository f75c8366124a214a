import * as z from 'zod';
import { putCriticality } from '../../lib/entities/asset-criticality.ts';
import { assetId, criticalityRecord, level, refresh } from '../../lib/entities/asset-criticality-contract.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siemBypassed, siemBypassedError } from '../../lib/http/styles/siem-bypassed.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Sets the criticality of an asset, whether or not it had one. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/asset_criticality',
    summary: 'Upsert an asset criticality record',
    privileges: ['securitySolution', 'securitySolution-entity-analytics'],
    validation: zod3,
    errors: siemBypassed,
    request: { body: z.object({ ...assetId, criticality_level: level, refresh }) },
    responses: { 200: criticalityRecord, 409: siemBypassedError },
  },
  async ({ body: { id_field, id_value, criticality_level }, space, now }) =>
    ok(await putCriticality(space, { id_field, id_value }, criticality_level, now)),
);
