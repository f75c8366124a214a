import { beforeAll, describe, expect, it } from 'vitest';
import { forbidden, refusal, statusAndBody, unauthorized } from '../../support/elasticsearch.ts';
import { givenApiKey, givenUser, givenUserWith } from '../../support/identities.ts';
import { kibana } from '../../support/kibana.ts';
import { createOwnTables } from '../../support/stack.ts';

const { call } = kibana();
const remove = (name: string, as: string | null = 'elastic') => call(`DELETE /_security/user/${name}`, { as });

beforeAll(async () => {
  await createOwnTables();
  await givenUser('jdoe', { roles: ['viewer'] });
  await givenUserWith('manager', ['manage_security']);
});

it.each(['elastic', 'manager'])('lets %s delete a user once', async (as) => {
  await givenUser('leaver');
  expect((await call('GET /_security/_authenticate', { as: 'leaver' })).status).toBe(200);
  const answer = await remove('leaver', as);
  expect({ ...statusAndBody(answer), text: answer.text }).toEqual({
    status: 200,
    body: { found: true },
    text: '{"found":true}',
  });
  expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
  expect((await call('GET /_security/_authenticate', { as: 'leaver' })).status).toBe(401);
  expect(statusAndBody(await remove('leaver', as))).toEqual({ status: 404, body: { found: false } });
});

it('keeps the API keys of the user', async () => {
  await givenUser('maker');
  const { headers } = await givenApiKey('maker', {});
  await remove('maker');
  expect((await call('GET /_security/_authenticate', { as: null, headers })).body.username).toBe('maker');
});

describe('refusals', () => {
  it.each([
    ['elastic', 'user [elastic] is reserved and cannot be deleted'],
    ['kibana_system', 'user [kibana_system] is reserved and cannot be deleted'],
    ['_anonymous', 'user [_anonymous] is anonymous and cannot be deleted'],
  ])('of %s come after the privilege check', async (name, reason) => {
    expect(statusAndBody(await remove(name))).toEqual(refusal('illegal_argument_exception', reason));
    expect(statusAndBody(await remove(name, 'jdoe'))).toEqual(
      forbidden('user/delete', 'user [jdoe] with effective roles [viewer]', 'manage_security,all'),
    );
  });

  it.each([
    ['nobody', 'nobody'],
    ['_system', '_system'],
    ['that is a blank', '%20'],
    ['jäck', 'j%C3%A4ck'],
    ['whose name no row could have', 'x'.repeat(1_025)],
  ])('find no user %s', async (_name, name) => {
    expect(statusAndBody(await remove(name))).toEqual({ status: 404, body: { found: false } });
  });

  it.each([
    ['?refresh=foo', 'Unknown value for refresh: [foo].'],
    ['?foo=1', 'request [/_security/user/elastic] contains unrecognized parameter: [foo]'],
  ])('of the query %s come before the privilege check', async (query, reason) => {
    expect(statusAndBody(await remove(`elastic${query}`, 'jdoe'))).toEqual(
      refusal('illegal_argument_exception', reason),
    );
  });

  it('of nobody come first', async () => {
    expect(statusAndBody(await remove('elastic?foo=1', null))).toEqual(
      unauthorized('missing authentication credentials for REST request [/_security/user/elastic?foo=1]'),
    );
  });
});

it.each(['true', 'false', 'wait_for', ''])('takes refresh=%s', async (refresh) => {
  expect((await remove(`nobody?refresh=${refresh}`)).status).toBe(404);
});
