import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { createNewTimeline } from '../../lib/timelines/save-timeline.ts';
import { savedTimeline, timeline, timelineStatus, timelineType } from '../../lib/timelines/timeline-fields.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Creates a timeline, or a timeline template. What it is may stand in the timeline or beside it. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/timeline',
    summary: 'Create a Timeline or Timeline template',
    privileges: ['timeline_write'],
    validation: zod3,
    errors: siem,
    request: {
      body: z.object({
        timeline: savedTimeline,
        status: timelineStatus.nullish(),
        templateTimelineId: z.string().nullish(),
        templateTimelineVersion: z.number().nullish(),
        timelineId: z.string().nullish(),
        timelineType: timelineType.nullish(),
        version: z.string().nullish(),
      }),
    },
    responses: { 200: timeline, 403: siemError, 405: siemError },
  },
  async ({ body, space, principal, now, newId }) => {
    const { timeline: fields, timelineId } = body;
    const requested = {
      ...fields,
      timelineType: fields.timelineType ?? body.timelineType,
      status: fields.status ?? body.status,
      templateTimelineId: fields.templateTimelineId ?? body.templateTimelineId,
      templateTimelineVersion: fields.templateTimelineVersion ?? body.templateTimelineVersion,
    };
    const actor = { space, principal, now, newId };
    return ok(await createNewTimeline({ timeline: requested, timelineId: timelineId ?? undefined }, actor));
  },
);
