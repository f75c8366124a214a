import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  forbidden,
  nameRule,
  refusal,
  statusAndBody,
  unauthorized,
  validationFailed,
  WWW_AUTHENTICATE,
} from '../../support/elasticsearch.ts';
import { apiKeyHeader, basicHeader, givenApiKey, givenUser, givenUserWith } from '../../support/identities.ts';
import { kibana } from '../../support/kibana.ts';
import { createOwnTables } from '../../support/stack.ts';

const { call, send } = kibana();

const HASH = '$2a$10$aXHrIUTZHMsSuhLCV7fQGu0yNQeIqH8AiiJBHZxJ8oO8QfDWVbOqS';
const VIEWER = 'user [jdoe] with effective roles [viewer]';

beforeAll(async () => {
  await createOwnTables();
  await givenUser('jdoe', { roles: ['viewer'] });
  await givenUserWith('manager', ['manage_security']);
});

const newName = () => `user-${randomUUID()}`;
const put = (name: string, body: unknown, as = 'elastic') =>
  call(`PUT /_security/user/${encodeURIComponent(name)}`, { as, body });
const stored = async (name: string) => (await call(`GET /_security/user/${name}`)).body[name];

const loginStatus = async (as: string, password: string) =>
  (await call('GET /_security/_authenticate', { as, password })).status;

describe.each(['PUT', 'POST'])('%s /_security/user/{username}', (method) => {
  const example = {
    password: 'l0ng-r4nd0m-p@ssw0rd',
    roles: ['admin', 'other_role1'],
    full_name: 'Jack Nicholson',
    email: 'jacknich@example.com',
    metadata: { intelligence: 7 },
  };

  it('creates the user of the documented example, and then updates it', async () => {
    const name = `jacknich-${method}`;
    const created = await call(`${method} /_security/user/${name}`, { body: example });
    expect({ status: created.status, text: created.text }).toEqual({ status: 200, text: '{"created":true}' });
    expect(created.headers).toMatchObject({
      'content-type': 'application/json',
      'x-elastic-product': 'Elasticsearch',
    });
    expect(await stored(name)).toEqual({
      username: name,
      roles: ['admin', 'other_role1'],
      full_name: 'Jack Nicholson',
      email: 'jacknich@example.com',
      metadata: { intelligence: 7 },
      enabled: true,
    });
    const again = await call(`${method} /_security/user/${name}`, { body: example });
    expect({ status: again.status, text: again.text }).toEqual({ status: 200, text: '{"created":false}' });
  });
});

