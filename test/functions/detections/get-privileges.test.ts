import { expect, it } from 'vitest';
import { type Descriptor, givenApiKey, givenRole, givenUser } from '../../support/identities.ts';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, core, shown } from './detections.ts';

const api = kibana();
const { call, send } = api;
const PRIVILEGES = 'GET /api/detection_engine/privileges';
const ALERTS = '.alerts-security.alerts-default';

const CLUSTER =
  'all manage manage_api_key manage_transform manage_index_templates manage_ml manage_own_api_key manage_pipeline manage_security monitor monitor_transform monitor_ml'.split(
    ' ',
  );
const INDEX =
  'all create create_doc create_index delete delete_index index manage maintenance monitor read view_index_metadata write'.split(
    ' ',
  );

checksCallers(api, PRIVILEGES, {
  privilege: 'securitySolution',
  granted: ['feature_siemV3.read', 'feature_siemV2.all', 'feature_siem.minimal_read', 'all', 'read'],
  refused: ['feature_discover.all'],
});

const report = (names: string[], held: string[] | 'everything') =>
  Object.fromEntries(names.map((name) => [name, held === 'everything' || held.includes(name)]));
const namesIn = (held: Record<string, boolean>) => Object.keys(held).filter((name) => held[name]);

it('answers the superuser with everything, in the documented order', async () => {
  const { status, text } = await call(PRIVILEGES);
  expect(status).toBe(200);
  expect(text).toBe(
    JSON.stringify({
      username: 'elastic',
      has_all_requested: true,
      cluster: report(CLUSTER, 'everything'),
      index: { [ALERTS]: report(INDEX, 'everything') },
      application: {},
      is_authenticated: true,
      has_encryption_key: true,
    }),
  );
});

let users = 0;
async function privilegesOf(descriptor: Descriptor, prefix = '') {
  const name = `user-${++users}`;
  const applications = [{ application: 'kibana-.kibana', privileges: ['feature_siemV3.read'], resources: ['*'] }];
  await givenRole(name, { applications, ...descriptor });
  await givenUser(name, { roles: [name] });
  const { status, body } = await call(PRIVILEGES.replace(' ', ` ${prefix}`), { as: name });
  expect(status).toBe(200);
  return body;
}

it.each<[held: string[], contains: string[]]>([
  [[], []],
  [['all'], CLUSTER],
  [
    ['manage'],
    [
      'manage',
      'manage_transform',
      'manage_index_templates',
      'manage_ml',
      'manage_pipeline',
      'monitor',
      'monitor_transform',
      'monitor_ml',
    ],
  ],
  [['monitor'], ['monitor', 'monitor_transform', 'monitor_ml']],
  [['manage_security'], ['manage_api_key', 'manage_own_api_key', 'manage_security']],
  [['manage_api_key'], ['manage_api_key', 'manage_own_api_key']],
  [['manage_own_api_key'], ['manage_own_api_key']],
  [['manage_ml'], ['manage_ml', 'monitor_ml']],
  [['manage_transform'], ['manage_transform', 'monitor_transform']],
  [['manage_data_frame_transforms'], ['manage_transform', 'monitor_transform']],
  [['manage_ingest_pipelines'], ['manage_pipeline']],
  [['MONITOR_ML'], ['monitor_ml']],
  [['none', 'read_security', 'constructor'], []],
  [['cluster:admin/xpack/security/*'], ['manage_api_key', 'manage_own_api_key', 'manage_security']],
  [['cluster:admin/xpack/ml/*'], []],
  [
    ['cluster:admin/xpack/ml/*', 'cluster:monitor/xpack/ml/*'],
    ['manage_ml', 'monitor_ml'],
  ],
  [['cluster:*', 'indices:admin/template/*', 'indices:admin/index_template/*'], CLUSTER],
])('knows what the cluster privileges %j contain', async (cluster, contains) => {
  const body = await privilegesOf({ cluster });
  expect(namesIn(body.cluster)).toEqual(contains);
  expect(Object.keys(body.cluster)).toEqual(CLUSTER);
  expect(body.has_all_requested).toBe(false);
});

