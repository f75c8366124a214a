import { describe, expect, it } from 'vitest';
import { badRequest, checksCallers, entityAnalytics, STORE, shown } from './entity-analytics.ts';

const api = entityAnalytics();
const { call, givenStore } = api;

checksCallers(api, `GET ${STORE}/status`, { privileges: 'securitySolution' });

describe('GET /api/security/entity_store/status', () => {
  it('tells of a space without a store', async () => {
    expect(shown(await call(`GET /s/bare${STORE}/status`))).toEqual({
      status: 200,
      body: { status: 'not_installed', engines: [] },
    });
  });

  it('tells of every engine', async () => {
    await givenStore();
    const { body } = await call(`GET ${STORE}/status`);
    expect(body.status).toBe('running');
    expect(body.engines).toHaveLength(4);
    expect(body.engines[0]).toEqual({
      type: 'user',
      status: 'started',
      filter: '',
      delay: '1m',
      timeout: '25s',
      frequency: '1m',
      lookbackPeriod: '3h',
      fieldHistoryLength: 10,
      maxLogsPerPage: 40_000,
      maxTimeWindowSize: '15m',
      maxLogsPerWindow: 500_000,
      maxLogsPerWindowCapBehavior: 'defer',
      docsPerSecond: -1,
      indexPattern: '',
      enrichPolicyExecutionInterval: null,
      timestampField: '@timestamp',
      maxPageSearchSize: 10_000,
    });
    const { body: detailed } = await call(`GET ${STORE}/status?include_components=true&apiVersion=2023-10-31`);
    expect(detailed.engines[0]).toEqual({ ...body.engines[0], components: [] });
  });

  it.each([
    [
      'include_components=1',
      'include_components: Invalid option: expected one of "true"|"false", include_components: Invalid input: expected boolean, received string',
    ],
    ['x=1', 'Unrecognized key: "x"'],
  ])('refuses ?%s', async (query, message) => {
    expect(shown(await call(`GET ${STORE}/status?${query}`))).toEqual(badRequest(`[request query]: ${message}`));
  });
});
