import * as z from 'zod';
import { NotFound } from '../../lib/errors/errors.ts';
import { exceptionItem, findEndpointItems } from '../../lib/exceptions/endpoint-items.ts';
import { ENDPOINT_LIST, hasEndpointList } from '../../lib/exceptions/endpoint-list.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { nonEmptyString, queryInteger } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** A page of the endpoint exception list's items, filtered by KQL over `exception-list-agnostic.attributes.*`. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/endpoint_list/items/_find',
    summary: 'Get endpoint exception list items',
    privileges: ['lists-read'],
    validation: zod3,
    errors: siem,
    request: {
      query: z.object({
        filter: nonEmptyString.optional(),
        page: queryInteger.min(0).default(1),
        per_page: queryInteger.min(0).default(20),
        sort_field: nonEmptyString.optional(),
        sort_order: z.enum(['asc', 'desc']).optional(),
      }),
    },
    responses: {
      200: z.object({ data: z.array(exceptionItem), page: z.number(), per_page: z.number(), total: z.number() }),
      400: siemError,
      404: siemError,
    },
  },
  async ({ query, space, now }) => {
    if (!(await hasEndpointList(space))) throw new NotFound(`list id: "${ENDPOINT_LIST}" does not exist`);
    return ok(await findEndpointItems(space, query, now));
  },
);
