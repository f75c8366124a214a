import * as z from 'zod';
import { ownerQuery, user } from '../../lib/cases/contract.ts';
import { findReporters } from '../../lib/cases/reporters.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { ioTsCases } from '../../lib/validation/io-ts-cases.ts';

/** The users who opened cases, as they were when they opened the newest one. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/cases/reporters',
    summary: 'Get case creators',
    description:
      'Returns information about the users who opened cases that the caller may read, as they existed at the time of the case creation.',
    privileges: none,
    versioning: 'unversioned',
    validation: ioTsCases,
    request: { query: ownerQuery },
    responses: { 200: z.array(user), 403: coreError },
  },
  async ({ query: { owner }, principal, space }) => ok(await findReporters({ principal, space }, owner)),
);
