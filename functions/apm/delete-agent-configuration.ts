import * as z from 'zod';
import { deleteConfiguration } from '../../lib/apm/agent-configurations.ts';
import { deleteBody, inspected, plainQuery } from '../../lib/apm/contract.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { apm, withAttributes } from '../../lib/http/styles/apm.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { ioTsApm } from '../../lib/validation/io-ts-apm.ts';

/** Deletes the configuration of exactly one service and environment. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/apm/settings/agent-configuration',
    summary: 'Delete agent configuration',
    privileges: ['apm', 'apm_settings_write'],
    validation: withAttributes(ioTsApm()),
    errors: apm,
    request: { query: plainQuery, body: deleteBody },
    responses: { 200: z.object({ result: z.literal('deleted') }), 404: coreError },
  },
  async ({ query: { _inspect }, body: { service } }) => {
    await deleteConfiguration(service);
    return ok({ result: 'deleted', ...inspected(_inspect) });
  },
);
