import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { deleteList, listView, valueList } from '../../lib/lists/lists.ts';
import { nonEmptyString } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

const flag = z.union([z.enum(['true', 'false']), z.boolean()]).default(false);

/** Deletes a list with its items. Nothing here refers to lists, so both flags about references change nothing. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/lists',
    summary: 'Delete a value list',
    privileges: ['lists-all'],
    validation: zod3,
    errors: siem,
    request: { query: z.object({ id: nonEmptyString, deleteReferences: flag, ignoreReferences: flag }) },
    responses: { 200: valueList, 404: siemError },
  },
  async ({ query: { id }, space }) => ok(listView(await deleteList(space, id))),
);
