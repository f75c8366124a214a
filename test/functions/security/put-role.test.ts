import { beforeAll, describe, expect, it } from 'vitest';
import { changeRole } from '../../../lib/security/roles.ts';
import { coreText, quoted } from '../../lib/http/serve.ts';
import { descriptorOf, givenUser } from '../../support/callers.ts';
import { kibana } from '../../support/kibana.ts';
import { badRequest, outcome, unauthorized } from './refusals.ts';

const { call } = kibana();
const put = (name: string, body: unknown = {}, options: Parameters<typeof call>[1] = {}) =>
  call(`PUT /api/security/role/${name}`, { body, ...options });
const roleNamed = async (name: string) => (await call(`GET /api/security/role/${name}`)).body;
const done = { status: 204, text: '' };

beforeAll(async () => {
  await Promise.all([
    givenUser('manager', { cluster: ['manage_security'] }),
    givenUser('reader', { cluster: ['read_security'] }),
    givenUser('everything-in-kibana', { kibana: ['all'] }),
  ]);
});

describe('PUT /api/security/role/{name}', () => {
  it('creates a role, and replaces it as a whole', async () => {
    const metadata = { a: { b: 1 } };
    const first = {
      description: 'x',
      metadata,
      elasticsearch: { cluster: ['all'], run_as: ['jane'] },
      kibana: [{ base: ['read'] }],
    };
    const answer = await put('whole', first);
    expect(outcome(answer)).toEqual(done);
    expect(answer.headers).not.toHaveProperty('content-type');
    expect(await roleNamed('whole')).toMatchObject(first);
    expect(outcome(await put('whole', { metadata: { c: 1 } }))).toEqual(done);
    expect(await roleNamed('whole')).toEqual({
      name: 'whole',
      metadata: { c: 1 },
      transient_metadata: { enabled: true },
      elasticsearch: { cluster: [], indices: [], run_as: [] },
      kibana: [],
      _transform_error: [],
      _unrecognized_applications: [],
    });
  });

  it.each(['a%20b', 'a.b', '%21%23%24', `${'x'.repeat(507)}`])('takes the name %s', async (name) => {
    expect(outcome(await put(name))).toEqual(done);
    expect((await roleNamed(name)).name).toBe(decodeURIComponent(name));
  });

  it('keeps what the role has for other applications', async () => {
    const foreign = { application: 'other-app', privileges: ['read'], resources: ['*'] };
    await changeRole('foreign', () => ({ ...descriptorOf({}), applications: [foreign] }));
    await put('foreign', { kibana: [{ base: ['all'] }] });
    expect(await roleNamed('foreign')).toMatchObject({
      kibana: [{ base: ['all'] }],
      _unrecognized_applications: ['other-app'],
    });
  });

  it('keeps metadata of any shape', async () => {
    const metadata = { big: 9_007_199_254_740_991, tiny: 5e-324, '': 'empty key', list: [null, [], {}], ü: '\u0000' };
    await put('free', { metadata });
    expect((await roleNamed('free')).metadata).toEqual(metadata);
  });
});

describe('createOnly', () => {
  const conflict = (name: string) => ({
    status: 409,
    text: coreText(409, 'Conflict', `Role already exists and cannot be created: ${name}`),
  });

  it('creates a role once', async () => {
    expect(outcome(await put('once?createOnly=true', { description: 'first' }))).toEqual(done);
    expect(outcome(await put('once?createOnly=true', { description: 'second' }))).toEqual(conflict('once'));
    expect((await roleNamed('once')).description).toBe('first');
    expect(outcome(await put('once?createOnly=false', { description: 'third' }))).toEqual(done);
  });

  it('lets one of several win', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => put('race?createOnly=true')));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409, 409, 409, 409]);
  });

  it('counts reserved roles, and comes after the rules of features', async () => {
    const body = { kibana: [{ feature: { fleetv2: ['all'] }, spaces: ['a'] }] };
    expect(outcome(await put('viewer?createOnly=true'))).toEqual(conflict('viewer'));
    expect(outcome(await put('viewer?createOnly=true', body))).toEqual(
      rule('Feature privilege [fleetv2.all] requires all spaces to be selected but received [a]'),
    );
  });
});

