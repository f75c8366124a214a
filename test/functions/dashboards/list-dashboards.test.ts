import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { badRequest, dashboards, generated, shown } from './dashboards.ts';

const { call, given } = dashboards();
const list = (space: string, query = '', options = {}) =>
  call(`GET /s/${space}/api/dashboards/dashboard${query}`, options);
const idsOf = ({ body }: { body: { items: { id: string }[] } }) => body.items.map(({ id }) => id);

it('is empty in a space without dashboards', async () => {
  expect(shown(await list('empty'))).toEqual({ status: 200, body: { items: [], total: 0 } });
});

it('shows title, description and time, and everything else but the content', async () => {
  const references = [{ name: 'n', type: 'lens', id: 'l' }];
  const fields = {
    description: 'D',
    timeRestore: true,
    timeFrom: 'now-1d',
    panels: [{ type: 'x', gridData: { x: 0, y: 0 } }],
  };
  const { version } = await given('shown', fields, { space: 'one', references });
  expect((await list('one')).body).toEqual({
    items: [
      {
        ...generated,
        id: 'shown',
        attributes: { title: 'shown', description: 'D', timeRestore: true },
        namespaces: ['one'],
        references,
        version,
      },
    ],
    total: 1,
  });
});

describe('pages', () => {
  const ids = Array.from({ length: 25 }, (_, index) => `d${String(index).padStart(2, '0')}`);

  it('has 20 dashboards on a page, in a fixed order', async () => {
    for (const id of ids) await given(id, {}, { space: 'many' });
    const first = await list('many');
    expect(first.body.total).toBe(25);
    expect(idsOf(first)).toEqual(ids.slice(0, 20));
    expect(idsOf(await list('many', '?page=2'))).toEqual(ids.slice(20));
    expect(idsOf(await list('many', '?page=3&perPage=4'))).toEqual(ids.slice(8, 12));
    expect(shown(await list('many', '?page=7&perPage=4'))).toMatchObject({
      body: { items: [{ id: 'd24' }], total: 25 },
    });
    expect((await list('many', '?page=8&perPage=4')).body).toEqual({ items: [], total: 25 });
  });

  it.each([
    ['?page=0', '[request query.page]: Value must be equal to or greater than [1].'],
    ['?perPage=0', '[request query.perPage]: Value must be equal to or greater than [1].'],
    ['?perPage=1001', '[request query.perPage]: Value must be equal to or lower than [1000].'],
    ['?page=x', '[request query.page]: expected value of type [number] but got [string]'],
    ['?foo=1', '[request query.foo]: definition for this key is missing'],
    ['?page=11&perPage=1000', 'Bad Request'],
    ['?page=1.5', 'Bad Request'],
  ])('refuses %s', async (query, message) => {
    expect(shown(await list('many', query))).toEqual(badRequest(message));
  });
});

it('forgets what is deleted and shows what is changed', async () => {
  await given('a', {}, { space: 'changing' });
  await given('b', {}, { space: 'changing' });
  await call('DELETE /s/changing/api/dashboards/dashboard/a');
  await call('PUT /s/changing/api/dashboards/dashboard/b', { body: { attributes: { title: 'New' } } });
  const { body } = await list('changing');
  expect(body).toMatchObject({ total: 1, items: [{ id: 'b', attributes: { title: 'New' } }] });
});

it('is empty for who may not read dashboards', async () => {
  await given('hidden', {}, { space: 'closed' });
  const as = await givenUser('developer', { kibana: ['feature_dev_tools.all'] });
  expect((await list('closed', '', { as })).body).toEqual({ items: [], total: 0 });
  const reader = await givenUser('reader', { kibana: ['feature_dashboard_v2.read'] });
  expect((await list('closed', '', { as: reader })).body.total).toBe(1);
});
