import * as z from 'zod';
import { findUserActionsQuery, userAction } from '../../lib/cases/contract.ts';
import { casePath } from '../../lib/cases/request-shapes.ts';
import { findUserActions } from '../../lib/cases/user-actions.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { ioTsCases } from '../../lib/validation/io-ts-cases.ts';

const found = z.object({
  userActions: z.array(userAction),
  page: z.number(),
  perPage: z.number(),
  total: z.number().int(),
});

/** One page of the history of a case, by time. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/cases/{caseId}/user_actions/_find',
    summary: 'Find case activity',
    privileges: none,
    versioning: 'unversioned',
    validation: ioTsCases,
    request: { path: casePath, query: findUserActionsQuery },
    responses: { 200: found, 403: coreError },
  },
  async ({ path: { caseId }, query, principal, space }) =>
    ok(await findUserActions({ principal, space }, caseId, query)),
);
