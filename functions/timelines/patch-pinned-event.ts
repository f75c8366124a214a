import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { pinEvent, unpinEvent } from '../../lib/timelines/pinned-events.ts';
import { pinnedEvent } from '../../lib/timelines/timeline-fields.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Pins an event to a timeline, or unpins the one whose pin is named. */
export const handler = kibanaEndpoint(
  {
    route: 'PATCH /api/pinned_event',
    summary: 'Pin/unpin an event',
    privileges: ['timeline_write'],
    validation: zod3,
    errors: siem,
    request: {
      body: z.object({ eventId: z.string(), timelineId: z.string(), pinnedEventId: z.string().nullish() }),
    },
    responses: { 200: z.union([pinnedEvent, z.object({ unpinned: z.boolean() })]), 404: siemError },
  },
  async ({ body: { eventId, timelineId, pinnedEventId }, space, principal, now, newId }) => {
    if (!pinnedEventId) return ok(await pinEvent({ timelineId, eventId }, { space, principal, now, newId }));
    await unpinEvent(pinnedEventId, timelineId, space);
    return ok({ unpinned: true });
  },
);
