import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { requireDataStreamFor } from '../../lib/lists/data-streams.ts';
import { listTypeNames } from '../../lib/lists/list-types.ts';
import { createList, listView, valueList } from '../../lib/lists/lists.ts';
import { integer, nonEmptyString } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Creates a value list. Its data streams must exist; its type, serializer and deserializer cannot be changed later. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/lists',
    summary: 'Create a value list',
    xsrf: 'unless-cross-site',
    privileges: ['lists-all'],
    validation: zod3,
    errors: siem,
    request: {
      body: z.object({
        id: nonEmptyString.optional(),
        name: nonEmptyString,
        description: nonEmptyString,
        type: z.enum(listTypeNames),
        serializer: z.string().optional(),
        deserializer: z.string().optional(),
        meta: z.record(z.string(), z.unknown()).optional(),
        version: integer.min(1).default(1),
      }),
    },
    responses: { 200: valueList, 409: siemError },
  },
  async ({ body, space, principal: { username }, now, newId }) => {
    await requireDataStreamFor('create a list', space);
    const list = await createList(space, { ...body, id: body.id ?? newId() }, { username, now, newId });
    return ok(listView(list));
  },
);
