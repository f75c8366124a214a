import { deleteComment } from '../../lib/cases/comments.ts';
import { anyBody, commentPath } from '../../lib/cases/request-shapes.ts';
import { userOf } from '../../lib/cases/users.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { noContent } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { configSchema } from '../../lib/validation/config-schema.ts';

/** Removes one comment, alert or reference from a case; the case's history keeps a copy. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/cases/{caseId}/comments/{commentId}',
    summary: 'Delete a case comment or alert',
    privileges: none,
    versioning: 'unversioned',
    validation: configSchema,
    request: { path: commentPath, body: anyBody },
    responses: { 204: undefined, 403: coreError, 404: coreError },
  },
  async ({ path: { caseId, commentId }, principal, space, now, newId }) => {
    await deleteComment({ principal, space }, caseId, commentId, { user: userOf(principal), now, newId });
    return noContent();
  },
);
