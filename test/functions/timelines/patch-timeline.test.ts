import { expect, it } from 'vitest';
import { badRequest, checksCallers, shown, siem } from '../detections/detections.ts';
import { timeline, timelines } from './timelines.ts';

const api = timelines();
const { call, givenTimeline, givenNote } = api;
const patch = (body: unknown) => call('PATCH /api/timeline', { body });
const CONFLICT = siem(
  409,
  'Timeline version conflict. The provided timelineVersion does not match the current timeline.',
);

checksCallers(api, 'PATCH /api/timeline', {
  privilege: 'timeline_write',
  granted: ['feature_securitySolutionTimeline.all'],
  refused: ['feature_securitySolutionTimeline.read'],
  xsrf: 'required',
  body: { timelineId: 'x', version: null, timeline: { title: 't' } },
});

it('changes what is given', async () => {
  const was = await givenTimeline({ timelineType: 'default' });
  const note = await givenNote({ timelineId: was.savedObjectId });
  const { status, body } = await patch({
    timelineId: was.savedObjectId,
    version: was.version,
    timeline: { title: 'New', description: null, kqlQuery: { filterQuery: null } },
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ...was,
    title: 'New',
    description: null,
    kqlQuery: { filterQuery: null },
    version: body.version,
    updated: body.updated,
    favorite: [],
    noteIds: [note.noteId],
  });
  expect(body.version).not.toBe(was.version);
  const stale = await patch({ timelineId: was.savedObjectId, version: was.version, timeline: { title: 'x' } });
  expect(shown(stale)).toEqual(CONFLICT);
  const blind = await patch({ timelineId: was.savedObjectId, version: null, timeline: { title: 'x' } });
  expect(shown(blind)).toEqual(CONFLICT);
});

it('lets one of many win who have read the same version', async () => {
  const { savedObjectId: timelineId, version } = await givenTimeline();
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, index) => patch({ timelineId, version, timeline: { title: `t${index}` } })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
  expect(shown(answers.find(({ status }) => status === 409)!)).toEqual(CONFLICT);
});

it('changes templates by either id', async () => {
  const template = { ...timeline, timelineType: 'template', templateTimelineId: 'tpl', templateTimelineVersion: 1 };
  const was = await givenTimeline(template);
  const change = { title: 'New', timelineType: 'template', templateTimelineId: 'tpl', templateTimelineVersion: 2 };
  const { status, body } = await patch({ timelineId: was.savedObjectId, version: was.version, timeline: change });
  expect({ status, body }).toMatchObject({ status: 200, body: { ...change, savedObjectId: was.savedObjectId } });
  expect(shown(await patch({ timelineId: null, version: was.version, timeline: change }))).toEqual(
    siem(
      409,
      'Timeline template version conflict. The provided templateTimelineVersion does not match the current template.',
    ),
  );
  const other = await givenTimeline({ ...template, templateTimelineId: 'other' });
  expect(shown(await patch({ timelineId: other.savedObjectId, version: null, timeline: change }))).toEqual(
    siem(409, 'There are no Timeline templates that match the provided templateTimelineId.'),
  );
  for (const { savedObjectId: timelineId, version } of [{ savedObjectId: null, version: null }, other]) {
    const answer = await patch({ timelineId, version, timeline: { ...change, templateTimelineId: 'nope' } });
    expect(shown(answer)).toEqual(
      siem(
        405,
        'You cannot create new Timeline templates with PATCH. Use POST instead (templateTimelineId does not exist).',
      ),
    );
  }
});

it('refuses what cannot be changed', async () => {
  const missing = await patch({ timelineId: 'nope', version: null, timeline: { title: 't' } });
  expect(shown(missing)).toEqual(siem(405, 'You cannot create new timelines with PATCH. Use POST instead.'));
  const { savedObjectId: timelineId, version } = await givenTimeline({ status: 'immutable' });
  expect(shown(await patch({ timelineId, version, timeline: { title: 't' } }))).toEqual(
    siem(403, 'You are not allowed to set the status field value to immutable.'),
  );
  const other = await givenTimeline();
  expect(
    shown(
      await patch({
        timelineId: other.savedObjectId,
        version: null,
        timeline: { title: 't', timelineType: 'template' },
      }),
    ),
  ).toEqual(siem(403, 'You cannot convert a Timeline template to a timeline, or a timeline to a Timeline template.'));
  expect(shown(await patch({ timelineId: other.savedObjectId, version: null, timeline: {} }))).toEqual(
    siem(405, 'The title field cannot be empty.'),
  );
});

it.each([
  [{ timeline: {} }, 'timelineId: Required, version: Required'],
  [{ timelineId: 5, version: null, timeline: {} }, 'timelineId: Expected string, received number'],
])('refuses %j', async (body, message) => {
  expect(shown(await patch(body))).toEqual(badRequest(`[request body]: ${message}`));
});