describe('what can be refused without knowing what the caller may do', () => {
  const unreadable = (field: string, type: string, token: string) =>
    refusal('parse_exception', `expected field [${field}] to be of type ${type}, but found [${token}] instead`);
  const notATextAmong = (field: string, token: string) =>
    refusal(
      'parse_exception',
      `could not parse [${field}] field. expected a string array but one of the value in the array is [${token}]`,
    );
  const unexpected = (field: string) =>
    refusal('parse_exception', `failed to parse add user request. unexpected field [${field}]`);
  const tooShort = validationFailed('validation_exception', 'passwords must be at least [6] characters long');
  const twice = validationFailed('validation_exception', 'password_hash has already been set');
  const otherHash = (kind: string) =>
    refusal(
      'illegal_argument_exception',
      `Provided password hash uses [${kind}] but the configured hashing algorithm is [BCRYPT]`,
    );
  const invalid = (...problems: string[]) => validationFailed('action_request_validation_exception', ...problems);
  const roles: string[] = [];

  it.each<[string, unknown, ReturnType<typeof refusal>]>([
    ['no body', undefined, refusal('parse_exception', 'request body is required')],
    ['an array', [], refusal('parse_exception', 'expected an object, but found token [START_ARRAY]')],
    ['a text', '"{}"', refusal('parse_exception', 'expected an object, but found token [VALUE_STRING]')],
    ['null', 'null', refusal('parse_exception', 'expected an object, but found token [VALUE_NULL]')],
    ['an unknown key', { roles, foo: 1 }, unexpected('foo')],
    ['a key that every object inherits', { roles, constructor: 1 }, unexpected('constructor')],
    ['a number as password', { roles, password: 1 }, unreadable('password', 'string', 'VALUE_NUMBER')],
    ['null as password', { roles, password: null }, unreadable('password', 'string', 'VALUE_NULL')],
    ['null as metadata', { roles, metadata: null }, unreadable('metadata', 'object', 'VALUE_NULL')],
    ['a text as metadata', { roles, metadata: 'x' }, unreadable('metadata', 'object', 'VALUE_STRING')],
    ['a list as metadata', { roles, metadata: [] }, unreadable('metadata', 'object', 'START_ARRAY')],
    ['a text as enabled', { roles, enabled: 'true' }, unreadable('enabled', 'boolean', 'VALUE_STRING')],
    ['a number as full_name', { roles, full_name: 1 }, unreadable('full_name', 'string', 'VALUE_NUMBER')],
    ['a boolean as email', { roles, email: true }, unreadable('email', 'string', 'VALUE_BOOLEAN')],
    ['a number as role', { roles: [1] }, notATextAmong('roles', 'VALUE_NUMBER')],
    ['a password of 5 characters', { roles, password: '12345' }, tooShort],
    ['an empty password', { roles, password: '' }, tooShort],
    ['a password and a hash', { roles, password: '123456', password_hash: HASH }, twice],
    ['a hash and a password', { roles, password_hash: HASH, password: '123456' }, twice],
    ['no hash at all', { roles, password_hash: 'changeme' }, otherHash('NOOP')],
    ['a hash of the 2b kind', { roles, password_hash: HASH.replace('2a', '2b') }, otherHash('NOOP')],
    ['a hash of the 2y kind', { roles, password_hash: HASH.replace('2a', '2y') }, otherHash('NOOP')],
    ['a hash cut short', { roles, password_hash: HASH.slice(0, -1) }, otherHash('NOOP')],
    ['a hash of another cost', { roles, password_hash: HASH.replace('$10$', '$04$') }, otherHash('BCRYPT4')],
    ['a hash of a higher cost', { roles, password_hash: HASH.replace('$10$', '$14$') }, otherHash('BCRYPT14')],
    ['a SHA1 hash', { roles, password_hash: '{SHA}fEqNCco3Yq9h5ZUglD3CZJT4lBs=' }, otherHash('SHA1')],
    ['an MD5 hash', { roles, password_hash: '{MD5}4QrcOUm6Wau+VuBX8g+IPg==' }, otherHash('MD5')],
    ['a salted SHA256 hash', { roles, password_hash: '{SSHA256}c2FsdA==' }, otherHash('SSHA256')],
    ['a PBKDF2 hash', { roles, password_hash: '{PBKDF2}10000$c2FsdA==$aGFzaA==' }, otherHash('PBKDF2')],
    [
      'another name in the body',
      { roles, username: 'other' },
      refusal('illegal_argument_exception', '[username] in source does not match the username provided [jacknich]'),
    ],
    ['no roles', { password: '123456' }, invalid('roles are missing')],
    ['a reserved key in metadata', { roles, metadata: { _x: 1 } }, invalid('metadata keys may not start with [_]')],
    [
      'no roles and a reserved key in metadata',
      { metadata: { _x: 1, _y: 1 } },
      invalid('roles are missing', 'metadata keys may not start with [_]'),
    ],
    ['two bad keys, the unknown one first', { foo: 1, password: 1 }, unexpected('foo')],
    ['two bad keys, the unknown one last', { password: 1, foo: 1 }, unreadable('password', 'string', 'VALUE_NUMBER')],
    ['a short password before an unknown key', { password: '12345', foo: 1 }, tooShort],
    ['an unknown key before a short password', { foo: 1, password: '12345' }, unexpected('foo')],
    ['a second secret before an unknown key', { password: '123456', password_hash: HASH, foo: 1 }, twice],
    ['a bad hash before another name', { password_hash: 'x', username: 'other' }, otherHash('NOOP')],
  ])('refuses %s', async (_name, body, expected) => {
    expect(statusAndBody(await put('jacknich', body))).toEqual(expected);
    expect(statusAndBody(await put('jacknich', body, 'jdoe'))).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['{"roles":[],}', 'a comma too many'],
    ['{"roles":[]', 'no end'],
    ['{"roles":[],"metadata":{"__proto__":{"x":1}}}', 'a key that would poison what merges it'],
    [`{"roles":[],"metadata":${'{"a":'.repeat(600)}1${'}'.repeat(600)}}`, 'too many levels'],
  ])('refuses a body that is not JSON, in the shape of Elasticsearch: %#', async (body) => {
    const { status, body: answer } = await put('jacknich', body, 'jdoe');
    expect({ status, body: answer }).toEqual(refusal('x_content_parse_exception', answer.error.reason));
    expect(answer.error.reason).toMatch(/\S/);
  });

  it.each([
    ['?refresh=foo', 'Unknown value for refresh: [foo].'],
    ['?foo=1', 'request [/_security/user/jacknich] contains unrecognized parameter: [foo]'],
    ['?a=1&b=2', 'request [/_security/user/jacknich] contains unrecognized parameters: [a], [b]'],
    ['?refresh=foo&a=1', 'Unknown value for refresh: [foo].'],
  ])('refuses the query %s', async (query, reason) => {
    const answer = await call(`PUT /_security/user/jacknich${query}`, { as: 'jdoe', body: { roles: [] } });
    expect(statusAndBody(answer)).toEqual(refusal('illegal_argument_exception', reason));
  });
});

