import { describe, expect, it } from 'vitest';
import { badRequest, checksCallers, core, entityAnalytics, shown } from './entity-analytics.ts';

const api = entityAnalytics();
const { call, givenCriticality } = api;
const get = (query: string, prefix = '') => call(`GET ${prefix}/api/asset_criticality?${query}`);

checksCallers(api, 'GET /api/asset_criticality?id_field=host.name&id_value=a', {
  privileges: 'securitySolution,securitySolution-entity-analytics',
});

describe('GET /api/asset_criticality', () => {
  it('gives a record of the space', async () => {
    const record = await givenCriticality('host.name', 'a:b c', 'low_impact');
    const query = 'id_field=host.name&id_value=a%3Ab+c';
    expect(shown(await get(query))).toEqual({ status: 200, body: record });
    expect((await get(query, '/s/other')).status).toBe(404);
  });

  it.each(['missing', '', 'x'.repeat(2_000), '%ED%A0%80'])(
    'does not find %j, and says so in the core shape',
    async (value) => {
      expect(shown(await get(`id_field=host.name&id_value=${value}`))).toEqual(core(404, 'Not Found', 'Not Found'));
    },
  );

  it('refuses what names no asset', async () => {
    expect(shown(await get(''))).toEqual(badRequest('[request query]: id_value: Required, id_field: Required'));
  });
});
