import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem } from '../../lib/http/styles/siem.ts';
import { createDataStreams } from '../../lib/lists/data-streams.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Creates `.lists-<space>` and `.items-<space>`, which every list needs; again is no error. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/lists/index',
    summary: 'Create list data streams',
    privileges: ['lists-all'],
    validation: zod3,
    errors: siem,
    responses: { 200: z.object({ acknowledged: z.boolean() }) },
  },
  async ({ space }) => {
    await createDataStreams(space);
    return ok({ acknowledged: true });
  },
);
