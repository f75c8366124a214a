import * as z from 'zod';
import { caseView } from '../../lib/cases/case-records.ts';
import { caseAnswer, findQuery } from '../../lib/cases/contract.ts';
import { findCases } from '../../lib/cases/find-cases.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { ioTsCases } from '../../lib/validation/io-ts-cases.ts';

const found = z.object({
  page: z.number(),
  per_page: z.number(),
  total: z.number().int(),
  cases: z.array(caseAnswer),
  count_open_cases: z.number().int(),
  count_in_progress_cases: z.number().int(),
  count_closed_cases: z.number().int(),
});

/** One page of the cases that the caller may read, filtered and sorted. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/cases/_find',
    summary: 'Search cases',
    privileges: none,
    versioning: 'unversioned',
    validation: ioTsCases,
    request: { query: findQuery },
    responses: { 200: found, 403: coreError },
  },
  async ({ query, principal, space, now }) => {
    const { cases, page, per_page, total, ...counts } = await findCases({ principal, space }, query, now);
    return ok({ page, per_page, total, cases: cases.map((each) => caseView(each)), ...counts });
  },
);
