import { expect, it } from 'vitest';
import { anId, badRequest, checksCallers, shown, siem } from '../detections/detections.ts';
import { timelines } from './timelines.ts';

const api = timelines();
const { call, givenTimeline, givenNote } = api;
const patch = (body: unknown) => call('PATCH /api/note', { body });

checksCallers(api, 'PATCH /api/note', {
  privilege: 'notes_write',
  granted: ['feature_securitySolutionNotes.all', 'feature_siem.all'],
  refused: ['feature_securitySolutionNotes.read', 'feature_securitySolutionTimeline.all'],
  xsrf: 'required',
  body: { note: { timelineId: 't', note: 'n' } },
});

it('adds a note', async () => {
  const { savedObjectId: timelineId } = await givenTimeline();
  const { status, body } = await patch({
    note: { timelineId, eventId: 'e', note: 'text', created: 1, createdBy: 'x' },
  });
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      code: 200,
      message: 'success',
      note: {
        noteId: anId,
        version: expect.stringMatching(/^W/),
        timelineId,
        eventId: 'e',
        note: 'text',
        created: expect.any(Number),
        createdBy: 'elastic',
        updated: body.note.created,
        updatedBy: 'elastic',
      },
    },
  });
  expect(body.note.created).toBeGreaterThan(1);
});

it('keeps the history of a note that is copied', async () => {
  const history = { created: 1, createdBy: 'a', updated: 2, updatedBy: 'b' };
  const { body } = await patch({ note: { timelineId: 't', note: 'copied', ...history }, overrideOwner: false });
  expect(body.note).toMatchObject(history);
});

it('changes a note', async () => {
  const note = await givenNote({ timelineId: 'changing', eventId: 'e' });
  const { body } = await patch({ noteId: note.noteId, note: { timelineId: 'changing', note: 'new', created: 1 } });
  expect(body.note).toEqual({ ...note, note: 'new', version: body.note.version, updated: body.note.updated });
  expect(body.note.version).not.toBe(note.version);
});

it('moves a note that has no timeline yet to one', async () => {
  const { savedObjectId: timelineId } = await givenTimeline();
  const note = await givenNote({ timelineId: '', eventId: 'moving' });
  expect(note.timelineId).toBe('');
  const { body } = await patch({ noteId: note.noteId, note: { timelineId, note: 'moved' } });
  expect(body.note).toMatchObject({ noteId: note.noteId, timelineId, eventId: 'moving', note: 'moved' });
  expect((await call(`GET /api/timeline?id=${timelineId}`)).body.notes).toEqual([body.note]);
  expect((await patch({ noteId: note.noteId, note: { timelineId: '', note: 'x' } })).status).toBe(404);
});

it('gives an event 100 notes without a timeline, and any number with one', async () => {
  await Promise.all(Array.from({ length: 100 }, () => givenNote({ timelineId: '', eventId: 'full' })));
  const { status, body } = await patch({ note: { timelineId: '', eventId: 'full', note: 'too much' } });
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      code: 403,
      message: 'Cannot create more than 100 notes per document without associating them to a timeline',
      note: { noteId: anId, version: '', timelineId: '', eventId: 'full', note: 'too much' },
    },
  });
  expect((await patch({ note: { timelineId: 't', eventId: 'full', note: 'fine' } })).body.code).toBe(200);
  expect((await patch({ note: { timelineId: '', eventId: 'other', note: 'fine' } })).body.code).toBe(200);
});

it('keeps a note as large as a request', async () => {
  const { savedObjectId: timelineId } = await givenTimeline();
  const text = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000)))
    .toString('hex')
    .repeat(8);
  const note = await givenNote({ timelineId, note: text });
  expect((await call(`GET /api/timeline?id=${timelineId}`)).body.notes[0].note).toBe(note.note);
});

it('loses no change of those made at once', async () => {
  const { noteId, created } = await givenNote({ timelineId: 'busy' });
  const changes = [{ eventId: 'e' }, { note: 'n' }];
  const answers = await Promise.all(
    changes.map((change) => patch({ noteId, note: { timelineId: 'busy', ...change } })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  const { body } = await patch({ noteId, note: { timelineId: 'busy' } });
  expect(body.note).toMatchObject({ eventId: 'e', note: 'n', created });
});

it.each(['nope', 'x'.repeat(2_000)])('says that the note %.10s is missing', async (noteId) => {
  expect(shown(await patch({ noteId, note: { timelineId: 't' } }))).toEqual(
    siem(404, `Saved object [siem-ui-timeline-note/${noteId}] not found`),
  );
});

it.each([
  [{}, 'note: Required'],
  [{ note: {} }, 'note.timelineId: Required'],
  [{ note: { timelineId: null } }, 'note.timelineId: Expected string, received null'],
])('refuses %j', async (body, message) => {
  expect(shown(await patch(body))).toEqual(badRequest(`[request body]: ${message}`));
});
