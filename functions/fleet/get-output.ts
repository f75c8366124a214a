import * as z from 'zod';
import { output } from '../../lib/fleet/settings/output-record.ts';
import { getOutput } from '../../lib/fleet/settings/outputs.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { anyOf } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** One output. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/outputs/{outputId}',
    summary: 'Get an output',
    privileges: anyOf('fleet-settings-read', 'fleet-agent-policies-read'),
    validation: schema.configSchema,
    request: { path: schema.object({ outputId: z.string() }) },
    responses: { 200: z.object({ item: output }), 404: coreError },
  },
  async ({ path: { outputId } }) => ok({ item: await getOutput(outputId) }),
);
