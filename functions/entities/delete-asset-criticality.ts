import * as z from 'zod';
import { deleteCriticality } from '../../lib/entities/asset-criticality.ts';
import { assetId, criticalityRecord, refresh } from '../../lib/entities/asset-criticality-contract.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siemBypassed } from '../../lib/http/styles/siem-bypassed.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Takes the criticality from an asset; answers the record as it was before. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/asset_criticality',
    summary: 'Delete an asset criticality record',
    privileges: ['securitySolution', 'securitySolution-entity-analytics'],
    xsrf: 'unless-cross-site',
    validation: zod3,
    errors: siemBypassed,
    request: { query: z.object({ ...assetId, refresh }) },
    responses: { 200: z.strictObject({ deleted: z.boolean(), record: criticalityRecord.optional() }) },
  },
  async ({ query: { id_field, id_value }, space, now }) => {
    const record = await deleteCriticality(space, { id_field, id_value }, now);
    return ok(record === undefined ? { deleted: false } : { deleted: true, record });
  },
);
