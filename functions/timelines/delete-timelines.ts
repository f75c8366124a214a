import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { deleteTimelines } from '../../lib/timelines/delete-timelines.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Deletes timelines with their notes and pinned events, and the saved searches that belong to them. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/timeline',
    summary: 'Delete Timelines or Timeline templates',
    privileges: ['timeline_write'],
    validation: zod3,
    errors: siem,
    request: {
      body: z.object({
        savedObjectIds: z.array(z.string()),
        searchIds: z.array(z.string()).optional(),
      }),
    },
    responses: { 200: undefined, 403: siemError, 404: siemError },
  },
  async ({ body: { savedObjectIds, searchIds = [] }, space, principal }) => {
    await deleteTimelines(savedObjectIds, searchIds, { space, principal });
    return { statusCode: 200, headers: {} };
  },
);
