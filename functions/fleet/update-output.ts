import * as z from 'zod';
import { output } from '../../lib/fleet/settings/output-record.ts';
import { outputChange } from '../../lib/fleet/settings/output-schemas.ts';
import { updateOutput } from '../../lib/fleet/settings/save-outputs.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Changes an output: what the body does not name stays. */
export const handler = kibanaEndpoint(
  {
    route: 'PUT /api/fleet/outputs/{outputId}',
    summary: 'Update output',
    privileges: ['fleet-settings-all'],
    validation: schema.configSchema,
    request: { path: schema.object({ outputId: z.string() }), body: outputChange },
    responses: { 200: z.object({ item: output }), 400: coreError, 404: coreError, 409: coreError },
  },
  async ({ path: { outputId }, body, principal: { username }, now, newId }) =>
    ok({ item: await updateOutput(outputId, body, { username, now, newId }) }),
);
