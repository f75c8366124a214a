import { isPageQuery, listAnswer, listQuery } from '../../lib/entities/list-contract.ts';
import { entitiesAfter, entitiesOnPage } from '../../lib/entities/list-entities.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { zod4 } from '../../lib/validation/zod4.ts';

/** The entities of a space: by cursor and KQL, or page by page. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/security/entity_store/entities',
    summary: 'List entities',
    description:
      'Follows a cursor (`filter`, `size`, `searchAfter`, `source`, `fields`; newest first) or, when any of the page parameters is given, answers a page.',
    privileges: ['securitySolution'],
    versioning: 'versioned-also-by-query',
    validation: zod4,
    request: { query: listQuery },
    responses: { 200: listAnswer },
  },
  async ({ query, space, now }) =>
    ok(isPageQuery(query) ? await entitiesOnPage(space, query, now) : await entitiesAfter(space, query, now)),
);
