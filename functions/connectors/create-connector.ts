import * as z from 'zod';
import { connectorFields, filledText } from '../../lib/connectors/connector-fields.ts';
import { connectorView, createConnector } from '../../lib/connectors/connectors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

const body = schema.object({ ...connectorFields, connector_type_id: filledText });
const responses = { 200: connectorView, 403: coreError, 409: coreError };

/** Creates a connector, at an id of the caller's choice or at a new one. */
export const handler = kibanaEndpoint(
  {
    privileges: none,
    versioning: 'unversioned',
    validation: schema.configSchema,
    routes: [
      {
        route: 'POST /api/actions/connector/{id}',
        summary: 'Create a connector with an id',
        request: { path: schema.object({ id: z.string() }), body },
        responses,
      },
      { route: 'POST /api/actions/connector', summary: 'Create a connector', request: { body }, responses },
    ],
  },
  async ({ path, body, space, principal, now, newId }) =>
    ok(await createConnector({ id: path?.id ?? newId(), ...body }, { space, principal }, now)),
);