describe('what is refused only to a caller who may manage users', () => {
  const invalid = (...problems: string[]) => validationFailed('action_request_validation_exception', ...problems);
  const reserved = (name: string) => invalid(`user [${name}] is reserved and only the password can be changed`);
  const internal = (name: string) => invalid(`user [${name}] is internal`);
  const badUser = invalid(nameRule('User'));
  const badRole = invalid(nameRule('Role'));
  const noPassword = validationFailed(
    'validation_exception',
    'password must be specified unless you are updating an existing user',
  );
  const body = { roles: [], password_hash: HASH };

  type Row = [string, string, Record<string, unknown>, ReturnType<typeof refusal>];
  it.each<Row>([
    ...['elastic', 'kibana', 'kibana_system', 'logstash_system', 'beats_system', 'apm_system'].map(
      (name): Row => [`the reserved user ${name}`, name, body, reserved(name)],
    ),
    ['a reserved user', 'remote_monitoring_user', body, reserved('remote_monitoring_user')],
    [
      'the anonymous user',
      '_anonymous',
      body,
      invalid('user [_anonymous] is anonymous and cannot be modified via the API'),
    ],
    ...['_system', '_xpack', '_xpack_security', '_async_search', '_storage'].map(
      (name): Row => [`the internal user ${name}`, name, body, internal(name)],
    ),
    ['a name with a blank in front', ' jack', body, badUser],
    ['a name with a blank behind', 'jack ', body, badUser],
    ['a name of a blank', ' ', body, badUser],
    ['a name with another letter than ASCII has', 'jäck', body, badUser],
    ['a name with a tab', 'ja\tck', body, badUser],
    ['a name of 508 characters', 'x'.repeat(508), body, badUser],
    ['a role with another letter than ASCII has', 'jack', { ...body, roles: ['ok', 'rôle'] }, badRole],
    ['a role without a name', 'jack', { ...body, roles: [''] }, badRole],
    ['a role of 508 characters', 'jack', { ...body, roles: ['x'.repeat(508)] }, badRole],
    [
      'several bad roles, each by itself',
      'jack',
      { ...body, roles: ['rôle', 'ok', ' role'] },
      invalid(nameRule('Role'), nameRule('Role')),
    ],
    [
      'a bad role of a bad user, the user first',
      ' jack',
      { ...body, roles: ['rôle'] },
      invalid(nameRule('User'), nameRule('Role')),
    ],
    [
      'a bad role of a reserved user, the user first',
      'elastic',
      { ...body, roles: ['rôle'] },
      invalid('user [elastic] is reserved and only the password can be changed', nameRule('Role')),
    ],
    ['an unknown user without a password', 'nobody', { roles: [] }, noPassword],
  ])('refuses %s', async (_name, username, request, expected) => {
    expect(statusAndBody(await put(username, request))).toEqual(expected);
    expect(statusAndBody(await put(username, request, 'manager'))).toEqual(expected);
    expect(statusAndBody(await put(username, request, 'jdoe'))).toEqual(
      forbidden('user/put', VIEWER, 'manage_security,all'),
    );
  });

  it.each([['x'], ['x'.repeat(507)], ['with blank'], ['!"#$%&()*+,-.:;<=>@[]^_`{|}~'], ["o'neill"]])(
    'takes the name %s',
    async (name) => {
      expect(statusAndBody(await put(name, body))).toEqual({ status: 200, body: { created: true } });
    },
  );
});

