import { expect, it } from 'vitest';
import { badRequest, checksCallers, shown } from '../detections/detections.ts';
import { timeline, timelines } from './timelines.ts';

const api = timelines();
const { call, givenTimeline, givenNote, givenPin } = api;
const exportOf = (ids: unknown, prefix = '') =>
  call(`POST ${prefix}/api/timeline/_export?file_name=my%20file.ndjson`, { body: { ids } });

checksCallers(api, 'POST /api/timeline/_export?file_name=x', {
  privilege: 'timeline_read',
  granted: ['feature_securitySolutionTimeline.read', 'feature_siem.read'],
  refused: ['feature_siemV3.all'],
  xsrf: 'unless-cross-site',
  body: { ids: [] },
});

const missing = (id: string) =>
  `{"statusCode":404,"error":"Not Found","message":"Saved object [siem-ui-timeline/${id}] not found"}\n`;

it('writes a line for each timeline, then one for each missing id', async () => {
  const favorite = [{ favoriteDate: 1, fullName: '', keySearch: 'amRvZQ==', userName: 'jdoe' }];
  const one = await givenTimeline({ timelineType: 'default', favorite });
  const id = one.savedObjectId;
  const globalNote = await givenNote({ timelineId: id });
  const eventNote = await givenNote({ timelineId: id, eventId: 'e1' });
  await givenPin(id, 'e1');
  await givenPin(id, 'e2');
  const two = await givenTimeline({ title: '', status: 'draft' });
  const { status, text, headers } = await exportOf(['nope', two.savedObjectId, 'also nope', id, id]);
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/ndjson');
  expect(headers['content-disposition']).toBe('attachment; filename="my file.ndjson"');
  const { status: _, excludedRowRendererIds: __, ...fields } = one;
  const line = { ...fields, eventNotes: [eventNote], globalNotes: [globalNote], pinnedEventIds: ['e1', 'e2'] };
  const [first, second, ...rest] = text.split('\n');
  expect(JSON.parse(first!)).toMatchObject({
    savedObjectId: two.savedObjectId,
    eventNotes: [],
    globalNotes: [],
    pinnedEventIds: [],
  });
  expect(second).toBe(JSON.stringify(line));
  expect(`${rest.join('\n')}`).toBe(missing('nope') + missing('also nope'));
});

it('has the keys of a line in the documented order', async () => {
  const { savedObjectId } = await givenTimeline({ timelineType: 'default', favorite: [] });
  const { text } = await exportOf([savedObjectId]);
  expect(Object.keys(JSON.parse(text)).join(' ')).toBe(
    'savedObjectId version columns dataProviders dataViewId description eqlOptions eventType favorite filters indexNames kqlMode kqlQuery title templateTimelineId templateTimelineVersion dateRange savedQueryId created createdBy updated updatedBy timelineType sort savedSearchId eventNotes globalNotes pinnedEventIds',
  );
  expect(text.endsWith('\n')).toBe(true);
});

it('exports 20 notes of a timeline, and all of its pinned events', async () => {
  const { savedObjectId } = await givenTimeline();
  await Promise.all(
    Array.from({ length: 25 }, (_, index) => givenNote({ timelineId: savedObjectId, note: `${index}` })),
  );
  await Promise.all(Array.from({ length: 25 }, (_, index) => givenPin(savedObjectId, `${index}`)));
  const line = JSON.parse((await exportOf([savedObjectId])).text);
  expect(line.globalNotes).toHaveLength(20);
  expect(line.pinnedEventIds).toHaveLength(25);
});

it.each([[null], [undefined], [[]]])('exports nothing for %j', async (ids) => {
  await givenTimeline();
  const { status, text, headers } = await exportOf(ids);
  expect({ status, text, type: headers['content-type'] }).toEqual({
    status: 200,
    text: '',
    type: 'application/ndjson',
  });
});

it('exports only what the space has', async () => {
  const { savedObjectId } = await givenTimeline({}, '/s/here');
  expect((await exportOf([savedObjectId])).text).toBe(missing(savedObjectId));
  expect(JSON.parse((await exportOf([savedObjectId], '/s/here')).text)).toMatchObject({ ...timeline, savedObjectId });
});

it.each(['', ' ', '__proto__', '"', 'a\nb', '\ud800', 'x'.repeat(2_000)])('takes the id %j', async (id) => {
  const { status, text } = await exportOf([id]);
  expect(status).toBe(200);
  expect(JSON.parse(text).message).toBe(`Saved object [siem-ui-timeline/${id}] not found`);
});

it('counts ids as they come, before anything is read', async () => {
  const ids = Array.from({ length: 10_001 }, () => 'x');
  const { status, text, headers } = await exportOf(ids);
  expect({ status, text, type: headers['content-type'] }).toEqual({
    status: 400,
    text: `{"body":"Can't export more than 10000 timelines","statusCode":400}`,
    type: 'application/ndjson',
  });
  expect((await exportOf(ids.slice(1))).text).toBe(missing('x'));
});

it.each([
  ['', { ids: [] }, '[request query]: file_name: Required'],
  ['?file_name=a&file_name=b', { ids: [] }, '[request query]: file_name: Expected string, received array'],
  ['?file_name=a', { ids: 'someId' }, '[request body]: ids: Expected array, received string'],
  ['?file_name=a', { ids: [1] }, '[request body]: ids.0: Expected string, received number'],
  ['?file_name=a', undefined, '[request body]: Expected object, received null'],
  ['?file_name=a', '{', 'Invalid request payload JSON format'],
])('refuses %j with %j', async (query, body, message) => {
  expect(shown(await call(`POST /api/timeline/_export${query}`, { body }))).toEqual(badRequest(message));
});

it('takes any file name', async () => {
  const nameOf = async (name: string) =>
    (await call(`POST /api/timeline/_export?file_name=${encodeURIComponent(name)}`, { body: {} })).headers[
      'content-disposition'
    ];
  expect(await nameOf('')).toBe('attachment; filename=""');
  expect(await nameOf('a\r\nx: y')).toBe('attachment; filename="a%0D%0Ax: y"');
});
