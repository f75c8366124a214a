import * as z from 'zod';
import { putConfiguration } from '../../lib/apm/agent-configurations.ts';
import { inspected, putBody, putQuery } from '../../lib/apm/contract.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { apm, withAttributes } from '../../lib/http/styles/apm.ts';
import { ioTsApm } from '../../lib/validation/io-ts-apm.ts';

/** Creates the configuration of a service and environment; `overwrite=true` lets it replace the one that stands. */
export const handler = kibanaEndpoint(
  {
    route: 'PUT /api/apm/settings/agent-configuration',
    summary: 'Create or update agent configuration',
    privileges: ['apm', 'apm_settings_write'],
    // Kibana's codec of this route is an intersection, whose position takes the place of the source.
    validation: withAttributes(ioTsApm({ query: '/0/query', body: '/1', unnamed: ['settings'] })),
    errors: apm,
    request: { query: putQuery, body: putBody },
    responses: { 200: z.object({}) },
  },
  async ({ query: { overwrite = false, _inspect }, body, now }) => {
    await putConfiguration(body, { overwrite, now });
    return ok(inspected(_inspect));
  },
);
