import { describe, expect, it } from 'vitest';
import { badRequest, checksCallers, entityAnalytics, STORE, shown } from './entity-analytics.ts';

const api = entityAnalytics();
const { call } = api;
const install = (body: unknown, space: string) => call(`POST /s/${space}${STORE}/install`, { body });
const typesIn = async (space: string) =>
  (await call(`GET /s/${space}${STORE}/status`)).body.engines.map(({ type }: { type: string }) => type);

checksCallers(api, `POST ${STORE}/install`, {
  privileges: 'securitySolution',
  xsrf: 'required',
  request: { body: {} },
});

describe('POST /api/security/entity_store/install', () => {
  it('installs all engines, and tells when there is nothing left to install', async () => {
    expect(shown(await install({}, 'all'))).toEqual({ status: 201, body: { ok: true } });
    expect(await typesIn('all')).toEqual(['user', 'host', 'service', 'generic']);
    expect(shown(await install({ logExtraction: {} }, 'all'))).toEqual({ status: 200, body: { ok: true } });
    expect(shown(await install({ entityTypes: [] }, 'none'))).toEqual({ status: 200, body: { ok: true } });
    expect(await typesIn('none')).toEqual([]);
  });

  it('adds engines and keeps settings', async () => {
    const space = 'step-by-step';
    expect(
      (await install({ entityTypes: ['host'], logExtraction: { delay: '2h', frequency: '5m' } }, space)).status,
    ).toBe(201);
    expect(
      (await install({ entityTypes: ['host', 'user'], logExtraction: { lookbackPeriod: '1h' } }, space)).status,
    ).toBe(201);
    expect(await typesIn(space)).toEqual(['user', 'host']);
    const { engines } = (await call(`GET /s/${space}${STORE}/status`)).body;
    expect(engines[0]).toMatchObject({ delay: '2h', frequency: '5m', lookbackPeriod: '1h' });
  });

  it('installs each engine once, however many try', async () => {
    const answers = await Promise.all([
      install({ entityTypes: ['host'] }, 'race'),
      install({ entityTypes: ['user'] }, 'race'),
      install({ entityTypes: ['service'] }, 'race'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(await typesIn('race')).toEqual(['user', 'host', 'service']);
  });

  it.each([
    [{ entityTypes: ['foo'] }, 'entityTypes.0: Invalid option: expected one of "user"|"host"|"service"|"generic"'],
    [{ x: 1 }, 'Unrecognized key: "x"'],
    [{ logExtraction: { x: 1 } }, 'logExtraction: Unrecognized key: "x"'],
    [{ logExtraction: { delay: 'soon' } }, 'logExtraction.delay: Invalid string: must match pattern /[smdh]$/'],
    [
      { logExtraction: { frequency: '29s' } },
      'logExtraction.frequency: must be a valid duration of at least 30 seconds (e.g. 1m, 30s)',
    ],
    [{ logExtraction: { delay: '4h' } }, 'logExtraction.delay: must be less than lookbackPeriod'],
    [
      { logExtraction: { delay: '1h', lookbackPeriod: '60m' } },
      'logExtraction.delay: must be less than lookbackPeriod',
    ],
    [
      { logExtraction: { additionalIndexPatterns: ['logs-*', 'a b'] } },
      'logExtraction.additionalIndexPatterns.1: must be a non-empty, valid index pattern (no spaces or illegal characters)',
    ],
    [
      { historySnapshot: { frequency: '59m' } },
      'historySnapshot.frequency: must be a valid duration of at least 1 hour (e.g. 1h, 24h)',
    ],
    [undefined, 'Invalid input: expected object, received null'],
  ])('refuses %j', async (body, message) => {
    expect(shown(await install(body, 'refused'))).toEqual(badRequest(`[request body]: ${message}`));
  });
});
