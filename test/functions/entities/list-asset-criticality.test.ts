import { beforeAll, describe, expect, it, vi } from 'vitest';
import { badRequest, checksCallers, entityAnalytics, shown } from './entity-analytics.ts';

const api = entityAnalytics();
const { call, givenCriticality } = api;
const list = (query: Record<string, string> = {}, space = 'listed') =>
  call(`GET /s/${space}/api/asset_criticality/list?${new URLSearchParams(query)}`);
const values = (body: { records: { id_value: string }[] }) => body.records.map(({ id_value }) => id_value);

checksCallers(api, 'GET /api/asset_criticality/list', {
  privileges: 'securitySolution,securitySolution-entity-analytics',
});

beforeAll(async () => {
  const records = [
    ['host.name', 'c', 'low_impact'],
    ['user.name', 'a', 'high_impact'],
    ['service.name', 'b', 'low_impact'],
    ['host.name', 'deleted', 'low_impact'],
  ] as const;
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const [field, value, level] of records) {
    await givenCriticality(field, value, level, 'listed');
    vi.advanceTimersByTime(1);
  }
  vi.useRealTimers();
  await call('DELETE /s/listed/api/asset_criticality?id_field=host.name&id_value=deleted');
});

describe('GET /api/asset_criticality/list', () => {
  it('gives the records that have a level, the oldest first', async () => {
    const { body } = await list();
    expect(body).toMatchObject({ total: 3, page: 1, per_page: 10 });
    expect(values(body)).toEqual(['c', 'a', 'b']);
    expect((await list({}, 'nothing')).body).toEqual({ records: [], total: 0, page: 1, per_page: 10 });
  });

  it.each<[Record<string, string>, string[], number]>([
    // A direction without a field counts for nothing.
    [{ sort_direction: 'desc' }, ['c', 'a', 'b'], 3],
    [{ sort_field: '@timestamp', sort_direction: 'desc' }, ['b', 'a', 'c'], 3],
    [{ sort_field: 'id_value' }, ['a', 'b', 'c'], 3],
    [{ sort_field: 'criticality_level', sort_direction: 'asc' }, ['a', 'c', 'b'], 3],
    [{ sort_field: 'id_field', sort_direction: 'desc' }, ['a', 'b', 'c'], 3],
    [{ per_page: '2' }, ['c', 'a'], 3],
    [{ per_page: '2', page: '2' }, ['b'], 3],
    [{ page: '9' }, [], 3],
    [{ kuery: 'criticality_level:low_impact OR criticality_level:medium_impact' }, ['c', 'b'], 2],
    [{ kuery: 'id_value: a*' }, ['a'], 1],
    [{ kuery: 'host.name:*' }, ['c'], 1],
    [{ kuery: 'criticality_level:deleted' }, [], 0],
    [{ kuery: '@timestamp < now-1d' }, [], 0],
  ])('answers %j', async (query, expected, total) => {
    const { body } = await list(query);
    expect([values(body), body.total]).toEqual([expected, total]);
  });

  it('fails for a text that is no KQL', async () => {
    expect(shown(await list({ kuery: 'response:' }))).toEqual({
      status: 500,
      body: {
        message: 'Expected "(", "{", value, whitespace but end of input found.\nresponse:\n---------^',
        full_error: JSON.stringify({
          shortMessage: 'Expected "(", "{", value, whitespace but end of input found.',
          name: 'KQLSyntaxError',
        }),
        status_code: 500,
      },
    });
  });

  it('does not go beyond the result window', async () => {
    const message = 'search_phase_execution_exception: all shards failed';
    expect(shown(await list({ page: '11', per_page: '1000' }))).toEqual({
      status: 400,
      body: { message, full_error: '{}', status_code: 400 },
    });
    expect((await list({ page: '10', per_page: '1000' })).status).toBe(200);
  });

  it('refuses a value that Elasticsearch does not take', async () => {
    expect(shown(await list({ kuery: 'id_value:null' }))).toMatchObject({
      status: 400,
      body: { message: 'illegal_argument_exception: [match] requires query value', status_code: 400 },
    });
  });

  it.each<[Record<string, string>, string]>([
    [{ page: '0' }, 'page: Number must be greater than or equal to 1'],
    [{ per_page: '1001' }, 'per_page: Number must be less than or equal to 1000'],
    [
      { sort_field: 'x' },
      "sort_field: Invalid enum value. Expected 'id_value' | 'id_field' | 'criticality_level' | '@timestamp', received 'x'",
    ],
    [{ sort_direction: 'up' }, "sort_direction: Invalid enum value. Expected 'asc' | 'desc', received 'up'"],
  ])('refuses %j', async (query, message) => {
    expect(shown(await list(query))).toEqual(badRequest(`[request query]: ${message}`));
  });
});
