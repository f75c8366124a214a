import * as z from 'zod';
import { NotFound } from '../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import {
  deleteItem,
  findItem,
  itemsByValue,
  itemView,
  listItem,
  selectionMissing,
} from '../../lib/lists/list-items.ts';
import { findList } from '../../lib/lists/lists.ts';
import { nonEmptyString } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/**
 * Deletes one item by its id, or the items of a list that match a value; answers what was deleted. What cannot be
 * answered, because a deserializer does not print it, is refused before anything is deleted.
 */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/lists/items',
    summary: 'Delete a value list item',
    privileges: ['lists-all'],
    validation: zod3,
    errors: siem,
    request: {
      query: z.object({
        id: nonEmptyString.optional(),
        list_id: nonEmptyString.optional(),
        value: nonEmptyString.optional(),
        refresh: z.enum(['true', 'false', 'wait_for']).optional(),
      }),
    },
    responses: { 200: z.union([listItem, z.array(listItem)]), 404: siemError },
  },
  async ({ query: { id, list_id, value }, space }) => {
    if (id !== undefined) {
      const item = await findItem(space, id);
      if (item === undefined) throw new NotFound(`list item with id: "${id}" not found`);
      const deleted = itemView(item);
      await deleteItem(space, item);
      return ok(deleted);
    }
    if (list_id === undefined || value === undefined) throw selectionMissing();
    const list = await findList(space, list_id);
    if (list === undefined) throw new NotFound(`list_id: "${list_id}" does not exist`);
    const items = await Array.fromAsync(itemsByValue(list, value));
    if (items.length === 0) throw new NotFound(`list_id: "${list_id}" with ${value} was not found`);
    const deleted = items.map((item) => itemView(item));
    for (const item of items) await deleteItem(space, item);
    return ok(deleted);
  },
);
