import { expect, it } from 'vitest';
import { createObject } from '../../../lib/stores/saved-objects.ts';
import { givenUser } from '../../support/callers.ts';
import { absent, badRequest, dashboards, forbidden, panel, shown } from './dashboards.ts';

const { call, given } = dashboards();
const put = (id: string, body: unknown, options = {}) =>
  call(`PUT /api/dashboards/dashboard/${id}`, { body, ...options });

it('replaces what is given, and what has a default', async () => {
  const references = [{ name: 'n', type: 'lens', id: 'l' }];
  const was = await given('changed', { description: 'Old', timeFrom: 'now-1d', panels: [panel()] }, { references });
  const { status, body } = await put('changed', { attributes: { title: 'New' } });
  expect(status).toBe(200);
  expect(body.item).toMatchObject({
    id: 'changed',
    createdAt: was.createdAt,
    attributes: { title: 'New', description: '', panels: [], timeFrom: 'now-1d' },
    references: [],
    namespaces: ['default'],
  });
  expect(body.item.version).not.toBe(was.version);
  expect((await call('GET /api/dashboards/dashboard/changed')).body.item).toEqual(body.item);
});

it('replaces references', async () => {
  await given('references');
  const references = [{ name: 'n', type: 'lens', id: 'l' }];
  expect((await put('references', { attributes: { title: 'x' }, references })).body.item.references).toEqual(
    references,
  );
});

it('names who changed it', async () => {
  const { createdBy } = await given('by-whom');
  const as = await givenUser('editor-of-it', { kibana: ['feature_dashboard_v2.all'] });
  const { item } = (await put('by-whom', { attributes: { title: 'x' } }, { as })).body;
  expect(item.createdBy).toBe(createdBy);
  expect(item.updatedBy).not.toBe(createdBy);
});

it('loses none of many changes at the same time', async () => {
  await given('busy');
  const answers = await Promise.all(
    Array.from({ length: 3 }, (_, index) => put('busy', { attributes: { title: `${index}` } })),
  );
  const done = answers.filter(({ status }) => status === 200);
  expect(done.length).toBeGreaterThan(0);
  const versions = new Set(done.map(({ body }) => body.item.version));
  expect(versions.size).toBe(done.length);
});

it.each([
  [
    'spaces',
    { attributes: { title: 'x' }, spaces: ['a'] },
    '[request body.spaces]: definition for this key is missing',
  ],
  [
    'no title',
    { attributes: {} },
    '[request body.attributes.title]: expected value of type [string] but got [undefined]',
  ],
])('refuses %s', async (_name, body, message) => {
  await given(`refused-${_name.length}`);
  expect(shown(await put(`refused-${_name.length}`, body))).toEqual(badRequest(message));
});

it('tells unknown ids, also of other spaces', async () => {
  await given('of-red', {}, { space: 'red' });
  const body = { attributes: { title: 'x' } };
  expect(shown(await put('unknown', body))).toEqual(absent('unknown'));
  expect(shown(await put('of-red', body))).toEqual(absent('of-red'));
});

it('mends what an import broke', async () => {
  const actor = { space: 'default', now: new Date() };
  await given('seed');
  await createObject({ type: 'dashboard', id: 'broken', attributes: { title: 'x', optionsJSON: 'no' } }, actor);
  expect((await put('broken', { attributes: { title: 'mended' } })).body.item.attributes.title).toBe('mended');
});

it('refuses who may only read', async () => {
  await given('read-only');
  const as = await givenUser('reader', { kibana: ['feature_dashboard_v2.read'] });
  expect(shown(await put('read-only', { attributes: { title: 'x' } }, { as }))).toEqual(forbidden());
});
