import * as z from 'zod';
import { createEndpointList } from '../../lib/exceptions/endpoint-list.ts';
import { exceptionList } from '../../lib/exceptions/exception-lists.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Creates the endpoint exception list, once for all spaces. When it stands already the answer is an empty object. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/endpoint_list',
    summary: 'Create an endpoint exception list',
    xsrf: 'unless-cross-site',
    privileges: ['lists-all'],
    validation: zod3,
    errors: siem,
    responses: { 200: z.union([exceptionList, z.strictObject({})]) },
  },
  async ({ space, principal, now, newId }) => ok((await createEndpointList({ space, principal, now, newId })) ?? {}),
);
