import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { changeTimeline } from '../../lib/timelines/save-timeline.ts';
import { savedTimeline, timeline } from '../../lib/timelines/timeline-fields.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Changes a timeline or a template; fields that the request does not name stay. */
export const handler = kibanaEndpoint(
  {
    route: 'PATCH /api/timeline',
    summary: 'Update a Timeline',
    privileges: ['timeline_write'],
    validation: zod3,
    errors: siem,
    request: {
      body: z.object({
        timelineId: z.string().nullable(),
        version: z.string().nullable(),
        timeline: savedTimeline,
      }),
    },
    responses: { 200: timeline, 403: siemError, 405: siemError, 409: siemError },
  },
  async ({ body: { timelineId, version, timeline: fields }, space, principal, now, newId }) => {
    const change = { timelineId: timelineId ?? undefined, version, timeline: fields };
    return ok(await changeTimeline(change, { space, principal, now, newId }));
  },
);
