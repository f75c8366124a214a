import * as z from 'zod';
import { deleteOutput } from '../../lib/fleet/settings/outputs.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Deletes an output; the defaults and preconfigured ones stay. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/fleet/outputs/{outputId}',
    summary: 'Delete output',
    privileges: ['fleet-settings-all'],
    validation: schema.configSchema,
    request: { path: schema.object({ outputId: z.string() }) },
    responses: { 200: z.object({ id: z.string() }), 400: coreError, 404: coreError, 409: coreError },
  },
  async ({ path: { outputId }, principal: { username }, now }) => {
    await deleteOutput(outputId, { username, now });
    return ok({ id: outputId });
  },
);
