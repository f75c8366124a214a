import * as z from 'zod';
import { NotFound } from '../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { findItem, itemsByValue, itemView, listItem, selectionMissing } from '../../lib/lists/list-items.ts';
import { requireList } from '../../lib/lists/lists.ts';
import { nonEmptyString } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** One item by its id, or the items of a list that match a value. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/lists/items',
    summary: 'Get a value list item',
    privileges: ['lists-read'],
    validation: zod3,
    errors: siem,
    request: {
      query: z.object({
        id: nonEmptyString.optional(),
        list_id: nonEmptyString.optional(),
        value: nonEmptyString.optional(),
      }),
    },
    responses: { 200: z.union([listItem, z.array(listItem)]), 404: siemError },
  },
  async ({ query: { id, list_id, value }, space }) => {
    if (id !== undefined) {
      const item = await findItem(space, id);
      if (item === undefined) throw new NotFound(`list item id: "${id}" does not exist`);
      return ok(itemView(item));
    }
    if (list_id === undefined || value === undefined) throw selectionMissing();
    const list = await requireList(space, list_id);
    const items = await Array.fromAsync(itemsByValue(list, value));
    if (items.length === 0) throw new NotFound(`list_id: "${list_id}" item of ${value} does not exist`);
    return ok(items.map((item) => itemView(item)));
  },
);
