import { beforeAll, describe, expect, it } from 'vitest';
import { changeRole } from '../../../lib/security/roles.ts';
import { coreText } from '../../lib/http/serve.ts';
import { descriptorOf, givenUser } from '../../support/callers.ts';
import { kibana } from '../../support/kibana.ts';
import { endsSoon } from '../../support/soon.ts';
import { badRequest, outcome, unauthorized } from './refusals.ts';

const { call } = kibana();
const put = (roles: Record<string, unknown>, options: Parameters<typeof call>[1] = {}) =>
  call('POST /api/security/roles', { body: { roles }, ...options });
const roleNamed = async (name: string) => (await call(`GET /api/security/role/${name}`)).body;

beforeAll(async () => {
  await Promise.all([
    givenUser('manager', { cluster: ['manage_security'] }),
    givenUser('reader', { cluster: ['read_security'] }),
    givenUser('everything-in-kibana', { kibana: ['all'] }),
  ]);
});

const elasticsearch = {
  cluster: ['monitor', 'manage_security', 'cluster:admin/xpack/*'],
  indices: [
    {
      names: ['logs-*'],
      privileges: ['read', 'indices:data/read/*'],
      field_security: { grant: ['a', 'b'], except: ['b'] },
      query: '{"match_all":{}}',
      allow_restricted_indices: true,
    },
  ],
  remote_indices: [{ clusters: ['eu'], names: ['*'], privileges: ['read'] }],
  remote_cluster: [{ clusters: ['*'], privileges: ['monitor_enrich'] }],
  run_as: ['jane'],
};

describe('POST /api/security/roles', () => {
  it('creates, updates and leaves roles, in the order of the request', async () => {
    await put({ ops: {}, same: {} });
    const { text, status, headers } = await put({
      z: {},
      ops: { description: 'new' },
      same: {},
      a: { kibana: [{ base: ['read'] }] },
    });
    expect({ status, text }).toEqual({ status: 200, text: '{"created":["z","a"],"noop":["same"],"updated":["ops"]}' });
    expect(headers['elastic-api-version']).toBe('2023-10-31');
  });

  it('has nothing to say of no roles', async () => {
    expect(outcome(await put({}))).toEqual({ status: 200, text: '{}' });
  });

  it('takes everything that a role can hold', async () => {
    const kibanaEntries = [
      { base: [], feature: { siemV3: ['all'], 'no-such_feature': ['what-ever'] }, spaces: ['red', 'blue'] },
      { base: ['read'], feature: {}, spaces: ['green'] },
    ];
    const role = { description: 'All of it', metadata: { team: { a: 1 } }, elasticsearch, kibana: kibanaEntries };
    expect(outcome(await put({ full: role }))).toEqual({ status: 200, text: '{"created":["full"]}' });
    expect(await roleNamed('full')).toEqual({
      name: 'full',
      description: 'All of it',
      metadata: { team: { a: 1 } },
      transient_metadata: { enabled: true },
      elasticsearch: {
        ...elasticsearch,
        remote_indices: [{ ...elasticsearch.remote_indices[0], allow_restricted_indices: false }],
      },
      kibana: kibanaEntries,
      _transform_error: [],
      _unrecognized_applications: [],
    });
  });

  it('fills in what is left out', async () => {
    await put({ empty: {}, everywhere: { kibana: [{ base: ['all'] }] } });
    expect(await roleNamed('empty')).toEqual({
      name: 'empty',
      metadata: {},
      transient_metadata: { enabled: true },
      elasticsearch: { cluster: [], indices: [], run_as: [] },
      kibana: [],
      _transform_error: [],
      _unrecognized_applications: [],
    });
    expect((await roleNamed('everywhere')).kibana).toEqual([{ base: ['all'], feature: {}, spaces: ['*'] }]);
  });

  it('means the same roles in every space', async () => {
    const answer = await call('POST /s/red/api/security/roles', { body: { roles: { 'in-red': {} } } });
    expect(outcome(answer)).toEqual({ status: 200, text: '{"created":["in-red"]}' });
    expect((await roleNamed('in-red')).name).toBe('in-red');
  });

  it('gives its privileges to the next request', async () => {
    await givenUser('waiting', ['soon']);
    const status = async () => (await call('GET /api/security/role/soon', { as: 'waiting' })).status;
    expect(await status()).toBe(403);
    await put({ soon: { elasticsearch: { cluster: ['read_security'] } } });
    expect(await status()).toBe(200);
  });
});

