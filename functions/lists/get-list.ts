import * as z from 'zod';
import { NotFound } from '../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { findList, listView, valueList } from '../../lib/lists/lists.ts';
import { nonEmptyString } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** One value list by its id. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/lists',
    summary: 'Get value list details',
    privileges: ['lists-read'],
    validation: zod3,
    errors: siem,
    request: { query: z.object({ id: nonEmptyString }) },
    responses: { 200: valueList, 404: siemError },
  },
  async ({ query: { id }, space }) => {
    const list = await findList(space, id);
    if (list === undefined) throw new NotFound(`list id: "${id}" not found`);
    return ok(listView(list));
  },
);
