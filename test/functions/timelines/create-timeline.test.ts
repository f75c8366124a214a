import { expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { anId, badRequest, checksCallers, shown, siem } from '../detections/detections.ts';
import { timeline, timelines } from './timelines.ts';

const api = timelines();
const { call, givenTimeline } = api;
const create = (body: unknown) => call('POST /api/timeline', { body });

checksCallers(api, 'POST /api/timeline', {
  privilege: 'timeline_write',
  granted: ['feature_securitySolutionTimeline.all', 'feature_siem.all', 'all'],
  refused: ['feature_securitySolutionTimeline.read', 'feature_siemV3.all', 'feature_siem.read'],
  xsrf: 'required',
  body: { timeline: {} },
});

it('creates a timeline', async () => {
  const { status, body } = await create({ timeline: { ...timeline, timelineType: 'default' } });
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      savedObjectId: anId,
      version: expect.stringMatching(/^W[\w+/]+=*$/),
      ...timeline,
      excludedRowRendererIds: [],
      templateTimelineId: null,
      templateTimelineVersion: null,
      created: expect.any(Number),
      createdBy: 'elastic',
      updated: body.created,
      updatedBy: 'elastic',
      timelineType: 'default',
      status: 'active',
    },
  });
});

it('answers the keys in the documented order', async () => {
  const { text } = await create({ timeline: { ...timeline, timelineType: 'default', favorite: [] } });
  expect(Object.keys(JSON.parse(text)).join(' ')).toBe(
    'savedObjectId version columns dataProviders dataViewId description eqlOptions eventType excludedRowRendererIds favorite filters indexNames kqlMode kqlQuery title templateTimelineId templateTimelineVersion dateRange savedQueryId created createdBy updated updatedBy timelineType status sort savedSearchId',
  );
});

it.each<[fields: Record<string, unknown>, stored: Record<string, unknown>]>([
  [{ title: 't' }, { status: 'active', timelineType: 'default', sort: [] }],
  [{ title: 't', status: 'draft' }, { status: 'active' }],
  [{ status: 'draft' }, { status: 'draft' }],
  [{ title: 't', status: 'immutable' }, { status: 'immutable' }],
  [{ title: 't', sort: { columnId: 'a' } }, { sort: [{ columnId: 'a' }] }],
  [
    { title: 't', created: 1, createdBy: 'me', updated: 1, updatedBy: 'me' },
    { createdBy: 'elastic', updatedBy: 'elastic' },
  ],
])('settles %j', async (fields, stored) => {
  const { status, body } = await create({ timeline: fields });
  expect(status).toBe(200);
  expect(body).toMatchObject(stored);
  expect(body.created).toBeGreaterThan(1_000);
});

it('names authors as they are shown', async () => {
  await givenUser('writer', { kibana: ['feature_securitySolutionTimeline.all'] });
  await call('PUT /_security/user/writer', { body: { roles: ['writer'], full_name: 'Wri Ter' } });
  const { body } = await call('POST /api/timeline', { as: 'writer', body: { timeline: { title: 't' } } });
  expect(body).toMatchObject({ createdBy: 'Wri Ter', updatedBy: 'Wri Ter' });
});

it('creates templates, each id once', async () => {
  const template = { ...timeline, timelineType: 'template', templateTimelineId: 'tpl', templateTimelineVersion: 1 };
  const { status, body } = await create({ timeline: template });
  expect({ status, body }).toMatchObject({ status: 200, body: template });
  const taken = siem(405, 'You cannot update Timeline templates with POST. Use PATCH instead.');
  expect(shown(await create({ timeline: template }))).toEqual(taken);
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => create({ timeline: { ...template, templateTimelineId: 'wanted' } })),
  );
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 405, 405, 405]);
  expect((await call('GET /api/timeline?template_timeline_id=wanted')).body.savedObjectId).toBe(
    answers.find((answer) => answer.status === 200)!.body.savedObjectId,
  );
});

it('takes what a template is from beside the timeline, too', async () => {
  const body = {
    timeline: { title: 't' },
    timelineType: 'template',
    templateTimelineId: 'beside',
    templateTimelineVersion: 2,
  };
  expect((await create(body)).body).toMatchObject({
    timelineType: 'template',
    templateTimelineId: 'beside',
    templateTimelineVersion: 2,
  });
});

it('refuses what asks for something else', async () => {
  const { savedObjectId } = await givenTimeline();
  const update = siem(405, 'You cannot update timelines with POST. Use PATCH instead.');
  expect(shown(await create({ timelineId: savedObjectId, timeline }))).toEqual(update);
  expect((await create({ timelineId: 'nope', timeline })).status).toBe(200);
  expect(shown(await create({ timeline: {} }))).toEqual(siem(405, 'The title field cannot be empty.'));
  expect(shown(await create({ timeline: { title: '', status: 'active' } }))).toEqual(
    siem(405, 'The title field cannot be empty.'),
  );
  expect(shown(await create({ timeline: { title: 't', timelineType: 'template', templateTimelineId: 'x' } }))).toEqual(
    siem(403, 'You must provide a valid templateTimelineVersion value. Use 1 for new Timeline templates.'),
  );
});

it.each([
  [{}, 'timeline: Required'],
  [undefined, 'Expected object, received null'],
  [{ timeline: { title: 5 } }, 'timeline.title: Expected string, received number'],
  [
    { timeline: { status: 'x' } },
    "timeline.status: Invalid enum value. Expected 'active' | 'draft' | 'immutable', received 'x'",
  ],
])('refuses %j', async (body, message) => {
  expect(shown(await create(body))).toEqual(badRequest(`[request body]: ${message}`));
});