it('tells of a role that is too large to store, and goes on', async () => {
  const { body } = await put({ first: {}, large: { metadata: { x: 'y'.repeat(450_000) } }, last: {} });
  expect(body).toEqual({
    created: ['first', 'last'],
    errors: { large: { type: 'exception', reason: 'A record is larger than 400 KB and cannot be stored.' } },
  });
});

describe('a role that exists', () => {
  const before = {
    description: 'before',
    metadata: { a: { b: 1, c: [1, 2] }, d: 1 },
    elasticsearch,
    kibana: [{ base: ['all'], spaces: ['*'] }],
  };

  it('loses what the request leaves out, but for metadata', async () => {
    await put({ merged: before });
    expect(outcome(await put({ merged: { metadata: { a: { c: [3], e: 1 } } } }))).toEqual({
      status: 200,
      text: '{"updated":["merged"]}',
    });
    expect(await roleNamed('merged')).toEqual({
      name: 'merged',
      metadata: { a: { b: 1, c: [3], e: 1 }, d: 1 },
      transient_metadata: { enabled: true },
      elasticsearch: { cluster: [], indices: [], run_as: [] },
      kibana: [],
      _transform_error: [],
      _unrecognized_applications: [],
    });
  });

  it.each<[string, object]>([
    ['the same', before],
    ['the same without its metadata', { ...before, metadata: undefined }],
    ['the same with a part of its metadata', { ...before, metadata: { a: { b: 1 } } }],
    ['the same in another order of keys', Object.fromEntries(Object.entries(before).reverse())],
  ])('is a noop when it gets %s', async (name, role) => {
    await put({ [name]: before });
    expect(outcome(await put({ [name]: role }))).toEqual({ status: 200, text: JSON.stringify({ noop: [name] }) });
  });

  it.each<[string, object]>([
    [
      'another order of a list',
      { ...before, elasticsearch: { ...elasticsearch, cluster: elasticsearch.cluster.toReversed() } },
    ],
    ['an empty description', { ...before, description: '' }],
    ['a new metadata key', { ...before, metadata: { f: 1 } }],
  ])('is updated by %s', async (name, role) => {
    await put({ [name]: before });
    expect(outcome(await put({ [name]: role }))).toEqual({ status: 200, text: JSON.stringify({ updated: [name] }) });
  });

  it('keeps what it has for other applications', async () => {
    const foreign = { application: 'other-app', privileges: ['read'], resources: ['*'] };
    await changeRole('foreign', () => ({ ...descriptorOf({ kibana: ['all'] }), applications: [foreign] }));
    await put({ foreign: { kibana: [] } });
    const { kibana: entries, _unrecognized_applications } = await roleNamed('foreign');
    expect({ entries, _unrecognized_applications }).toEqual({ entries: [], _unrecognized_applications: ['other-app'] });
  });
});

const failed = (...problems: string[]) => ({
  type: 'action_request_validation_exception',
  reason: `Validation Failed: ${problems.map((problem, index) => `${index + 1}: ${problem};`).join('')}`,
});
const ruleBroken = (...problems: string[]) => ({
  type: 'kibana_privilege_validation_exception',
  reason: `Role cannot be updated due to validation errors: ${JSON.stringify(problems)}`,
});
const unparsable = (reason: string) => ({ type: 'parse_exception', reason });
const NAME_RULE =
  'Role names must be at least 1 and no more than 507 characters. They can contain alphanumeric characters (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols in the Basic Latin (ASCII) block. Leading or trailing whitespace is not allowed.';
