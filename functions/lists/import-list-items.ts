import * as z from 'zod';
import { BadRequest, Conflict } from '../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { parseMultipart } from '../../lib/http/multipart.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { requireDataStreamFor } from '../../lib/lists/data-streams.ts';
import { checkFileName, importItems } from '../../lib/lists/import-items.ts';
import { listTypeNames } from '../../lib/lists/list-types.ts';
import { createList, findList, listView, valueList } from '../../lib/lists/lists.ts';
import { nonEmptyString } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Kibana's limit for a list file; what Lambda takes is less. */
const MAX_FILE_BYTES = 9_000_000;

/** Adds the lines of a text file to a list: to `list_id`, or to the list named like the file, created with `type`. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/lists/items/_import',
    summary: 'Import value list items',
    differs: 'Takes files up to 4.5 MB, and ends after 25 s with an error that says how many lines stand.',
    privileges: ['lists-all'],
    validation: zod3,
    errors: siem,
    body: { maxBytes: MAX_FILE_BYTES, multipart: parseMultipart },
    request: {
      query: z.object({
        list_id: nonEmptyString.optional(),
        type: z.enum(listTypeNames).optional(),
        serializer: z.string().optional(),
        deserializer: z.string().optional(),
        refresh: z.enum(['true', 'false', 'wait_for']).optional(),
      }),
    },
    responses: { 200: valueList, 409: siemError },
  },
  async ({ query, payload, space, principal: { username }, now, newId, deadline }) => {
    const parts = payload.kind === 'multipart' ? payload.parts : [];
    const file = parts.find(({ filename }) => filename !== undefined);
    const filename = checkFileName(file?.filename);
    await requireDataStreamFor('import a list item', space);
    const { list_id, type, serializer, deserializer } = query;
    if (list_id === undefined && type === undefined) {
      throw new BadRequest('Either type or list_id need to be defined in the query');
    }
    const found = await findList(space, list_id ?? filename);
    if (found === undefined && list_id !== undefined) throw new Conflict(`list id: "${list_id}" does not exist`);
    const request = {
      id: filename,
      name: filename,
      description: `File uploaded from file system of ${filename}`,
      type: type ?? 'keyword',
      version: 1,
      ...(serializer !== undefined && { serializer }),
      ...(deserializer !== undefined && { deserializer }),
    };
    const list = found ?? (await createList(space, request, { username, now, newId }));
    await importItems(list, file?.content.toString() ?? '', { username, now }, deadline);
    return ok(listView(list));
  },
);
