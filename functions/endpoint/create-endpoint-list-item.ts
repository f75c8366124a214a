import * as z from 'zod';
import { BadRequest } from '../../lib/errors/errors.ts';
import { createEndpointItem, exceptionItem, requireFreeItemId } from '../../lib/exceptions/endpoint-items.ts';
import { entry, forbiddenField, problemsOnEndpoint } from '../../lib/exceptions/entries.ts';
import { meta, osTypes } from '../../lib/exceptions/exception-lists.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { json, ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { nonEmptyString } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Adds an item to the endpoint exception list, which is created when it is missing. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/endpoint_list/items',
    summary: 'Create an endpoint exception list item',
    privileges: ['lists-all'],
    validation: zod3,
    errors: siem,
    request: {
      body: z.object({
        item_id: nonEmptyString.optional(),
        type: z.literal('simple'),
        name: nonEmptyString,
        description: z.string(),
        entries: z.array(entry).min(1),
        os_types: osTypes.default([]),
        tags: z.array(nonEmptyString).default([]),
        meta: meta.optional(),
        comments: z.array(z.object({ comment: nonEmptyString })).default([]),
      }),
    },
    responses: { 200: exceptionItem, 400: siemError, 409: siemError },
  },
  async ({ body, space, principal, now, newId }) => {
    if (body.item_id !== undefined) await requireFreeItemId(body.item_id);
    const message = problemsOnEndpoint(body.entries);
    if (message.length > 0) return json(400, { message, status_code: 400 });
    const field = forbiddenField(body.entries);
    if (field !== undefined) throw new BadRequest(`cannot add endpoint exception item on field ${field}`);
    return ok(await createEndpointItem(body, { space, principal, now, newId }));
  },
);
