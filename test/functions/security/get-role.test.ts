import { beforeAll, describe, expect, it } from 'vitest';
import { changeRole } from '../../../lib/security/roles.ts';
import { coreText } from '../../lib/http/serve.ts';
import { descriptorOf, givenUser } from '../../support/callers.ts';
import { kibana } from '../../support/kibana.ts';
import { badRequest, outcome, unauthorized } from './refusals.ts';

const { call } = kibana();

beforeAll(async () => {
  await givenUser('reader', { cluster: ['read_security'] });
  await givenUser('everything-in-kibana', { kibana: ['all'] });
  await call('PUT /api/security/role/ops', {
    body: {
      description: 'Operators',
      metadata: { b: 1, a: 2 },
      elasticsearch: { cluster: ['monitor'], indices: [{ names: ['logs'], privileges: ['read'] }] },
      kibana: [{ feature: { discover: ['all'] } }],
    },
  });
});

const ops =
  '{"name":"ops","description":"Operators","metadata":{"b":1,"a":2},"transient_metadata":{"enabled":true},' +
  '"elasticsearch":{"cluster":["monitor"],"indices":[{"names":["logs"],"privileges":["read"],"allow_restricted_indices":false}],"run_as":[]},' +
  '"kibana":[{"base":[],"feature":{"discover":["all"]},"spaces":["*"]}],"_transform_error":[],"_unrecognized_applications":[]}';

describe('GET /api/security/role/{name}', () => {
  it.each([
    '/api/security/role/ops',
    '/s/red/api/security/role/ops',
    '/api/security/role/ops?replaceDeprecatedPrivileges=true',
  ])('gives the role: %s', async (path) => {
    expect(outcome(await call(`GET ${path}`))).toEqual({ status: 200, text: ops });
  });

  it.each(['no-such-role', '%20', '__proto__', 'x'.repeat(1_025)])('does not know %s', async (name) => {
    expect(outcome(await call(`GET /api/security/role/${name}`))).toEqual({
      status: 404,
      text: coreText(404, 'Not Found', '[{}]: undefined'),
    });
  });

  it('says that a role is reserved', async () => {
    const { body } = await call('GET /api/security/role/kibana_admin');
    expect(body).toMatchObject({
      name: 'kibana_admin',
      metadata: { _reserved: true },
      kibana: [{ base: ['all'], feature: {}, spaces: ['*'] }],
    });
  });

  it('names other applications, and what it cannot read', async () => {
    const other = { application: 'other', privileges: ['x'], resources: ['*'] };
    const odd = { application: 'kibana-.kibana', privileges: ['odd'], resources: ['*'] };
    await changeRole('foreign', () => ({ ...descriptorOf({}), applications: [other] }));
    await changeRole('odd', () => ({ ...descriptorOf({}), applications: [odd] }));
    expect((await call('GET /api/security/role/foreign')).body).toMatchObject({
      kibana: [],
      _transform_error: [],
      _unrecognized_applications: ['other'],
    });
    expect((await call('GET /api/security/role/odd')).body).toMatchObject({
      kibana: [],
      _transform_error: [{ reason: 'kibana:invalid_privileges' }],
      _unrecognized_applications: [],
    });
  });

  it.each([
    ['an unknown query key', '?foo=1', '[request query.foo]: definition for this key is missing'],
    [
      'no boolean',
      '?replaceDeprecatedPrivileges=yes',
      '[request query.replaceDeprecatedPrivileges]: expected value of type [boolean] but got [string]',
    ],
  ])('refuses %s', async (_name, query, message) => {
    for (const path of ['/api/security/role/ops', '/api/security/role']) {
      expect(outcome(await call(`GET ${path}${query}`))).toEqual(badRequest(message));
    }
  });
});

describe('GET /api/security/role', () => {
  it('gives all roles by name, the reserved ones too', async () => {
    const { status, body } = await call('GET /api/security/role');
    const names = body.map(({ name }: { name: string }) => name);
    expect(status).toBe(200);
    expect(names).toEqual(names.toSorted());
    expect(names).toEqual(
      expect.arrayContaining([
        'editor',
        'kibana_admin',
        'kibana_system',
        'monitoring_user',
        'ops',
        'superuser',
        'viewer',
      ]),
    );
    expect(JSON.stringify(body.find(({ name }: { name: string }) => name === 'ops'))).toBe(ops);
  });

  it('knows more roles than fit one page of the store', async () => {
    const text = 'x'.repeat(1_000);
    const roles = Object.fromEntries(
      Array.from({ length: 60 }, (_, number) => [`big-${number}`, { metadata: { a: Array(25).fill(text) } }]),
    );
    expect(
      (
        await call('POST /api/security/roles', {
          body: { roles: Object.fromEntries(Object.entries(roles).slice(0, 30)) },
        })
      ).status,
    ).toBe(200);
    expect(
      (await call('POST /api/security/roles', { body: { roles: Object.fromEntries(Object.entries(roles).slice(30)) } }))
        .status,
    ).toBe(200);
    const { body } = await call('GET /api/security/role');
    const names = body.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(roles)));
  });
});

describe('who may read roles', () => {
  it.each(['GET /api/security/role', 'GET /api/security/role/ops', 'GET /api/security/role/no-such-role'])(
    '%s: who reads security, not who may all in Kibana',
    async (line) => {
      expect((await call(line, { as: 'reader' })).status).not.toBe(403);
      const who = 'everything-in-kibana';
      expect(outcome(await call(line, { as: who }))).toEqual(
        unauthorized('get', who, 'read_security,manage_security,all'),
      );
      expect((await call(line, { as: null })).status).toBe(401);
    },
  );
});
