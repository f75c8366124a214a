import { caseView } from '../../lib/cases/case-records.ts';
import { caseAnswer, createBody } from '../../lib/cases/contract.ts';
import { createCase } from '../../lib/cases/create-case.ts';
import { bodyOf } from '../../lib/cases/request-shapes.ts';
import { userOf } from '../../lib/cases/users.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { ioTsCases } from '../../lib/validation/io-ts-cases.ts';

/** Opens a case. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/cases',
    summary: 'Create a case',
    privileges: none,
    versioning: 'unversioned',
    validation: ioTsCases,
    request: { body: bodyOf(createBody, {}) },
    responses: { 200: caseAnswer, 403: coreError },
  },
  async ({ body, principal, space, now, newId }) =>
    ok(caseView(await createCase({ principal, space }, body, { user: userOf(principal), now, newId }))),
);
