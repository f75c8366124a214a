import { beforeAll, describe, expect, it } from 'vitest';
import { refusal, statusAndBody, unauthorized, WWW_AUTHENTICATE } from '../../support/elasticsearch.ts';
import { givenApiKey, givenUser } from '../../support/identities.ts';
import { kibana } from '../../support/kibana.ts';
import { createOwnTables } from '../../support/stack.ts';

const { call } = kibana();
const LINE = 'GET /_security/_authenticate';

beforeAll(async () => {
  await createOwnTables();
  await givenUser('jdoe', { roles: ['viewer'] });
  await givenUser('jack', { roles: ['b', 'a'], full_name: 'Jack', email: 'j@x', metadata: { a: { b: 1 } } });
});

describe('GET /_security/_authenticate', () => {
  it.each([
    [
      'jdoe',
      '{"username":"jdoe","roles":["viewer"],"full_name":null,"email":null,"metadata":{},"enabled":true,"authentication_realm":{"name":"default_native","type":"native"},"lookup_realm":{"name":"default_native","type":"native"},"authentication_type":"realm"}',
    ],
    [
      'jack',
      '{"username":"jack","roles":["b","a"],"full_name":"Jack","email":"j@x","metadata":{"a":{"b":1}},"enabled":true,"authentication_realm":{"name":"default_native","type":"native"},"lookup_realm":{"name":"default_native","type":"native"},"authentication_type":"realm"}',
    ],
    [
      'elastic',
      '{"username":"elastic","roles":["superuser"],"full_name":null,"email":null,"metadata":{"_reserved":true},"enabled":true,"authentication_realm":{"name":"reserved","type":"reserved"},"lookup_realm":{"name":"reserved","type":"reserved"},"authentication_type":"realm"}',
    ],
  ])('tells %s who that is', async (as, text) => {
    const answer = await call(LINE, { as });
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
  });

  it('tells an API key its owner and its name, and no roles', async () => {
    const { id, headers } = await givenApiKey('jdoe', { cluster: ['all'] }, { name: 'mine' });
    const realm = { name: '_es_api_key', type: '_es_api_key' };
    expect(statusAndBody(await call(LINE, { as: null, headers }))).toEqual({
      status: 200,
      body: {
        username: 'jdoe',
        roles: [],
        full_name: null,
        email: null,
        metadata: {},
        enabled: true,
        authentication_realm: realm,
        lookup_realm: realm,
        authentication_type: 'api_key',
        api_key: { id, name: 'mine', managed_by: 'elasticsearch' },
      },
    });
  });

  it('answers in the media type that the client asks for', async () => {
    const accept = 'application/vnd.elasticsearch+json;compatible-with=9';
    expect((await call(LINE, { headers: { accept } })).headers['content-type']).toBe(accept);
  });

  it.each([
    ['nobody', { as: null }, 'missing authentication credentials for REST request [/_security/_authenticate]'],
    [
      'who has a wrong password',
      { as: 'jdoe', password: 'wrong' },
      'unable to authenticate user [jdoe] for REST request [/_security/_authenticate]',
    ],
    ['who has no name', { as: '' }, 'unable to authenticate user [] for REST request [/_security/_authenticate]'],
    [
      'whose name no row could have',
      { as: 'x'.repeat(3_000) },
      `unable to authenticate user [${'x'.repeat(3_000)}] for REST request [/_security/_authenticate]`,
    ],
  ])('refuses %s', async (_name, options, reason) => {
    const answer = await call(LINE, options);
    expect(statusAndBody(answer)).toEqual(unauthorized(reason));
    expect(answer.headers['www-authenticate']).toBe(WWW_AUTHENTICATE);
  });

  it('refuses unknown parameters', async () => {
    expect(statusAndBody(await call(`${LINE}?foo=1`))).toEqual(
      refusal(
        'illegal_argument_exception',
        'request [/_security/_authenticate] contains unrecognized parameter: [foo]',
      ),
    );
  });
});
