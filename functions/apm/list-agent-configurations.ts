import * as z from 'zod';
import { listConfigurations } from '../../lib/apm/agent-configurations.ts';
import { configuration, inspected, plainQuery } from '../../lib/apm/contract.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { apm, withAttributes } from '../../lib/http/styles/apm.ts';
import { ioTsApm } from '../../lib/validation/io-ts-apm.ts';

/** At most 200 configurations, without their ids. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/apm/settings/agent-configuration',
    summary: 'Get a list of agent configurations',
    privileges: ['apm'],
    validation: withAttributes(ioTsApm()),
    errors: apm,
    request: { query: plainQuery },
    responses: { 200: z.object({ configurations: z.array(configuration) }) },
  },
  async ({ query: { _inspect } }) => ok({ configurations: await listConfigurations(), ...inspected(_inspect) }),
);