const on = (names: string[], privileges: string[]) => ({ names, privileges, allow_restricted_indices: false });

it.each<[held: string[], contains: string[]]>([
  [['all'], INDEX],
  [['manage'], ['create_index', 'delete_index', 'manage', 'maintenance', 'monitor', 'view_index_metadata']],
  [['write'], ['create', 'create_doc', 'delete', 'index', 'write']],
  [['index'], ['create', 'create_doc', 'index']],
  [['create'], ['create', 'create_doc']],
  [['read'], ['read']],
  [
    ['read', 'view_index_metadata'],
    ['read', 'view_index_metadata'],
  ],
  [['maintenance', 'none'], ['maintenance']],
  [['indices:data/read/*'], ['read']],
  [['indices:*'], INDEX],
])('knows what the index privileges %j contain', async (held, contains) => {
  const body = await privilegesOf({ indices: [on(['.alerts-*'], held)] });
  expect(namesIn(body.index[ALERTS])).toEqual(contains);
});

it('takes a name, a pattern or an expression for the index', async () => {
  for (const name of [ALERTS, '*', '.alerts-security.*', '.alerts-security.alerts-defaul?', '/\\.alerts.*/']) {
    expect(namesIn((await privilegesOf({ indices: [on(['other', name], ['read'])] })).index[ALERTS])).toEqual(['read']);
  }
  for (const name of ['alerts-*', '.alerts', '/~(([.]|ilm-history-).*)/', '/(a*)*b/', '/(/']) {
    expect(namesIn((await privilegesOf({ indices: [on([name], ['read'])] })).index[ALERTS])).toEqual([]);
  }
});

it('joins what several entries give', async () => {
  const indices = [on(['.alerts-*'], ['read']), on(['*-default'], ['write']), on(['logs-*'], ['manage'])];
  const body = await privilegesOf({ indices });
  expect(namesIn(body.index[ALERTS])).toEqual(['create', 'create_doc', 'delete', 'index', 'read', 'write']);
});

it('asks about the index of the space', async () => {
  const body = await privilegesOf({ indices: [on(['.alerts-security.alerts-team'], ['all'])] }, '/s/team');
  expect(body.index).toEqual({ '.alerts-security.alerts-team': report(INDEX, 'everything') });
  const elsewhere = await privilegesOf({ indices: [on(['.alerts-security.alerts-team'], ['all'])] });
  expect(elsewhere.index).toEqual({ [ALERTS]: report(INDEX, []) });
});

it.each([
  ['viewer', ['read', 'view_index_metadata']],
  ['editor', ['create', 'create_doc', 'delete', 'index', 'maintenance', 'read', 'view_index_metadata', 'write']],
  ['kibana_admin', []],
])('knows what the built-in role %s gives', async (role, contains) => {
  await givenUser(`a-${role}`, { roles: [role] });
  const { body } = await call(PRIVILEGES, { as: `a-${role}` });
  expect(namesIn(body.index[ALERTS])).toEqual(contains);
  expect(namesIn(body.cluster)).toEqual([]);
});

it('gives an API key no more than its owner had', async () => {
  const applications = [{ application: 'kibana-.kibana', privileges: ['all'], resources: ['*'] }];
  const owner = { applications, cluster: ['monitor'], indices: [on(['*'], ['read'])] };
  const own = { applications, cluster: ['all'], indices: [on(['*'], ['all'])], run_as: [], metadata: {} };
  const { headers } = await givenApiKey('jdoe', owner, { role_descriptors: { own } });
  const { body } = await send({ method: 'GET', url: '/api/detection_engine/privileges', headers });
  expect(body.username).toBe('jdoe');
  expect(namesIn(body.cluster)).toEqual(['monitor', 'monitor_transform', 'monitor_ml']);
  expect(namesIn(body.index[ALERTS])).toEqual(['read']);
});

it('ignores query and body', async () => {
  expect((await call(`${PRIVILEGES}?x=1&x=2`)).status).toBe(200);
});

it('has no other methods', async () => {
  expect(shown(await call('POST /api/detection_engine/privileges'))).toEqual(core(404, 'Not Found', 'Not Found'));
});
