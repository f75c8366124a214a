import * as z from 'zod';
import { output } from '../../lib/fleet/settings/output-record.ts';
import { newOutput } from '../../lib/fleet/settings/output-schemas.ts';
import { createOutput } from '../../lib/fleet/settings/save-outputs.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { configSchema } from '../../lib/validation/config-schema.ts';

/** Creates an output. Secret values are answered as references only. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/fleet/outputs',
    summary: 'Create output',
    privileges: ['fleet-settings-all'],
    validation: configSchema,
    request: { body: newOutput },
    responses: { 200: z.object({ item: output }), 400: coreError, 409: coreError },
  },
  async ({ body, principal: { username }, now, newId }) =>
    ok({ item: await createOutput(body, { username, now, newId }) }),
);