describe('who calls', () => {
  const path = '/_security/user/x?pretty=true';
  const badUser = (name: string) => unauthorized(`unable to authenticate user [${name}] for REST request [${path}]`);
  const badKey = (detail: string) =>
    unauthorized(
      'unable to authenticate with provided credentials and anonymous access is not allowed for this request',
      { additional_unsuccessful_credentials: `API key: ${detail}` },
    );
  const missing = unauthorized(`missing authentication credentials for REST request [${path}]`);

  it.each<[string, string | undefined, ReturnType<typeof refusal>]>([
    ['nobody', undefined, missing],
    ['who uses a scheme that is unknown here', 'Digest x', missing],
    ['who has a wrong password', basicHeader('jdoe', 'wrong'), badUser('jdoe')],
    ['who does not exist', basicHeader('bob').replace('Basic', 'basic'), badUser('bob')],
    ['whom nobody gave a password yet', basicHeader('kibana_system'), badUser('kibana_system')],
    ['who has an unknown API key', apiKeyHeader('foo', 'bar'), badKey('unable to find apikey with id foo')],
  ])('refuses %s', async (_name, authorization, expected) => {
    const answer = await send({
      method: 'PUT',
      url: path,
      headers: { ...(authorization !== undefined && { authorization }) },
    });
    expect(statusAndBody(answer)).toEqual(expected);
    expect(answer.headers).toMatchObject({
      'www-authenticate': WWW_AUTHENTICATE,
      'x-elastic-product': 'Elasticsearch',
      'content-type': 'application/json',
    });
  });

  const call401 = (authorization: string) => call(`PUT ${path}`, { as: null, headers: { authorization } });

  it('refuses a disabled user like one that does not exist', async () => {
    await givenUser('disabled', { enabled: false });
    expect(statusAndBody(await call(`PUT ${path}`, { as: 'disabled' }))).toEqual(badUser('disabled'));
  });

  it('refuses an API key with a wrong secret, an expired one and an invalidated one', async () => {
    const { id, secret } = await givenApiKey('jdoe', {});
    const expired = await givenApiKey('jdoe', {}, { expiration: Date.now() - 1 });
    expect(statusAndBody(await call401(apiKeyHeader(id, `${secret}x`)))).toEqual(
      badKey(`invalid credentials for API key [${id}]`),
    );
    expect(statusAndBody(await call401(expired.headers.authorization))).toEqual(badKey('api key is expired'));
    await call('DELETE /_security/api_key', { body: { ids: [id] } });
    expect(statusAndBody(await call401(apiKeyHeader(id, secret)))).toEqual(
      badKey(`api key [${id}] has been invalidated`),
    );
  });

  it.each([
    ['Basic %%%', 'invalid basic authentication header encoding'],
    [`Basic ${btoa('no colon')}`, 'invalid basic authentication header value'],
    ['ApiKey', `missing authentication credentials for REST request [${path}]`],
  ])('refuses the unreadable header %s', async (authorization, reason) => {
    const { status, body } = await call401(authorization);
    const { caused_by: _, ...error } = body.error;
    expect({ status, body: { ...body, error } }).toEqual(unauthorized(reason));
  });

  it('refuses an API key that is none', async () => {
    expect(statusAndBody(await call401(`ApiKey ${btoa('no colon')}`))).toEqual(badKey('invalid ApiKey value'));
  });

  it('names the roles of the caller, those that are gone apart, or the API key', async () => {
    await givenUser('ghost', { roles: ['viewer', 'ghost2', 'ghost1', 'editor'] });
    await givenUser('roleless');
    const { id, headers } = await givenApiKey('jdoe', { cluster: ['manage'] });
    const request = { body: { roles: [] } };
    const refused = (who: string) => forbidden('user/put', who, 'manage_security,all');
    expect(statusAndBody(await call(`PUT ${path}`, { as: 'ghost', ...request }))).toEqual(
      refused('user [ghost] with effective roles [editor,viewer] (assigned roles [ghost1,ghost2] were not found)'),
    );
    expect(statusAndBody(await call(`PUT ${path}`, { as: 'roleless', ...request }))).toEqual(
      refused('user [roleless] with effective roles []'),
    );
    expect(statusAndBody(await call(`PUT ${path}`, { as: null, headers, ...request }))).toEqual(
      refused(`API key id [${id}] of user [jdoe]`),
    );
  });

  it('lets an API key do what its owner could', async () => {
    const { headers } = await givenApiKey('manager', { cluster: ['manage_security'] });
    const request = { as: null, headers, body: { roles: [], password_hash: HASH } };
    expect((await call(`PUT /_security/user/${newName()}`, request)).body).toEqual({ created: true });
  });
});

