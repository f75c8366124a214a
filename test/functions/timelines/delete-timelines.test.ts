import { expect, it } from 'vitest';
import { jobOf } from '../../../lib/stores/jobs.ts';
import { rows } from '../../../lib/stores/read.ts';
import { createObject, findObject } from '../../../lib/stores/saved-objects.ts';
import { sweep } from '../../../lib/stores/sweeps.ts';
import { givenUser } from '../../support/callers.ts';
import { badRequest, checksCallers, shown, siem } from '../detections/detections.ts';
import { timelines } from './timelines.ts';

const api = timelines();
const { call, givenTimeline, givenNote, givenPin } = api;
const remove = (body: unknown, as?: string) => call('DELETE /api/timeline', { body, ...(as && { as }) });

checksCallers(api, 'DELETE /api/timeline', {
  privilege: 'timeline_write',
  granted: ['feature_securitySolutionTimeline.all'],
  refused: ['feature_securitySolutionTimeline.read'],
  xsrf: 'required',
  body: { savedObjectIds: [] },
});

it('deletes timelines with what hangs on them', async () => {
  const one = await givenTimeline();
  const other = await givenTimeline({
    timelineType: 'template',
    templateTimelineId: 'tpl',
    templateTimelineVersion: 1,
  });
  const kept = await givenTimeline();
  const id = one.savedObjectId;
  await givenNote({ timelineId: id, note: 'n'.repeat(1_000) });
  await givenPin(id, 'event');
  await givenPin(kept.savedObjectId, 'event');
  const answer = await remove({ savedObjectIds: [id, other.savedObjectId, id] });
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text: '' });
  expect((await call(`GET /api/timeline?id=${id}`)).status).toBe(404);
  expect((await call('GET /api/timeline?template_timeline_id=tpl')).status).toBe(404);
  expect((await call(`GET /api/timeline?id=${kept.savedObjectId}`)).body.pinnedEventIds).toEqual(['event']);
  const left = () => Array.fromAsync(rows({ table: 'SavedObjects', pk: `default#timeline#${id}` }));
  expect(await left()).toHaveLength(2);
  for await (const job of rows({ table: 'Jobs', pk: 'jobs' })) await sweep(jobOf(job));
  expect(await left()).toEqual([]);
  expect(await Array.fromAsync(rows({ table: 'Jobs', pk: 'jobs' }))).toEqual([]);
  expect(
    (await givenTimeline({ timelineType: 'template', templateTimelineId: 'tpl', templateTimelineVersion: 1 }))
      .templateTimelineId,
  ).toBe('tpl');
});

it('deletes the saved searches that belong to them', async () => {
  const { savedObjectId } = await givenTimeline();
  const where = { type: 'search', id: 'a-search', space: 'default' };
  await createObject({ ...where, attributes: { title: 's' } }, { space: 'default', now: new Date() });
  const as = await givenUser('timelines-only', { kibana: ['feature_securitySolutionTimeline.all'] });
  const body = { savedObjectIds: [savedObjectId], searchIds: ['a-search'] };
  expect(shown(await remove(body, as))).toEqual(siem(403, 'Unable to delete search'));
  expect((await remove(body)).status).toBe(200);
  expect(await findObject(where)).toBeUndefined();
});

it('says which timeline is missing', async () => {
  expect(shown(await remove({ savedObjectIds: ['nope'] }))).toEqual(
    siem(404, 'Saved object [siem-ui-timeline/nope] not found'),
  );
});

it.each([
  [{}, 'savedObjectIds: Required'],
  [undefined, 'Expected object, received null'],
  [{ savedObjectIds: [1] }, 'savedObjectIds.0: Expected string, received number'],
])('refuses %j', async (body, message) => {
  expect(shown(await remove(body))).toEqual(badRequest(`[request body]: ${message}`));
});
