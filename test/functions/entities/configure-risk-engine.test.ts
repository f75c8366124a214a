import { afterEach, describe, expect, it } from 'vitest';
import { wrapDynamoDB } from '../../../lib/stores/dynamodb.ts';
import { listObjects } from '../../../lib/stores/saved-objects.ts';
import { givenUser } from '../../support/callers.ts';
import { badRequest, checksCallers, entityAnalytics, shown } from './entity-analytics.ts';

const api = entityAnalytics();
const { call } = api;
const PATH = '/api/risk_score/engine/saved_object/configure';
const done = { status: 200, body: { risk_engine_saved_object_configured: true } };
const configure = (space: string, body: unknown, method = 'PATCH') => call(`${method} /s/${space}${PATH}`, { body });

/** The attributes of all engines of a space: there must be one. */
async function enginesOf(space: string) {
  const { getObject } = await import('../../../lib/stores/saved-objects.ts');
  const found = [];
  for await (const { id, type } of listObjects('risk-engine-configuration', space)) {
    found.push((await getObject({ id, type, space })).attributes);
  }
  return found;
}

const defaults = (space: string) => ({
  dataViewId: `.alerts-security.alerts-${space}`,
  enabled: false,
  filter: {},
  interval: '1h',
  pageSize: 3_500,
  range: { start: 'now-30d', end: 'now' },
});

describe.each(['PATCH', 'PUT'])('%s', (method) => {
  checksCallers(api, `${method} ${PATH}`, {
    privileges: 'securitySolution,securitySolution-entity-analytics',
    xsrf: 'unless-cross-site',
    request: { body: {} },
  });

  it.each([
    [{ exclude_alert_statuses: 'open' }, 'exclude_alert_statuses: Expected array, received string'],
    [{ exclude_alert_tags: [1] }, 'exclude_alert_tags.0: Expected string, received number'],
    [{ range: 'now' }, 'range: Expected object, received string'],
    [{ range: { start: 5 } }, 'range.start: Expected string, received number'],
    [{ exclude_alert_tags: null }, 'exclude_alert_tags: Expected array, received null'],
    [[], 'Expected object, received array'],
    [undefined, 'Expected object, received null'],
  ])('refuses %j', async (body, message) => {
    expect(shown(await configure('refused', body, method))).toEqual(badRequest(`[request body]: ${message}`));
  });

  it('refuses broken JSON', async () => {
    expect(shown(await configure('refused', '{', method))).toEqual(badRequest('Invalid request payload JSON format'));
  });

  it('makes the engine that is not there, and changes it', async () => {
    const space = `new-${method.toLowerCase()}`;
    expect(shown(await configure(space, {}, method))).toEqual(done);
    expect(await enginesOf(space)).toEqual([defaults(space)]);
    await configure(
      space,
      { exclude_alert_statuses: ['closed'], range: { start: 'now-7d' }, enable_reset_to_zero: true },
      method,
    );
    await configure(space, { exclude_alert_tags: ['a', 'b'] }, method);
    expect(await enginesOf(space)).toEqual([
      {
        ...defaults(space),
        excludeAlertStatuses: ['closed'],
        excludeAlertTags: ['a', 'b'],
        range: { start: 'now-7d', end: 'now' },
      },
    ]);
    await configure(space, { exclude_alert_statuses: [], exclude_alert_tags: ['c'], range: { end: 'now-1h' } }, method);
    expect(await enginesOf(space)).toMatchObject([
      { excludeAlertStatuses: [], excludeAlertTags: ['c'], range: { start: 'now-7d', end: 'now-1h' } },
    ]);
  });
});

it('makes one engine, whoever asks for it at once', async () => {
  const answers = await Promise.all([
    configure('race', { exclude_alert_tags: ['a'] }),
    configure('race', { exclude_alert_statuses: ['b'] }),
  ]);
  expect(answers.map(shown)).toEqual([done, done]);
  expect(await enginesOf('race')).toEqual([
    { ...defaults('race'), excludeAlertTags: ['a'], excludeAlertStatuses: ['b'] },
  ]);
});

describe('who may', () => {
  it.each<[string[], string | undefined]>([
    [[], 'manage_index_templates, manage_transform'],
    [['manage_transform'], 'manage_index_templates'],
    [['manage_index_templates', 'manage_transform'], undefined],
    [['manage'], undefined],
    [['all'], undefined],
  ])('knows what %j may do', async (cluster, missing) => {
    const as = await givenUser(`risk-${cluster.join('-')}`, { cluster, kibana: ['feature_siemV3.read'] });
    const answer = await call(`PATCH /s/allowed${PATH}`, { as, body: {} });
    if (missing === undefined) expect(shown(answer)).toEqual(done);
    else {
      expect(shown(answer)).toEqual({
        status: 403,
        body: {
          message: `User is missing risk engine privileges.  Missing cluster privileges: ${missing}.`,
          status_code: 403,
        },
      });
      expect(answer.headers['content-type']).toBe('application/json');
    }
  });
});

describe('failures', () => {
  let unwrap: (() => void) | undefined;
  afterEach(() => unwrap?.());

  it('have the documented shape, and tell nothing of their causes', async () => {
    await configure('broken', {});
    unwrap = wrapDynamoDB((inner) => ({
      send: ((...call: Parameters<typeof inner.send>) => {
        if (JSON.stringify(call[0].input).includes('broken#risk-engine')) throw new Error('secret details');
        return inner.send(...call);
      }) as typeof inner.send,
    }));
    expect(shown(await configure('broken', {}))).toEqual({
      status: 500,
      body: { risk_engine_saved_object_configured: false, errors: [{ seq: 1, error: 'Internal Server Error' }] },
    });
  });
});
