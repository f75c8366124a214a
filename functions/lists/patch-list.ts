import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { listView, updateList, valueList } from '../../lib/lists/lists.ts';
import { integer, nonEmptyString } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Changes what is given of a list; the rest stays. */
export const handler = kibanaEndpoint(
  {
    route: 'PATCH /api/lists',
    summary: 'Patch a value list',
    privileges: ['lists-all'],
    validation: zod3,
    errors: siem,
    request: {
      body: z.object({
        id: nonEmptyString,
        name: nonEmptyString.optional(),
        description: nonEmptyString.optional(),
        meta: z.record(z.string(), z.unknown()).optional(),
        version: integer.min(1).optional(),
        _version: z.string().optional(),
      }),
    },
    responses: { 200: valueList, 404: siemError, 409: siemError },
  },
  async ({ body: { id, ...change }, space, principal: { username }, now }) =>
    ok(listView(await updateList(space, id, change, { replace: false, username, now }))),
);
