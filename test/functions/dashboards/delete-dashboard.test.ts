import { expect, it } from 'vitest';
import { partition } from '../../lib/stores/store.ts';
import { givenUser } from '../../support/callers.ts';
import { absent, dashboards, forbidden, panel, shown } from './dashboards.ts';

const { call, given } = dashboards();
const remove = (id: string, options = {}) => call(`DELETE /api/dashboards/dashboard/${id}`, options);

it('deletes once, and leaves nothing', async () => {
  await given('gone', { panels: [panel()] });
  const { status, text } = await remove('gone');
  expect({ status, text }).toEqual({ status: 200, text: '' });
  expect(shown(await remove('gone'))).toEqual(absent('gone'));
  expect((await call('GET /api/dashboards/dashboard/gone')).status).toBe(404);
  expect(await partition('SavedObjects', 'object:dashboard#gone')).toEqual([]);
  expect(await partition('SavedObjects', 'default#dashboard')).toEqual([]);
});

it('frees the id for every space', async () => {
  await given('again');
  await remove('again');
  expect((await given('again', {}, { space: 'red' })).namespaces).toEqual(['red']);
});

it('tells unknown ids, also of other spaces', async () => {
  await given('of-red', {}, { space: 'red' });
  expect(shown(await remove('unknown'))).toEqual(absent('unknown'));
  expect(shown(await remove('of-red'))).toEqual(absent('of-red'));
  expect((await call('GET /s/red/api/dashboards/dashboard/of-red')).status).toBe(200);
});

it('refuses who may only read', async () => {
  await given('kept');
  const as = await givenUser('reader', { kibana: ['feature_dashboard_v2.read'] });
  expect(shown(await remove('kept', { as }))).toEqual(forbidden());
  expect((await call('GET /api/dashboards/dashboard/kept')).status).toBe(200);
});