describe('order of checks', () => {
  const text = { 'content-type': 'text/plain' };
  type Step = [string, string, Parameters<typeof call>[1], { status: number; body: unknown } | RegExp];
  const path = '/_security/user/elastic';
  const everything = `${path}?bar=1&refresh=x`;
  const steps: Step[] = [
    [
      'credentials',
      `PUT ${everything}`,
      { as: null, headers: text, body: '{' },
      unauthorized(`missing authentication credentials for REST request [${everything}]`),
    ],
    [
      'method',
      `PATCH ${everything}`,
      { as: 'jdoe', headers: text, body: '{' },
      {
        status: 405,
        body: {
          error: `Incorrect HTTP method for uri [${everything}] and method [PATCH], allowed: [GET, PUT, DELETE, POST]`,
          status: 405,
        },
      },
    ],
    [
      'media type',
      `PUT ${everything}`,
      { as: 'jdoe', headers: text, body: '{' },
      { status: 406, body: { error: 'Content-Type header [text/plain] is not supported', status: 406 } },
    ],
    ['syntax', `PUT ${everything}`, { as: 'jdoe', body: '{' }, /"type":"x_content_parse_exception"/],
    [
      'fields',
      `PUT ${everything}`,
      { as: 'jdoe', body: { foo: 1 } },
      refusal('parse_exception', 'failed to parse add user request. unexpected field [foo]'),
    ],
    [
      'refresh',
      `PUT ${everything}`,
      { as: 'jdoe', body: {} },
      refusal('illegal_argument_exception', 'Unknown value for refresh: [x].'),
    ],
    [
      'parameters',
      `PUT ${path}?bar=1`,
      { as: 'jdoe', body: {} },
      refusal('illegal_argument_exception', `request [${path}] contains unrecognized parameter: [bar]`),
    ],
    [
      'the request by itself',
      `PUT ${path}`,
      { as: 'jdoe', body: {} },
      validationFailed('action_request_validation_exception', 'roles are missing'),
    ],
    [
      'privileges',
      `PUT ${path}`,
      { as: 'jdoe', body: { roles: ['rôle'] } },
      forbidden('user/put', VIEWER, 'manage_security,all'),
    ],
    [
      'names',
      `PUT ${path}`,
      { body: { roles: [] } },
      validationFailed(
        'action_request_validation_exception',
        'user [elastic] is reserved and only the password can be changed',
      ),
    ],
  ];

  it.each(steps)('%s', async (_name, line, options, expected) => {
    const answer = await call(line, options);
    if (expected instanceof RegExp) expect(answer.text).toMatch(expected);
    else expect(statusAndBody(answer)).toEqual(expected);
    expect(answer.headers['x-elastic-product']).toBe('Elasticsearch');
  });
});

describe('media types', () => {
  const request = { roles: [], password_hash: HASH };

  it.each([
    ['application/json'],
    ['application/json; charset=UTF-8'],
    ['Application/JSON'],
    ['application/vnd.elasticsearch+json'],
    ['application/vnd.elasticsearch+json; compatible-with=9'],
    ['application/vnd.elasticsearch+json;compatible-with=8'],
  ])('reads a body of type %s', async (type) => {
    const answer = await call(`PUT /_security/user/${newName()}`, { headers: { 'content-type': type }, body: request });
    expect(statusAndBody(answer)).toEqual({ status: 200, body: { created: true } });
  });

  it.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['text/json'],
    ['application/jsonp'],
    ['application/x-ndjson'],
    [''],
  ])('refuses a body of type "%s": a foreign page could send it', async (type) => {
    const answer = await call(`PUT /_security/user/${newName()}`, { headers: { 'content-type': type }, body: request });
    expect(statusAndBody(answer)).toEqual({
      status: 406,
      body: { error: `Content-Type header [${type}] is not supported`, status: 406 },
    });
  });

  it('refuses a body without a type', async () => {
    const headers = { authorization: basicHeader('elastic') };
    const answer = await send({ method: 'PUT', url: '/_security/user/x', headers, body: JSON.stringify(request) });
    expect(answer.status).toBe(406);
  });

  const compatible = (version: number) => `application/vnd.elasticsearch+json;compatible-with=${version}`;
  it.each([
    ['application/json', 'application/json'],
    ['*/*', 'application/json'],
    [compatible(9), compatible(9)],
    [compatible(8), compatible(8)],
    ['application/vnd.elasticsearch+json; compatible-with=9', compatible(9)],
    [`text/plain, ${compatible(9)}`, compatible(9)],
  ])('answers who accepts %s with %s, errors too', async (accept, type) => {
    const created = await call(`PUT /_security/user/${newName()}`, { headers: { accept }, body: request });
    const refused = await call('PUT /_security/user/x', { headers: { accept }, body: { foo: 1 } });
    const nobody = await call('PUT /_security/user/x', { as: null, headers: { accept } });
    expect([created, refused, nobody].map(({ status, headers }) => [status, headers['content-type']])).toEqual([
      [200, type],
      [400, type],
      [401, type],
    ]);
  });
});

