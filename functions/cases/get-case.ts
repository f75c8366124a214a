import { caseView, readCase } from '../../lib/cases/case-records.ts';
import { caseAnswer } from '../../lib/cases/contract.ts';
import { authorize } from '../../lib/cases/owners.ts';
import { casePath } from '../../lib/cases/request-shapes.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { configSchema } from '../../lib/validation/config-schema.ts';

/** One case, without its comments. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/cases/{caseId}',
    summary: 'Get case information',
    privileges: none,
    versioning: 'unversioned',
    validation: configSchema,
    request: { path: casePath },
    responses: { 200: caseAnswer, 403: coreError, 404: coreError },
  },
  async ({ path: { caseId }, principal, space }) => {
    const found = await readCase(space, caseId);
    await authorize({ principal, space }, 'getCase', [found.attributes.owner]);
    return ok(caseView(found));
  },
);
