import * as z from 'zod';
import { reportedPrivileges } from '../../lib/detections/reported-privileges.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

const report = z.record(z.string(), z.boolean());

/** What the caller's roles give on the cluster and on the space's alerts index. To lack a privilege is no error here. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/detection_engine/privileges',
    summary: 'Returns user privileges for the Kibana space',
    privileges: ['securitySolution'],
    validation: zod3,
    errors: siem,
    responses: {
      200: z.object({
        username: z.string(),
        has_all_requested: z.boolean(),
        cluster: report,
        index: z.record(z.string(), report),
        application: z.strictObject({}),
        is_authenticated: z.boolean(),
        has_encryption_key: z.boolean(),
      }),
    },
  },
  ({ principal, space }) => {
    const { cluster, index, has_all_requested } = reportedPrivileges(principal, `.alerts-security.alerts-${space}`);
    const { username } = principal;
    return ok({
      username,
      has_all_requested,
      cluster,
      index,
      application: {},
      is_authenticated: true,
      has_encryption_key: true,
    });
  },
);
