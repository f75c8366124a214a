import { beforeAll, describe, expect, it } from 'vitest';
import { forbidden, refusal, statusAndBody, unauthorized, WWW_AUTHENTICATE } from '../../support/elasticsearch.ts';
import { givenApiKey, givenUser, givenUserWith } from '../../support/identities.ts';
import { kibana } from '../../support/kibana.ts';
import { createOwnTables } from '../../support/stack.ts';

const { call } = kibana();

const view = (username: string, roles: string[], rest = {}) => ({
  username,
  roles,
  full_name: null,
  email: null,
  metadata: {},
  enabled: true,
  ...rest,
});
const jack = view('jack', ['admin', 'gone'], { full_name: 'Jack', email: 'j@x', metadata: { a: 1 }, enabled: false });
const withBlank = view('with blank', []);
const reserved = (username: string, ...roles: string[]) => view(username, roles, { metadata: { _reserved: true } });
const elastic = reserved('elastic', 'superuser');

beforeAll(async () => {
  await createOwnTables();
  await givenUser('jack', { ...jack, metadata: { a: 1 } });
  await givenUser('with blank');
  await givenUserWith('reader', ['read_security']);
});

describe('with_profile_uid', () => {
  it.each(['with_profile_uid=true', 'with_profile_uid'])('%s tells it', async (query) => {
    const { body } = await call(`GET /_security/user/jack,elastic?${query}`);
    const uid = expect.stringMatching(/^u_[\w-]{43}_0$/);
    expect(body).toEqual({ jack: { ...jack, profile_uid: uid }, elastic: { ...elastic, profile_uid: uid } });
    expect(body.jack.profile_uid).not.toBe(body.elastic.profile_uid);
  });

  it('is the one that objects are marked with', async () => {
    const created = await call('POST /api/dashboards/dashboard/of-elastic', { body: { attributes: { title: 't' } } });
    const { body } = await call('GET /_security/user/elastic?with_profile_uid=true');
    expect(created.body.item.createdBy).toBe(body.elastic.profile_uid);
  });

  it('may be false, and nothing else', async () => {
    expect((await call('GET /_security/user/jack?with_profile_uid=false')).body).toEqual({ jack });
    expect(statusAndBody(await call('GET /_security/user/jack?with_profile_uid=maybe'))).toEqual(
      refusal('illegal_argument_exception', 'Failed to parse value [maybe] as only [true] or [false] are allowed.'),
    );
  });
});

describe('GET /_security/user/{username}', () => {
  it.each([
    ['jack', { jack }],
    ['elastic', { elastic }],
    ['jack,elastic', { jack, elastic }],
    ['jack,nobody', { jack }],
    ['with%20blank,jack', { 'with blank': withBlank, jack }],
    ['jack,,jack', { jack }],
  ])('shows %s', async (names, body) => {
    const answer = await call(`GET /_security/user/${names}`);
    expect(statusAndBody(answer)).toEqual({ status: 200, body });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
  });

  it.each([
    ['nobody', 'nobody'],
    ['nobody,nowhere', 'nobody,nowhere'],
    ['_anonymous', '_anonymous'],
    ['a name that no row could have', 'x'.repeat(1_025)],
  ])('finds nothing for %s', async (_name, names) => {
    expect(statusAndBody(await call(`GET /_security/user/${names}`))).toEqual({ status: 404, body: {} });
  });

  it('never shows a hash', async () => {
    expect((await call('GET /_security/user/jack')).text).not.toMatch(/\$2a\$|password/);
  });

  it('refuses other parameters', async () => {
    expect(statusAndBody(await call('GET /_security/user/jack?refresh=true'))).toEqual(
      refusal(
        'illegal_argument_exception',
        'request [/_security/user/jack] contains unrecognized parameter: [refresh]',
      ),
    );
  });
});

it('GET /_security/user shows everybody, the reserved users too', async () => {
  const { status, body } = await call('GET /_security/user');
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      apm_system: reserved('apm_system', 'apm_system'),
      beats_system: reserved('beats_system', 'beats_system'),
      elastic,
      jack,
      kibana: reserved('kibana', 'kibana_system'),
      kibana_system: reserved('kibana_system', 'kibana_system'),
      logstash_system: reserved('logstash_system', 'logstash_system'),
      reader: view('reader', ['reader']),
      remote_monitoring_user: reserved(
        'remote_monitoring_user',
        'remote_monitoring_collector',
        'remote_monitoring_agent',
      ),
      'with blank': withBlank,
    },
  });
  expect(Object.keys(body)).toEqual(Object.keys(body).toSorted());
});

describe('who may', () => {
  it.each(['/_security/user', '/_security/user/reader', '/_security/user/nobody'])('read %s', async (path) => {
    expect((await call(`GET ${path}`, { as: 'reader' })).status).toBe(path.endsWith('nobody') ? 404 : 200);
  });

  it('is nobody without read_security, not even for oneself', async () => {
    await givenUserWith('manager', ['manage', 'monitor', 'manage_own_api_key']);
    for (const path of ['/_security/user/manager', '/_security/user/nobody', '/_security/user']) {
      expect(statusAndBody(await call(`GET ${path}`, { as: 'manager' }))).toEqual(
        forbidden('user/get', 'user [manager] with effective roles [manager]', 'read_security,manage_security,all'),
      );
    }
  });

  it('is an API key, if its owner was', async () => {
    const { headers } = await givenApiKey('reader', { cluster: ['read_security'] });
    expect((await call('GET /_security/user/jack', { as: null, headers })).status).toBe(200);
  });

  it('is somebody', async () => {
    const answer = await call('GET /_security/user?pretty=true', { as: null });
    expect(statusAndBody(answer)).toEqual(
      unauthorized('missing authentication credentials for REST request [/_security/user?pretty=true]'),
    );
    expect(answer.headers['www-authenticate']).toBe(WWW_AUTHENTICATE);
  });
});
