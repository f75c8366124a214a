import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { createItem, itemView, listItem } from '../../lib/lists/list-items.ts';
import { requireList } from '../../lib/lists/lists.ts';
import { nonEmptyString } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Adds a value to a list. The answer repeats the value as it was sent; later answers print it from what is stored. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/lists/items',
    summary: 'Create a value list item',
    privileges: ['lists-all'],
    validation: zod3,
    errors: siem,
    request: {
      body: z.object({
        id: nonEmptyString.optional(),
        list_id: nonEmptyString,
        value: nonEmptyString,
        meta: z.record(z.string(), z.unknown()).optional(),
        refresh: z.enum(['true', 'false', 'wait_for']).optional(),
      }),
    },
    responses: { 200: listItem, 404: siemError, 409: siemError },
  },
  async ({ body: { list_id, id, value, meta }, space, principal: { username }, now }) => {
    const list = await requireList(space, list_id);
    return ok(itemView(await createItem(list, { id, value, meta }, { username, now }), value));
  },
);
