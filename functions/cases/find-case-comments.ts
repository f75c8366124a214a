import * as z from 'zod';
import { findComments } from '../../lib/cases/comments.ts';
import { comment, findCommentsQuery } from '../../lib/cases/contract.ts';
import { casePath } from '../../lib/cases/request-shapes.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { ioTsCases } from '../../lib/validation/io-ts-cases.ts';

const found = z.object({
  comments: z.array(comment),
  page: z.number(),
  per_page: z.number(),
  total: z.number().int(),
});

/** One page of what is attached to a case, by time. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/cases/{caseId}/comments/_find',
    summary: 'Find case comments and alerts',
    privileges: none,
    versioning: 'unversioned',
    validation: ioTsCases,
    request: { path: casePath, query: findCommentsQuery },
    responses: { 200: found, 403: coreError },
  },
  async ({ path: { caseId }, query, principal, space }) => ok(await findComments({ principal, space }, caseId, query)),
);