const NAME_RULE =
  'Role names must be at least 1 and no more than 507 characters. They can contain alphanumeric characters (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols in the Basic Latin (ASCII) block. Leading or trailing whitespace is not allowed.';
const failed = (problem: string) =>
  badRequest(quoted('action_request_validation_exception', `Validation Failed: 1: ${problem};`));
const rule = (problem: string) =>
  badRequest(`Role cannot be updated due to validation errors: ${JSON.stringify([problem])}`);

describe('a role that is refused', () => {
  it.each<[string, string, unknown, object]>([
    ['no body', 'r', undefined, badRequest('[request body]: expected a plain object value, but found [null] instead.')],
    ['an unknown key', 'r', { foo: 1 }, badRequest('[request body.foo]: definition for this key is missing')],
    [
      'a bad base',
      'r',
      { kibana: [{ base: ['foo'] }] },
      badRequest('[request body.kibana.0.base.0]: unknown global privilege "foo", must be one of [all,read]'),
    ],
    [
      'a name over Kibana’s limit',
      'x'.repeat(1_025),
      {},
      badRequest('[request params.name]: value has length [1025] but it must have a maximum length of [1024].'),
    ],
    ['a name over Elasticsearch’s limit', 'x'.repeat(1_024), {}, failed(NAME_RULE)],
    ['a name with letters beyond ASCII', '%C3%A4', {}, failed(NAME_RULE)],
    ['a name of a blank', '%20', {}, failed(NAME_RULE)],
    ['a name of very many bytes', `${'%C3%A4'.repeat(600)}?createOnly=true`, {}, failed(NAME_RULE)],
    ['an unknown query key', 'r?foo=1', {}, badRequest('[request query.foo]: definition for this key is missing')],
    [
      'createOnly that is no boolean',
      'r?createOnly=1',
      {},
      badRequest('[request query.createOnly]: expected value of type [boolean] but got [string]'),
    ],
    [
      'a rule of a feature',
      'r',
      { kibana: [{ feature: { fleetv2: ['all'] }, spaces: ['a'] }] },
      rule('Feature privilege [fleetv2.all] requires all spaces to be selected but received [a]'),
    ],
    ['a reserved name', 'superuser', {}, failed('Role [superuser] is reserved and may not be used.')],
    ['reserved metadata', 'r', { metadata: { _x: 1 } }, failed('role descriptor metadata keys may not start with [_]')],
    [
      'a long description',
      'r',
      { description: 'x'.repeat(1_001) },
      failed('Role description must be less than 1000 characters.'),
    ],
  ])('for %s', async (_name, name, body, expected) => {
    expect(outcome(await call(`PUT /api/security/role/${name}`, { body }))).toEqual(expected);
  });

  it('leaves nothing behind', async () => {
    expect((await call('GET /api/security/role/r')).status).toBe(404);
  });

  it('is the plural path with PUT: no such route', async () => {
    expect(outcome(await call('PUT /api/security/roles', { body: {} }))).toEqual({
      status: 404,
      text: coreText(404, 'Not Found', 'Not Found'),
    });
  });
});

describe('who may write a role', () => {
  it('is who manages security', async () => {
    expect((await put('by-manager', {}, { as: 'manager' })).status).toBe(204);
  });

  it.each([
    ['everything-in-kibana', 'get', 'read_security,manage_security,all'],
    ['reader', 'put', 'manage_security,all'],
  ])('is not %s', async (as, action, privileges) => {
    expect(outcome(await put('forbidden', {}, { as }))).toEqual(unauthorized(action, as, privileges));
    expect((await call('GET /api/security/role/forbidden')).status).toBe(404);
  });
});
