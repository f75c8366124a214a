import { addComment } from '../../lib/cases/add-comment.ts';
import { attachment } from '../../lib/cases/attachments.ts';
import { caseView } from '../../lib/cases/case-records.ts';
import { allComments } from '../../lib/cases/comments.ts';
import { caseAnswer } from '../../lib/cases/contract.ts';
import { bodyOf, casePath } from '../../lib/cases/request-shapes.ts';
import { userOf } from '../../lib/cases/users.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { ioTsCases } from '../../lib/validation/io-ts-cases.ts';

/** Attaches a comment, alerts or a reference to a case; answers the case with all its comments. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/cases/{caseId}/comments',
    summary: 'Add a case comment or alert',
    privileges: none,
    versioning: 'unversioned',
    validation: ioTsCases,
    request: { path: casePath, body: bodyOf(attachment) },
    responses: { 200: caseAnswer, 403: coreError, 404: coreError, 409: coreError },
  },
  async ({ path: { caseId }, body, principal, space, now, newId }) => {
    const commented = await addComment({ principal, space }, caseId, body, { user: userOf(principal), now, newId });
    return ok(caseView(commented, await allComments(commented)));
  },
);
