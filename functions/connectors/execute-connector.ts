import * as z from 'zod';
import { executeConnector, executionResult } from '../../lib/connectors/execute.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Runs a connector once with the given parameters. A run that failed is a 200 whose status is `error`. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/actions/connector/{id}/_execute',
    summary: 'Run a connector',
    differs: 'Reaches the public internet only, and hosts that the stage lists. A call ends after 20 s.',
    description:
      'You can use this API to test an action that involves interaction with Kibana services or integrations with third-party systems.',
    privileges: none,
    versioning: 'unversioned',
    validation: schema.configSchema,
    request: {
      path: schema.object({ id: z.string() }),
      body: schema.object({ params: schema.record(z.string(), z.unknown()) }),
    },
    responses: { 200: executionResult, 403: coreError, 404: coreError },
  },
  async ({ path: { id }, body: { params }, space, principal, now, deadline }) =>
    ok(await executeConnector({ id, params, now, deadline }, { space, principal })),
);
