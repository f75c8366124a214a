import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { requireDataStreams } from '../../lib/lists/data-streams.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Whether the space has its data streams for lists. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/lists/index',
    summary: 'Get status of value list data streams',
    privileges: ['lists-read'],
    validation: zod3,
    errors: siem,
    responses: { 200: z.object({ list_index: z.boolean(), list_item_index: z.boolean() }), 404: siemError },
  },
  async ({ space }) => {
    await requireDataStreams(space);
    return ok({ list_index: true, list_item_index: true });
  },
);
