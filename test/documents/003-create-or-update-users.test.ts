import { beforeAll, expect, it } from 'vitest';
import { refusal, statusAndBody } from '../support/elasticsearch.ts';
import { givenApiKey } from '../support/identities.ts';
import { kibana } from '../support/kibana.ts';
import { createOwnTables } from '../support/stack.ts';

// «Create or update users»: PUT /_security/user/{username}
const { call, send } = kibana();

/** The value of `--data` in the curl sample, as the shell hands it on: the document encodes its example twice. */
const CURL_DATA = String.raw`"{\n  \"password\" : \"l0ng-r4nd0m-p@ssw0rd\",\n  \"roles\" : [ \"admin\", \"other_role1\" ],\n  \"full_name\" : \"Jack Nicholson\",\n  \"email\" : \"jacknich@example.com\",\n  \"metadata\" : {\n    \"intelligence\" : 7\n  }\n}"`;

const REQUEST_EXAMPLE = `{
  "password" : "l0ng-r4nd0m-p@ssw0rd",
  "roles" : [ "admin", "other_role1" ],
  "full_name" : "Jack Nicholson",
  "email" : "jacknich@example.com",
  "metadata" : {
    "intelligence" : 7
  }
}`;

const JACK = {
  roles: ['admin', 'other_role1'],
  full_name: 'Jack Nicholson',
  email: 'jacknich@example.com',
  metadata: { intelligence: 7 },
  enabled: true,
};

const curlHeaders = { 'Content-Type': 'application/json' };
let authorization: string;
beforeAll(async () => {
  await createOwnTables();
  const { headers } = await givenApiKey('elastic', { cluster: ['manage_security'] });
  authorization = headers.authorization;
});

it('refuses the curl sample as printed: its body is a JSON text, not an object', async () => {
  // curl takes {username} for a list of one and asks for `username`.
  const url = '/_security/user/username';
  const answer = await send({ method: 'PUT', url, headers: { ...curlHeaders, authorization }, body: CURL_DATA });
  expect(statusAndBody(answer)).toEqual(
    refusal('parse_exception', 'expected an object, but found token [VALUE_STRING]'),
  );
  expect((await call('GET /_security/user/username')).status).toBe(404);
});

it('accepts the curl sample once its body is decoded', async () => {
  const body: string = JSON.parse(CURL_DATA);
  expect(body).toBe(REQUEST_EXAMPLE);
  const url = '/_security/user/username';
  const answer = await send({ method: 'PUT', url, headers: { ...curlHeaders, authorization }, body });
  expect(statusAndBody(answer)).toEqual({ status: 200, body: { created: true } });
});

it.each(['POST', 'PUT'])('answers the request example, sent by %s, as printed', async (method) => {
  const name = method === 'POST' ? 'jacknich' : 'jacknich-put';
  const request = () => call(`${method} /_security/user/${name}`, { body: REQUEST_EXAMPLE });
  expect(statusAndBody(await request())).toEqual({ status: 200, body: { created: true } });
  expect((await call(`GET /_security/user/${name}`)).body[name]).toEqual({ username: name, ...JACK });
  expect(statusAndBody(await request())).toEqual({ status: 200, body: { created: false } });
  const login = await call('GET /_security/_authenticate', { as: name, password: 'l0ng-r4nd0m-p@ssw0rd' });
  expect(login.body).toMatchObject({ username: name, ...JACK });
});

it('creates a user without any roles from an empty list', async () => {
  const answer = await call('PUT /_security/user/roleless', { body: { password: 'changeme', roles: [] } });
  expect(statusAndBody(answer)).toEqual({ status: 200, body: { created: true } });
});

it.each(['true', 'false', 'wait_for'])('takes refresh=%s', async (refresh) => {
  const body = { password: 'changeme', roles: [] };
  const answer = await call(`PUT /_security/user/refreshed-${refresh}?refresh=${refresh}`, { body });
  expect(statusAndBody(answer)).toEqual({ status: 200, body: { created: true } });
});

it.each([
  ['n'.repeat(507), 200],
  ['n'.repeat(508), 400],
])('takes names of 1 to 507 characters: %#', async (name, status) => {
  const answer = await call(`PUT /_security/user/${name}`, { body: { password: 'changeme', roles: [] } });
  expect(answer.status).toBe(status);
});
