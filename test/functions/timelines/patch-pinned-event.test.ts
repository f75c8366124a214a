import { expect, it } from 'vitest';
import { anId, badRequest, checksCallers, shown, siem } from '../detections/detections.ts';
import { timelines } from './timelines.ts';

const api = timelines();
const { call, givenPin } = api;
const patch = (body: unknown) => call('PATCH /api/pinned_event', { body });

checksCallers(api, 'PATCH /api/pinned_event', {
  privilege: 'timeline_write',
  granted: ['feature_securitySolutionTimeline.all'],
  refused: ['feature_securitySolutionTimeline.read'],
  xsrf: 'required',
  body: { timelineId: 't', eventId: 'e' },
});

it('pins an event once', async () => {
  const { status, body } = await patch({ timelineId: 'tl', eventId: 'e' });
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      pinnedEventId: anId,
      version: expect.stringMatching(/^W/),
      timelineId: 'tl',
      created: expect.any(Number),
      createdBy: 'elastic',
      eventId: 'e',
      updated: body.created,
      updatedBy: 'elastic',
    },
  });
  const again = await Promise.all([givenPin('tl', 'e'), givenPin('tl', 'e')]);
  expect(again).toEqual([body, body]);
  const elsewhere = await givenPin('tl', 'e', '/s/other');
  expect(elsewhere.pinnedEventId).not.toBe(body.pinnedEventId);
});

it('unpins by the id of the pin', async () => {
  const { pinnedEventId } = await givenPin('tl2', 'e');
  const unpin = () => patch({ timelineId: 'tl2', eventId: 'whatever', pinnedEventId });
  expect(shown(await unpin())).toEqual({ status: 200, body: { unpinned: true } });
  expect(shown(await unpin())).toEqual(
    siem(404, `Saved object [siem-ui-timeline-pinned-event/${pinnedEventId}] not found`),
  );
  expect((await givenPin('tl2', 'e')).pinnedEventId).not.toBe(pinnedEventId);
});

it.each([
  [{}, 'eventId: Required, timelineId: Required'],
  [{ eventId: 'e', timelineId: null }, 'timelineId: Expected string, received null'],
])('refuses %j', async (body, message) => {
  expect(shown(await patch(body))).toEqual(badRequest(`[request body]: ${message}`));
});

it('refuses ids that are too long', async () => {
  const answer = await patch({ eventId: 'x'.repeat(1_100), timelineId: 't' });
  expect(shown(answer)).toEqual(siem(400, 'an id is too long: 1104 bytes where 1024 are allowed'));
});
