import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { badRequest, checksCallers, entityAnalytics, ISO_TIME, shown } from './entity-analytics.ts';

const api = entityAnalytics();
const { call } = api;
const put = (body: unknown) => call('POST /api/asset_criticality', { body });
const LEVELS = "'low_impact' | 'medium_impact' | 'high_impact' | 'extreme_impact'";

checksCallers(api, 'POST /api/asset_criticality', {
  privileges: 'securitySolution,securitySolution-entity-analytics',
  xsrf: 'required',
  request: { body: {} },
});

describe('POST /api/asset_criticality', () => {
  it.each([
    [{}, 'id_value: Required, id_field: Required, criticality_level: Required'],
    [
      { id_value: 'a', id_field: 'host.name', criticality_level: 'x' },
      `criticality_level: Invalid enum value. Expected ${LEVELS}, received 'x'`,
    ],
    [
      { id_value: 1, id_field: 'host.name', criticality_level: 'low_impact', refresh: true },
      'id_value: Expected string, received number, refresh: Invalid literal value, expected "wait_for"',
    ],
    [
      { id_value: 'a', id_field: 'constructor', criticality_level: 'low_impact' },
      "id_field: Invalid enum value. Expected 'host.name' | 'user.name' | 'service.name' | 'related.entity', received 'constructor'",
    ],
    [undefined, 'Expected object, received null'],
  ])('refuses %j', async (body, message) => {
    expect(shown(await put(body))).toEqual(badRequest(`[request body]: ${message}`));
  });

  const asset = { criticality: 'medium_impact' };
  it.each([
    ['host.name', { host: { name: 'a', asset } }],
    ['user.name', { user: { name: 'a', asset } }],
    ['service.name', { service: { name: 'a', asset } }],
    ['related.entity', {}],
    ['entity.id', { entity: { id: 'a', asset } }],
  ])('stores a record of %s', async (id_field, more) => {
    const { status, body } = await put({
      id_field,
      id_value: 'a',
      criticality_level: 'medium_impact',
      refresh: 'wait_for',
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      id_field,
      id_value: 'a',
      criticality_level: 'medium_impact',
      '@timestamp': expect.stringMatching(ISO_TIME),
      asset,
      ...more,
    });
    const { body: read, text } = await call(`GET /api/asset_criticality?id_field=${id_field}&id_value=a`);
    expect(read).toEqual(body);
    expect(text).toMatch(/^\{"id_field":.*,"id_value":.*,"criticality_level":.*,"@timestamp":.*,"asset":/);
    if (id_field.endsWith('.name')) expect(text).toMatch(/\{"asset":\{"criticality":"[a-z_]+"\},"name":"a"\}\}$/);
  });

  it('replaces level and time', async () => {
    const request = { id_field: 'host.name', id_value: 'twice', criticality_level: 'low_impact' };
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { body: first } = await put(request);
    vi.advanceTimersByTime(1);
    const { body: second } = await put({ ...request, criticality_level: 'extreme_impact' });
    expect(second).toMatchObject({
      criticality_level: 'extreme_impact',
      host: { asset: { criticality: 'extreme_impact' } },
    });
    expect(second['@timestamp'] > first['@timestamp']).toBe(true);
  });

  it.each(['x'.repeat(1_100), '\ud800'])(
    'refuses a value that cannot be stored, in its own shape',
    async (id_value) => {
      const { status, body, headers } = await put({ id_field: 'host.name', id_value, criticality_level: 'low_impact' });
      expect({ status, body }).toEqual({
        status: 400,
        body: { message: expect.stringMatching(/^an id /), full_error: '{}', status_code: 400 },
      });
      expect(headers['content-type']).toBe('application/json');
    },
  );
});
