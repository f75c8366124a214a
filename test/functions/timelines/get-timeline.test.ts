import { expect, it } from 'vitest';
import { checksCallers, shown, siem } from '../detections/detections.ts';
import { timelines } from './timelines.ts';

const api = timelines();
const { call, givenTimeline, givenNote, givenPin } = api;

checksCallers(api, 'GET /api/timeline?id=x', {
  privilege: 'timeline_read',
  granted: ['feature_securitySolutionTimeline.read', 'feature_siem.read'],
  refused: ['feature_siemV3.all'],
});

it('shows a timeline with its notes and pinned events', async () => {
  const favorite = [
    { favoriteDate: 1, fullName: '', keySearch: 'ZWxhc3RpYw==', userName: 'elastic' },
    { favoriteDate: 2, fullName: '', keySearch: 'amRvZQ==', userName: 'jdoe' },
  ];
  const created = await givenTimeline({ favorite });
  const id = created.savedObjectId;
  const globalNote = await givenNote({ timelineId: id });
  const eventNote = await givenNote({ timelineId: id, eventId: 'e1' });
  const pin = await givenPin(id, 'e1');
  const { status, body } = await call(`GET /api/timeline?id=${id}`);
  expect(status).toBe(200);
  const { notes, ...rest } = body;
  expect(rest).toEqual({
    ...created,
    favorite: [favorite[0]],
    eventIdToNoteIds: [eventNote],
    noteIds: [globalNote.noteId],
    pinnedEventIds: ['e1'],
    pinnedEventsSaveObject: [pin],
  });
  expect(notes).toHaveLength(2);
  expect(notes).toEqual(expect.arrayContaining([globalNote, eventNote]));
});

it.each([
  '?id=nope',
  '?template_timeline_id=nope',
  '?id=',
  `?id=${'x'.repeat(2_000)}`,
  `?template_timeline_id=${'x'.repeat(1_000)}`,
])('does not find %s', async (query) => {
  expect(shown(await call(`GET /api/timeline${query}`))).toEqual(siem(404, 'Could not find timeline'));
});

it.each(['', '?id=a&template_timeline_id=b'])('needs one id: %j', async (query) => {
  expect(shown(await call(`GET /api/timeline${query}`))).toEqual(
    siem(500, 'please provide id or template_timeline_id'),
  );
});

it('keeps the timelines of each space apart', async () => {
  const { savedObjectId } = await givenTimeline({}, '/s/here');
  expect((await call(`GET /s/here/api/timeline?id=${savedObjectId}`)).status).toBe(200);
  expect((await call(`GET /api/timeline?id=${savedObjectId}`)).status).toBe(404);
});