const unknownCluster = (name: string) =>
  expect.stringMatching(
    new RegExp(
      `^unknown cluster privilege \\[${name}\\]\\. a privilege must be either one of the predefined cluster privilege names \\[[a-z_,]*manage_security,[a-z_,]*all\\] or a pattern over one of the available cluster actions$`,
    ),
  );
const entry = (change: object) => ({ names: ['logs'], privileges: ['read'], ...change });

describe('a role that is refused does not stop the others', () => {
  it.each<[string, string, object, { type: string; reason: string }]>([
    [
      'a feature for all spaces',
      'r',
      { kibana: [{ feature: { fleetv2: ['all'] }, spaces: ['bar-space'] }] },
      ruleBroken('Feature privilege [fleetv2.all] requires all spaces to be selected but received [bar-space]'),
    ],
    [
      'a sub-feature for all spaces',
      'r',
      { kibana: [{ feature: { fleetv2: ['agents_all'] }, spaces: ['a', 'b'] }] },
      ruleBroken('Sub-feature privilege [Fleet - Agents] requires all spaces to be selected but received [a,b]'),
    ],
    [
      'a privilege that its feature has not',
      'r',
      { kibana: [{ feature: { securitySolutionAssistant: ['read'] } }] },
      ruleBroken('Feature [securitySolutionAssistant] does not support privilege [read].'),
    ],
    [
      'several rules',
      'r',
      { kibana: [{ feature: { securitySolutionAssistant: ['read'], fleetv2: ['read'] }, spaces: ['a'] }] },
      ruleBroken(
        'Feature [securitySolutionAssistant] does not support privilege [read].',
        'Feature privilege [fleetv2.read] requires all spaces to be selected but received [a]',
      ),
    ],
    ['a reserved name', 'superuser', {}, failed('Role [superuser] is reserved and may not be used.')],
    ['reserved metadata', 'r', { metadata: { _x: 1 } }, failed('role descriptor metadata keys may not start with [_]')],
    [
      'a long description',
      'r',
      { description: 'x'.repeat(1_001) },
      failed('Role description must be less than 1000 characters.'),
    ],
    ['a long name', 'x'.repeat(508), {}, failed(NAME_RULE)],
    ['a very long name', 'x'.repeat(3_000), {}, failed(NAME_RULE)],
    ['an empty name', '', {}, failed(NAME_RULE)],
    ['blanks around the name', ' r', {}, failed(NAME_RULE)],
    ['letters beyond ASCII in the name', 'rölle', {}, failed(NAME_RULE)],
    [
      'several problems',
      'x'.repeat(508),
      { metadata: { _x: 1 }, description: 'x'.repeat(2_048) },
      failed(
        NAME_RULE,
        'role descriptor metadata keys may not start with [_]',
        'Role description must be less than 1000 characters.',
      ),
    ],
    [
      'a reserved name last',
      'viewer',
      { metadata: { _x: 1 } },
      failed('role descriptor metadata keys may not start with [_]', 'Role [viewer] is reserved and may not be used.'),
    ],
    [
      'an unknown key of field_security',
      'r',
      { elasticsearch: { indices: [entry({ field_security: { granted: ['a'] } })] } },
      unparsable(
        'failed to parse indices privileges for role [r]. "field_security" only accepts options grant and except, but got: granted',
      ),
    ],
    [
      'an unknown key of field_security for remote indices',
      'r',
      { elasticsearch: { remote_indices: [{ ...entry({ field_security: { foo: ['a'] } }), clusters: ['c'] }] } },
      unparsable(
        'failed to parse indices privileges for role [r]. "field_security" only accepts options grant and except, but got: foo',
      ),
    ],
    [
      'exceptions from nothing that is granted',
      'r',
      { elasticsearch: { indices: [entry({ field_security: { except: ['a'] } })] } },
      unparsable('failed to parse indices privileges for role [r]. field_security requires grant if except is given'),
    ],
    [
      'a query that is no JSON',
      'r',
      { elasticsearch: { indices: [entry({ query: 'x' })] } },
      unparsable("failed to parse field 'query' for indices [logs] at index privilege [0] of role descriptor"),
    ],
  ])('%s', async (_name, name, role, error) => {
    const neighbour = `next to ${name}`
      .slice(0, 40)
      .replace(/[^ -~]/g, '')
      .trim();
    const { status, body } = await put({ [name]: role, [neighbour]: { metadata: { at: Date.now() } } });
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: { [name]: error } });
    expect([...(body.created ?? []), ...(body.updated ?? []), ...(body.noop ?? [])]).toEqual([neighbour]);
  });

  it.each([
    ['unknown', 'bla', 'bla'],
    ['unknown in capitals', 'BLA', 'bla'],
  ])('a cluster privilege that is %s', async (_name, privilege, printed) => {
    const { body } = await put({ r: { elasticsearch: { cluster: ['monitor', privilege] } } });
    const { type, reason } = body.errors.r;
    expect(type).toBe('action_request_validation_exception');
    expect(reason.replace(/^Validation Failed: 1: (.*);$/, '$1')).toEqual(unknownCluster(printed));
  });

  it('an index privilege that is unknown', async () => {
    const { body } = await put({ r: { elasticsearch: { indices: [entry({ privileges: ['bla'] })] } } });
    expect(body.errors.r.reason).toMatch(
      /^Validation Failed: 1: unknown index privilege \[bla\]\. a privilege must be either one of the predefined fixed indices privileges \[[a-z_,]+\] or a pattern over one of the available index actions;$/,
    );
  });

  it('keeps the order of the request among the errors, Kibana’s own first, and writes nothing', async () => {
    const rule = { kibana: [{ feature: { fleetv2: ['all'] }, spaces: ['a'] }] };
    const { status, body } = await put({ z: { metadata: { _x: 1 } }, b: rule, a: { metadata: { _x: 1 } } });
    expect({ status, keys: Object.keys(body), names: Object.keys(body.errors) }).toEqual({
      status: 200,
      keys: ['errors'],
      names: ['b', 'z', 'a'],
    });
    expect((await call('GET /api/security/role/b')).status).toBe(404);
  });

  it('says the kinds of outcome in their order', async () => {
    await put({ 'to-update': {}, 'to-leave': {} });
    const { body } = await put({
      broken: { metadata: { _x: 1 } },
      'to-update': { description: 'x' },
      'to-leave': {},
      'to-create': {},
    });
    expect(Object.keys(body)).toEqual(['created', 'noop', 'updated', 'errors']);
  });

  it.each(['no-such-feature', 'siem'])('knows no rule for feature %s', async (feature) => {
    const { body } = await put({ [`of ${feature}`]: { kibana: [{ feature: { [feature]: ['all'] }, spaces: ['a'] }] } });
    expect(body).toEqual({ created: [`of ${feature}`] });
  });
});

