import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { listView, updateList, valueList } from '../../lib/lists/lists.ts';
import { integer, nonEmptyString } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Replaces name, description and meta of a list. */
export const handler = kibanaEndpoint(
  {
    route: 'PUT /api/lists',
    summary: 'Update a value list',
    privileges: ['lists-all'],
    validation: zod3,
    errors: siem,
    request: {
      body: z.object({
        id: nonEmptyString,
        name: nonEmptyString,
        description: nonEmptyString,
        meta: z.record(z.string(), z.unknown()).optional(),
        version: integer.min(1).optional(),
        _version: z.string().optional(),
      }),
    },
    responses: { 200: valueList, 404: siemError, 409: siemError },
  },
  async ({ body: { id, ...change }, space, principal: { username }, now }) =>
    ok(listView(await updateList(space, id, change, { replace: true, username, now }))),
);
