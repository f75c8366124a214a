import * as z from 'zod';
import { caseView } from '../../lib/cases/case-records.ts';
import { caseAnswer, patchBody } from '../../lib/cases/contract.ts';
import { bodyOf } from '../../lib/cases/request-shapes.ts';
import { updateCases } from '../../lib/cases/update-cases.ts';
import { userOf } from '../../lib/cases/users.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { ioTsCases } from '../../lib/validation/io-ts-cases.ts';

/** Changes cases, each from the version that the client has read. */
export const handler = kibanaEndpoint(
  {
    route: 'PATCH /api/cases',
    summary: 'Update cases',
    privileges: none,
    versioning: 'unversioned',
    validation: ioTsCases,
    request: { body: bodyOf(patchBody) },
    responses: { 200: z.array(caseAnswer), 403: coreError, 404: coreError, 406: coreError, 409: coreError },
  },
  async ({ body: { cases }, principal, space, now, newId }) => {
    const updated = await updateCases({ principal, space }, cases, { user: userOf(principal), now, newId });
    return ok(updated.map((each) => caseView(each)));
  },
);