const A = '[request body.roles.a';
const one = (role: unknown) => ({ roles: { a: role } });
const entries = (...kibanaEntries: object[]) => one({ kibana: kibanaEntries });
const index = (change: object) => one({ elasticsearch: { indices: [entry(change)] } });

describe('a body that is wrong stops all', () => {
  it.each<[string, unknown, string]>([
    ['no body', undefined, '[request body]: expected a plain object value, but found [null] instead.'],
    ['no roles', {}, '[request body.roles]: expected value of type [object] but got [undefined]'],
    ['roles that are a list', { roles: [] }, '[request body.roles]: expected value of type [object] but got [Array]'],
    ['an unknown key beside roles', { roles: {}, foo: 1 }, '[request body.foo]: definition for this key is missing'],
    ['a role that is null', one(null), `${A}]: expected a plain object value, but found [null] instead.`],
    ['an unknown key', one({ foo: 1 }), `${A}.foo]: definition for this key is missing`],
    [
      'an unknown key inside',
      one({ elasticsearch: { foo: 1 } }),
      `${A}.elasticsearch.foo]: definition for this key is missing`,
    ],
    [
      'an unknown key of an index entry',
      index({ foo: 1 }),
      `${A}.elasticsearch.indices.0.foo]: definition for this key is missing`,
    ],
    [
      'an unknown key of a Kibana entry',
      entries({ base: ['all'], foo: 1 }),
      `${A}.kibana.0.foo]: definition for this key is missing`,
    ],
    [
      'a description that is no text',
      one({ description: 1 }),
      `${A}.description]: expected value of type [string] but got [number]`,
    ],
    [
      'a long description',
      one({ description: 'x'.repeat(2_049) }),
      `${A}.description]: value has length [2049] but it must have a maximum length of [2048].`,
    ],
    [
      'metadata that is a list',
      one({ metadata: [] }),
      `${A}.metadata]: expected value of type [object] but got [Array]`,
    ],
    [
      'a cluster privilege that is no text',
      one({ elasticsearch: { cluster: [1] } }),
      `${A}.elasticsearch.cluster.0]: expected value of type [string] but got [number]`,
    ],
    [
      'no names',
      index({ names: [] }),
      `${A}.elasticsearch.indices.0.names]: array size is [0], but cannot be smaller than [1]`,
    ],
    [
      'names left out',
      one({ elasticsearch: { indices: [{ privileges: ['read'] }] } }),
      `${A}.elasticsearch.indices.0.names]: expected value of type [array] but got [undefined]`,
    ],
    [
      'no privileges',
      index({ privileges: [] }),
      `${A}.elasticsearch.indices.0.privileges]: array size is [0], but cannot be smaller than [1]`,
    ],
    [
      'a query that is an object',
      index({ query: {} }),
      `${A}.elasticsearch.indices.0.query]: expected value of type [string] but got [Object]`,
    ],
    [
      'remote indices without clusters',
      one({ elasticsearch: { remote_indices: [entry({})] } }),
      `${A}.elasticsearch.remote_indices.0.clusters]: expected value of type [array] but got [undefined]`,
    ],
    [
      'a remote cluster without clusters',
      one({ elasticsearch: { remote_cluster: [{ privileges: ['x'], clusters: [] }] } }),
      `${A}.elasticsearch.remote_cluster.0.clusters]: array size is [0], but cannot be smaller than [1]`,
    ],
    [
      'an empty entry',
      entries({}),
      `${A}.kibana.0]: either [base] or [feature] is expected, but none of them specified`,
    ],
    [
      'an entry with nothing in it',
      entries({ base: [], feature: {} }),
      `${A}.kibana.0]: either [base] or [feature] is expected, but none of them specified`,
    ],
    [
      'base and feature',
      entries({ base: ['all'], feature: { a: ['all'] } }),
      `${A}.kibana.0]: definition of [feature] isn't allowed when non-empty [base] is defined.`,
    ],
    [
      'an unknown base for all spaces',
      entries({ base: ['foo'] }),
      `${A}.kibana.0.base.0]: unknown global privilege "foo", must be one of [all,read]`,
    ],
    [
      'an unknown base for a space',
      entries({ base: ['all', 'foo'], spaces: ['x'] }),
      `${A}.kibana.0.base.1]: unknown space privilege "foo", must be one of [all,read]`,
    ],
    [
      'all spaces twice',
      entries({ base: ['all'] }, { base: ['read'] }),
      `${A}.kibana]: more than one privilege is applied to the following spaces: [*]`,
    ],
    [
      'spaces twice',
      entries({ base: ['all'], spaces: ['x', 'y', 'z'] }, { base: ['read'], spaces: ['z', 'x'] }),
      `${A}.kibana]: more than one privilege is applied to the following spaces: [x,z]`,
    ],
    [
      'spaces twice, the first entry with one first',
      entries(
        { base: ['all'], spaces: ['x'] },
        { base: ['all'], spaces: ['y', 'v'] },
        { base: ['all'], spaces: ['y', 'w'] },
        { base: ['all'], spaces: ['v', 'y'] },
        { base: ['all'], spaces: ['w', 'x'] },
      ),
      `${A}.kibana]: more than one privilege is applied to the following spaces: [x]`,
    ],
    [
      'spaces twice, the next entry with one first',
      entries(
        { base: ['all'], spaces: ['x', 'y', 'z'] },
        { base: ['all'], spaces: ['y'] },
        { base: ['all'], spaces: ['z', 'x'] },
      ),
      `${A}.kibana]: more than one privilege is applied to the following spaces: [y]`,
    ],
    [
      'all spaces and one more',
      entries({ base: ['all'], spaces: ['*', 'x'] }),
      `${A}.kibana.0.spaces]: types that failed validation:\n- [request body.roles.a.kibana.0.spaces.0.1]: expected value to equal [*]\n- [request body.roles.a.kibana.0.spaces.1.0]: must be lower case, a-z, 0-9, '_', and '-' are allowed`,
    ],
    [
      'a bad space id',
      entries({ base: ['all'], spaces: ['Foo'] }),
      `${A}.kibana.0.spaces]: types that failed validation:\n- [request body.roles.a.kibana.0.spaces.0.0]: expected value to equal [*]\n- [request body.roles.a.kibana.0.spaces.1.0]: must be lower case, a-z, 0-9, '_', and '-' are allowed`,
    ],
    [
      'a bad feature id',
      entries({ feature: { '!x': ['all'] } }),
      `${A}.kibana.0.feature.key("!x")]: only a-z, A-Z, 0-9, '_', and '-' are allowed`,
    ],
    [
      'a bad feature privilege',
      entries({ feature: { x: ['a b'] } }),
      `${A}.kibana.0.feature.x.0]: only a-z, A-Z, 0-9, '_', and '-' are allowed`,
    ],
    ['a __proto__ role', '{"roles":{"__proto__":{}}}', 'Invalid request payload JSON format'],
  ])('%s', async (_name, body, message) => {
    expect(outcome(await call('POST /api/security/roles', { body }))).toEqual(badRequest(message));
  });

  it('soon, whatever the number of entries', async () => {
    const many = Array.from({ length: 15_000 }, (_, index) => ({ base: ['all'], spaces: [`s${index}`] }));
    const { status, body } = await endsSoon(() => put({ a: { kibana: [...many, { base: ['all'], spaces: ['s7'] }] } }));
    expect({ status, message: body.message }).toEqual({
      status: 400,
      message: `${A}.kibana]: more than one privilege is applied to the following spaces: [s7]`,
    });
  });

  it('even when another role of it is right', async () => {
    expect((await put({ innocent: {}, a: { foo: 1 } })).status).toBe(400);
    expect((await call('GET /api/security/role/innocent')).status).toBe(404);
  });

  it('space ids and names at their limits pass', async () => {
    const longest = 'x'.repeat(507);
    const roles = { [longest]: { description: 'x'.repeat(1_000), kibana: [{ base: ['all'], spaces: ['a-b_9'] }] } };
    expect((await put(roles)).body).toEqual({ created: [longest] });
  });
});

describe('who may', () => {
  it('is who manages security', async () => {
    expect((await put({ 'by-manager': {} }, { as: 'manager' })).body).toEqual({ created: ['by-manager'] });
  });

  it.each([
    ['everything-in-kibana', 'get', 'read_security,manage_security,all'],
    ['reader', 'bulk_put', 'manage_security,all'],
  ])('is not %s', async (as, action, privileges) => {
    expect(outcome(await put({ forbidden: {} }, { as }))).toEqual(unauthorized(action, as, privileges));
    expect((await call('GET /api/security/role/forbidden')).status).toBe(404);
  });

  it('is nobody without credentials', async () => {
    expect(outcome(await put({}, { as: null }))).toEqual({
      status: 401,
      text: coreText(401, 'Unauthorized', 'Unauthorized'),
    });
  });
});

describe('many at once', () => {
  it('writes that meet lose nothing', async () => {
    await Promise.all(
      Array.from({ length: 5 }, (_, number) =>
        put({ shared: { metadata: { [`k${number}`]: number } }, [`own-${number}`]: {} }),
      ),
    );
    expect((await roleNamed('shared')).metadata).toEqual({ k0: 0, k1: 1, k2: 2, k3: 3, k4: 4 });
  });
});
