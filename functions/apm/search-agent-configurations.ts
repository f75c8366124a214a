import * as z from 'zod';
import { searchConfiguration } from '../../lib/apm/agent-configurations.ts';
import { configuration, inspected, plainQuery, searchBody } from '../../lib/apm/contract.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { apm, withAttributes } from '../../lib/http/styles/apm.ts';
import { ioTsApm } from '../../lib/validation/io-ts-apm.ts';

const hit = z.object({ _index: z.string(), _id: z.string(), _score: z.number(), _source: configuration });

/** The configuration that applies to a service, as APM Server polls it; an empty object when none does. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/apm/settings/agent-configuration/search',
    summary: 'Lookup single agent configuration',
    privileges: ['apm'],
    // The body's codec is an intersection, which stands in no path.
    validation: withAttributes(ioTsApm({ body: '' })),
    errors: apm,
    request: { query: plainQuery, body: searchBody },
    responses: { 200: z.union([hit, z.strictObject({ _inspect: z.array(z.unknown()).optional() })]) },
  },
  async ({ query: { _inspect }, body: { service, etag, mark_as_applied_by_agent: markAsApplied = false } }) =>
    ok({ ...(await searchConfiguration({ service, etag, markAsApplied })), ...inspected(_inspect) }),
);
