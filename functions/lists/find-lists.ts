import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem } from '../../lib/http/styles/siem.ts';
import { findPage } from '../../lib/lists/find.ts';
import { findQuery, pageOf } from '../../lib/lists/find-contract.ts';
import { listFields, listsOf, listView, searchedFields, valueList } from '../../lib/lists/lists.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** A page of the space's lists, filtered by KQL. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/lists/_find',
    summary: 'Get value lists',
    privileges: ['lists-read'],
    validation: zod3,
    errors: siem,
    request: { query: findQuery },
    responses: { 200: pageOf(valueList) },
  },
  async ({ query, space, now }) => {
    const source = {
      items: listsOf(space),
      fieldsOf: searchedFields,
      tieBreakerOf: ({ tie_breaker_id }: { tie_breaker_id: string }) => tie_breaker_id,
      fields: listFields,
    };
    const page = await findPage(source, query, now);
    return ok({ ...page, data: page.data.map(listView) });
  },
);
