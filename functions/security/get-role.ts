import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { roleView } from '../../lib/security/kibana-roles.ts';
import { none } from '../../lib/security/privileges.ts';
import { getRole, listRoles } from '../../lib/security/role-service.ts';
import * as schema from '../../lib/validation/config-schema.ts';

const role = z.object({
  name: z.string(),
  description: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()),
  transient_metadata: z.object({ enabled: z.boolean() }),
  elasticsearch: z.object({
    cluster: z.array(z.string()),
    remote_cluster: z.array(z.unknown()).optional(),
    indices: z.array(z.unknown()),
    remote_indices: z.array(z.unknown()).optional(),
    run_as: z.array(z.string()),
  }),
  kibana: z.array(
    z.object({
      base: z.array(z.string()),
      feature: z.record(z.string(), z.array(z.string())),
      spaces: z.array(z.string()),
      _reserved: z.array(z.string()).optional(),
    }),
  ),
  _transform_error: z.array(z.object({ reason: z.string() })),
  _unrecognized_applications: z.array(z.string()),
});
const query = schema.object({ replaceDeprecatedPrivileges: schema.boolean().optional() });

/** One role by its name, or all of them, the reserved ones included. */
export const handler = kibanaEndpoint(
  {
    privileges: none,
    validation: schema.configSchema,
    routes: [
      {
        route: 'GET /api/security/role/{name}',
        summary: 'Get a role',
        differs: 'Deprecated privileges are shown as they stand.',
        request: { path: schema.object({ name: z.string().min(1).optional() }), query },
        responses: { 200: role, 403: coreError, 404: coreError },
      },
      {
        route: 'GET /api/security/role',
        summary: 'Get all roles',
        request: { path: schema.object({ name: z.string().optional() }), query },
        responses: { 200: z.array(role), 403: coreError },
      },
    ],
  },
  async ({ path: { name }, principal }) => {
    if (name === undefined) return ok((await listRoles(principal)).map(roleView));
    return ok(roleView(await getRole(name, principal)));
  },
);
