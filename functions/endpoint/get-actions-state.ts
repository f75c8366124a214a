import * as z from 'zod';
import { Forbidden } from '../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { hasApiPrivilege } from '../../lib/security/privileges.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Each of these lets its holder do something on a host. */
const responseActions = [
  'securitySolution-writeHostIsolation',
  'securitySolution-writeHostIsolationRelease',
  'securitySolution-writeProcessOperations',
  'securitySolution-writeFileOperations',
  'securitySolution-writeExecuteOperations',
  'securitySolution-writeScanOperations',
];

const state = z.object({ data: z.object({ canEncrypt: z.boolean() }) });

/**
 * Whether response actions can be encrypted: always, for there is always a key. The documents have the state under
 * `body`, Kibana itself at the top; both find it.
 */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/endpoint/action/state',
    summary: 'Get actions state',
    privileges: ['securitySolution'],
    validation: zod3,
    responses: { 200: state.extend({ body: state }) },
  },
  ({ principal, space }) => {
    if (!responseActions.some((privilege) => hasApiPrivilege(principal, space, privilege))) {
      throw new Forbidden('Endpoint authorization failure');
    }
    const data = { canEncrypt: true };
    return ok({ body: { data }, data });
  },
);