describe('query parameters', () => {
  it.each(['refresh', 'refresh=true', 'refresh=false', 'refresh=wait_for', 'refresh='])('takes ?%s', async (query) => {
    const answer = await call(`PUT /_security/user/${newName()}?${query}`, {
      body: { roles: [], password_hash: HASH },
    });
    expect(statusAndBody(answer)).toEqual({ status: 200, body: { created: true } });
  });

  it('takes what Elasticsearch takes everywhere', async () => {
    const answer = await call(
      `PUT /_security/user/${newName()}?pretty&human=true&error_trace=false&filter_path=created&format=json`,
      { body: { roles: [], password_hash: HASH } },
    );
    expect(statusAndBody(answer)).toEqual({ status: 200, body: { created: true } });
  });
});

describe('what is stored', () => {
  const full = { roles: ['a'], full_name: 'Jack', email: 'j@x', metadata: { a: { b: 1, c: [1, 2] }, d: 1 } };

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['nothing but roles', { roles: [] }, { roles: [], full_name: null, email: null, metadata: {}, enabled: true }],
    ['roles as one text', { roles: 'a,b' }, { roles: ['a', 'b'] }],
    ['roles that are repeated', { roles: ['a', 'b', 'a'] }, { roles: ['a', 'b', 'a'] }],
    ['null as names', { roles: [], full_name: null, email: null }, { full_name: null, email: null }],
    ['an email that is none', { roles: [], email: 'no address' }, { email: 'no address' }],
    ['a disabled user', { roles: [], enabled: false }, { enabled: false }],
    [
      'metadata of any depth',
      { roles: [], metadata: { a: { _b: [1, { c: null }] }, big: 1e300, tiny: 5e-324, '': 'x' } },
      { metadata: { a: { _b: [1, { c: null }] }, big: 1e300, tiny: 5e-324, '': 'x' } },
    ],
  ])('keeps %s', async (_name, request, shown) => {
    const name = newName();
    expect((await put(name, { ...request, password_hash: HASH })).body).toEqual({ created: true });
    expect(await stored(name)).toMatchObject({ username: name, ...shown });
  });

  it('takes the name in the body, too, when it is the same', async () => {
    const name = newName();
    expect((await put(name, { username: name, roles: [], password_hash: HASH })).status).toBe(200);
  });

  it('logs in who has the password', async () => {
    const name = newName();
    await put(name, { roles: [], password: 'l0ng-r4nd0m-p@ssw0rd' });
    expect(await loginStatus(name, 'l0ng-r4nd0m-p@ssw0rd')).toBe(200);
    expect(await loginStatus(name, 'l0ng-r4nd0m-p@ssw0rD')).toBe(401);
  });

  it('logs in who has the password of a hash that another program made', async () => {
    const name = newName();
    // One of the test vectors that implementations of bcrypt share.
    const password_hash = '$2a$10$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq';
    await put(name, { roles: [], password_hash });
    expect(await loginStatus(name, 'abcdefghijklmnopqrstuvwxyz')).toBe(200);
    expect(await loginStatus(name, 'abcdefghijklmnopqrstuvwxyZ')).toBe(401);
  });

  it('replaces the whole user when a password comes with it', async () => {
    const name = newName();
    await put(name, { ...full, password_hash: HASH, enabled: false });
    expect((await put(name, { roles: ['b'], metadata: { e: 1 }, password_hash: HASH })).body).toEqual({
      created: false,
    });
    expect(await stored(name)).toEqual({
      username: name,
      roles: ['b'],
      full_name: null,
      email: null,
      metadata: { e: 1 },
      enabled: true,
    });
    await put(name, { roles: ['b'], password_hash: HASH });
    expect((await stored(name)).metadata).toEqual({});
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'erases what is left out, and enables',
      { roles: ['b'] },
      { roles: ['b'], full_name: null, email: null, metadata: {}, enabled: true },
    ],
    ['keeps a user disabled only when told so', { roles: ['b'], enabled: false }, { enabled: false }],
    [
      'merges metadata, lists are replaced',
      { roles: [], metadata: { a: { b: 2, c: [3], n: null }, e: { f: 1 } } },
      { metadata: { a: { b: 2, c: [3], n: null }, d: 1, e: { f: 1 } } },
    ],
    ['replaces an object by a value', { roles: [], metadata: { a: 1 } }, { metadata: { a: 1, d: 1 } }],
    [
      'replaces a value by an object',
      { roles: [], metadata: { d: { x: 1 } } },
      { metadata: { ...full.metadata, d: { x: 1 } } },
    ],
    ['leaves metadata that merges with nothing', { roles: [], metadata: {} }, { metadata: full.metadata }],
    ['says "not created" also when nothing changes', { ...full, enabled: false }, { ...full, enabled: false }],
  ])('without a password %s', async (_name, request, shown) => {
    const name = newName();
    await put(name, { ...full, password: 'l0ng-r4nd0m-p@ssw0rd', enabled: false });
    expect(statusAndBody(await put(name, request))).toEqual({ status: 200, body: { created: false } });
    expect(await stored(name)).toMatchObject(shown);
    await put(name, { roles: [] });
    expect(await loginStatus(name, 'l0ng-r4nd0m-p@ssw0rd')).toBe(200);
  });

  it('forgets merged metadata once an update leaves it out', async () => {
    const name = newName();
    await put(name, { ...full, password_hash: HASH });
    await put(name, { roles: [] });
    await put(name, { roles: [], metadata: { z: 1 } });
    expect((await stored(name)).metadata).toEqual({ z: 1 });
  });

  it('needs roles even to change the email only', async () => {
    const name = newName();
    await put(name, { ...full, password_hash: HASH });
    expect(statusAndBody(await put(name, { email: 'new@x' }))).toEqual(
      validationFailed('action_request_validation_exception', 'roles are missing'),
    );
    expect(await stored(name)).toMatchObject(full);
  });

  it('keeps large metadata, and refuses clearly what no row can hold', async () => {
    const name = newName();
    const metadataOf = (uuids: number) => ({ text: Array.from({ length: uuids }, () => randomUUID()).join('') });
    const metadata = metadataOf(9_000);
    expect((await put(name, { roles: [], password_hash: HASH, metadata })).body).toEqual({ created: true });
    expect((await stored(name)).metadata).toEqual(metadata);
    expect((await put(name, { roles: [], metadata: metadataOf(25_000) })).status).toBe(413);
    expect((await stored(name)).metadata).toEqual(metadata);
  });

  it('leaves API keys of the user alone', async () => {
    const name = newName();
    await put(name, { roles: [], password_hash: HASH });
    const { headers } = await givenApiKey(name, {});
    await put(name, { roles: [], enabled: false });
    expect((await call('GET /_security/_authenticate', { as: null, headers })).status).toBe(200);
  });
});

it('tells who uses a path or method that Elasticsearch does not have', async () => {
  expect(statusAndBody(await call('PUT /_security/foo', { body: {} }))).toEqual({
    status: 400,
    body: { error: 'no handler found for uri [/_security/foo] and method [PUT]' },
  });
  const wrongMethod = await call('PATCH /_security/user/x');
  expect(statusAndBody(wrongMethod)).toEqual({
    status: 405,
    body: {
      error: 'Incorrect HTTP method for uri [/_security/user/x] and method [PATCH], allowed: [GET, PUT, DELETE, POST]',
      status: 405,
    },
  });
  expect(wrongMethod.headers.allow).toBe('GET,PUT,DELETE,POST');
});
