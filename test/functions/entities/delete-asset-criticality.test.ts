import { describe, expect, it } from 'vitest';
import { badRequest, checksCallers, entityAnalytics, shown } from './entity-analytics.ts';

const api = entityAnalytics();
const { call, givenCriticality } = api;
const PATH = '/api/asset_criticality';
const query = (id_field: string, id_value: string) => new URLSearchParams({ id_value, id_field });
const remove = (id_field: string, id_value: string, prefix = '') =>
  call(`DELETE ${prefix}${PATH}?${query(id_field, id_value)}`);
const get = (id_field: string, id_value: string) => call(`GET ${PATH}?${query(id_field, id_value)}`);
const notThere = { status: 200, body: { deleted: false } };

checksCallers(api, `DELETE ${PATH}?id_value=a&id_field=host.name`, {
  privileges: 'securitySolution,securitySolution-entity-analytics',
  xsrf: 'unless-cross-site',
});

describe('DELETE /api/asset_criticality', () => {
  it.each([
    ['', 'id_value: Required, id_field: Required'],
    ['id_value=a', 'id_field: Required'],
    [
      'id_value=a&id_field=ip',
      "id_field: Invalid enum value. Expected 'host.name' | 'user.name' | 'service.name' | 'related.entity', received 'ip'",
    ],
    ['id_value=a&id_field=host.name&refresh=true', 'refresh: Invalid literal value, expected "wait_for"'],
    ['id_value=a&id_value=b&id_field=host.name', 'id_value: Expected string, received array'],
  ])('refuses ?%s', async (text, message) => {
    expect(shown(await call(`DELETE ${PATH}?${text}`))).toEqual(badRequest(`[request query]: ${message}`));
  });

  it('answers the record as it was, and then that there is none', async () => {
    const record = await givenCriticality('host.name', 'my_host', 'high_impact');
    const answer = await call(`DELETE ${PATH}?${query('host.name', 'my_host')}&refresh=wait_for&other=1`);
    expect(shown(answer)).toEqual({ status: 200, body: { deleted: true, record } });
    expect(record).toMatchObject({ criticality_level: 'high_impact', asset: { criticality: 'high_impact' } });
    expect(shown(await remove('host.name', 'my_host'))).toEqual(notThere);
    expect((await get('host.name', 'my_host')).status).toBe(404);
  });

  it.each(['', 'a:b', 'ünï ✓', 'x'.repeat(1_000)])('takes the value %j', async (value) => {
    const record = await givenCriticality('user.name', value, 'low_impact');
    expect((await remove('user.name', value)).body).toEqual({ deleted: true, record });
  });

  it('does not find what nobody can have stored', async () => {
    expect(shown(await remove('host.name', 'x'.repeat(2_000)))).toEqual(notThere);
  });

  it('leaves other fields and other spaces alone', async () => {
    await givenCriticality('host.name', 'same', 'low_impact');
    expect(shown(await remove('service.name', 'same'))).toEqual(notThere);
    expect(shown(await remove('host.name', 'same', '/s/other'))).toEqual(notThere);
    expect((await get('host.name', 'same')).status).toBe(200);
  });

  it('lets a record live again', async () => {
    await givenCriticality('host.name', 'again', 'low_impact');
    await remove('host.name', 'again');
    await givenCriticality('host.name', 'again', 'extreme_impact');
    expect((await get('host.name', 'again')).body.criticality_level).toBe('extreme_impact');
  });

  it('tells only one of many that it has deleted', async () => {
    await givenCriticality('host.name', 'crowd', 'low_impact');
    const answers = await Promise.all([1, 2, 3, 4].map(() => remove('host.name', 'crowd')));
    expect(answers.map(({ body }) => body.deleted).sort()).toEqual([false, false, false, true]);
  });
});
