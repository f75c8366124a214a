import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { findPage } from '../../lib/lists/find.ts';
import { findQuery, pageOf } from '../../lib/lists/find-contract.ts';
import { itemFields, itemsOf, itemView, listItem, searchedFields, sortValueOf } from '../../lib/lists/list-items.ts';
import { requireList } from '../../lib/lists/lists.ts';
import { nonEmptyString } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** A page of a list's items, filtered by KQL. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/lists/items/_find',
    summary: 'Get value list items',
    privileges: ['lists-read'],
    validation: zod3,
    errors: siem,
    request: { query: findQuery.extend({ list_id: nonEmptyString }) },
    responses: { 200: pageOf(listItem), 404: siemError },
  },
  async ({ query: { list_id, ...query }, space, now }) => {
    const list = await requireList(space, list_id);
    const source = {
      items: itemsOf(list),
      fieldsOf: searchedFields,
      tieBreakerOf: ({ tie_breaker_id }: { tie_breaker_id: string }) => tie_breaker_id,
      fields: itemFields,
      sortValueOf,
    };
    const page = await findPage(source, query, now);
    return ok({ ...page, data: page.data.map((item) => itemView(item)) });
  },
);
