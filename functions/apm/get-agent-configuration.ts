import * as z from 'zod';
import { getConfiguration } from '../../lib/apm/agent-configurations.ts';
import { configuration, inspected, serviceQuery } from '../../lib/apm/contract.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { apm, withAttributes } from '../../lib/http/styles/apm.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { ioTsApm } from '../../lib/validation/io-ts-apm.ts';

/** The configuration of exactly one service and environment; none of them named: the one for all. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/apm/settings/agent-configuration/view',
    summary: 'Get single agent configuration',
    privileges: ['apm'],
    validation: withAttributes(ioTsApm()),
    errors: apm,
    request: { query: serviceQuery },
    responses: { 200: configuration.extend({ id: z.string() }), 404: coreError },
  },
  async ({ query: { _inspect, ...service } }) => ok({ ...(await getConfiguration(service)), ...inspected(_inspect) }),
);
