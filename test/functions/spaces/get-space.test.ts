import { beforeAll, describe, expect, it } from 'vitest';
import { coreText } from '../../lib/http/serve.ts';
import { givenUser } from '../../support/callers.ts';
import { kibana } from '../../support/kibana.ts';

const { call } = kibana();
const get = async (path: string, as?: string | null) => {
  const { status, text } = await call(`GET ${path}`, as === undefined ? {} : { as });
  return { status, text };
};
const idsFor = async (as: string, query = '') => {
  const { body } = await call(`GET /api/spaces/space${query}`, { as });
  return body.map(({ id }: { id: string }) => id);
};
const forbidden = (message: string) => ({ status: 403, text: coreText(403, 'Forbidden', message) });

beforeAll(async () => {
  await Promise.all([
    givenUser('viewer', ['viewer']),
    givenUser('admin', ['kibana_admin']),
    givenUser('of-red', { kibana: ['space_read'], spaces: ['red'] }),
    givenUser('feature-of-blue', { kibana: ['feature_siemV3.minimal_read'], spaces: ['blue'] }),
    givenUser('saved-objects', { kibana: ['feature_savedObjectsManagement.all'], spaces: ['red', 'blue'] }),
    givenUser('nobody', []),
    givenUser('cluster', { cluster: ['all'] }),
  ]);
  // Created in another order than that of their names.
  for (const body of [
    { id: 'red', name: 'Red', description: 'All red' },
    { id: 'a-last', name: 'Zoo' },
    { id: 'blue', name: 'Blue' },
  ]) {
    expect((await call('POST /api/spaces/space', { body })).status).toBe(200);
  }
});

const defaultSpace =
  '{"id":"default","name":"Default","description":"This is your default space!","color":"#00bfb3","disabledFeatures":[],"_reserved":true}';
const red = '{"id":"red","name":"Red","description":"All red","disabledFeatures":[]}';

describe('GET /api/spaces/space/{id}', () => {
  it.each([
    ['the default space', '/api/spaces/space/default', defaultSpace],
    ['another', '/api/spaces/space/red', red],
    ['another, from a third', '/s/blue/api/spaces/space/red', red],
  ])('gives %s', async (_name, path, text) => {
    expect(await get(path)).toEqual({ status: 200, text });
  });

  it.each(['no-such-space', 'RED', '%20', '__proto__'])('does not know %s', async (id) => {
    expect(await get(`/api/spaces/space/${id}`)).toEqual({
      status: 404,
      text: coreText(404, 'Not Found', 'Not Found'),
    });
  });

  it.each([
    ['viewer', 'red'],
    ['of-red', 'red'],
    ['feature-of-blue', 'blue'],
  ])('lets %s see %s', async (as, id) => {
    expect((await get(`/api/spaces/space/${id}`, as)).status).toBe(200);
  });

  it.each([
    ['of-red', 'blue'],
    ['of-red', 'default'],
    ['of-red', 'no-such-space'],
    ['nobody', 'default'],
    ['cluster', 'default'],
  ])('does not tell %s whether %s exists', async (as, id) => {
    expect(await get(`/api/spaces/space/${id}`, as)).toEqual(forbidden(`Unauthorized to get ${id} space`));
  });
});

describe('GET /api/spaces/space', () => {
  it('gives all spaces, by name', async () => {
    expect(await get('/api/spaces/space')).toEqual({
      status: 200,
      text: `[{"id":"blue","name":"Blue","disabledFeatures":[]},${defaultSpace},${red},{"id":"a-last","name":"Zoo","disabledFeatures":[]}]`,
    });
  });

  it.each<[string, string, string[]]>([
    ['viewer', '', ['blue', 'default', 'red', 'a-last']],
    ['of-red', '', ['red']],
    ['feature-of-blue', '', ['blue']],
    ['saved-objects', '', ['blue', 'red']],
    ['saved-objects', '?purpose=any', ['blue', 'red']],
    ['saved-objects', '?purpose=copySavedObjectsIntoSpace', ['blue', 'red']],
    ['saved-objects', '?purpose=shareSavedObjectsIntoSpace', ['blue', 'red']],
    ['admin', '?purpose=copySavedObjectsIntoSpace', ['blue', 'default', 'red', 'a-last']],
  ])('gives %s%s what it may use', async (as, query, ids) => {
    expect(await idsFor(as, query)).toEqual(ids);
  });

  it.each([
    ['nobody', ''],
    ['cluster', ''],
    ['viewer', '?purpose=copySavedObjectsIntoSpace'],
    ['of-red', '?purpose=shareSavedObjectsIntoSpace'],
  ])('refuses %s%s, who may use none', async (as, query) => {
    expect(await get(`/api/spaces/space${query}`, as)).toEqual(forbidden('Forbidden'));
  });

  it('says what a caller may use each for', async () => {
    const purposes = async (as: string) => {
      const { body } = await call('GET /api/spaces/space?include_authorized_purposes=true', { as });
      return JSON.stringify(body.map(({ authorizedPurposes }: { authorizedPurposes: unknown }) => authorizedPurposes));
    };
    const reading =
      '{"any":true,"copySavedObjectsIntoSpace":false,"findSavedObjects":true,"shareSavedObjectsIntoSpace":false}';
    const all = reading.replaceAll('false', 'true');
    expect(await purposes('of-red')).toBe(`[${reading}]`);
    expect(await purposes('saved-objects')).toBe(`[${all},${all}]`);
  });

  it.each([
    [
      'an unknown purpose',
      '?purpose=x',
      '[request query.purpose]: types that failed validation:\n- [request query.purpose.0]: expected value to equal [any]\n- [request query.purpose.1]: expected value to equal [copySavedObjectsIntoSpace]\n- [request query.purpose.2]: expected value to equal [shareSavedObjectsIntoSpace]',
    ],
    [
      'both parameters',
      '?purpose=any&include_authorized_purposes=true',
      '[request query]: include_authorized_purposes can only be false when purpose is specified',
    ],
    ['an unknown key', '?foo=1', '[request query.foo]: definition for this key is missing'],
  ])('refuses %s', async (_name, query, message) => {
    expect(await get(`/api/spaces/space${query}`)).toEqual({
      status: 400,
      text: coreText(400, 'Bad Request', message),
    });
  });

  it('takes a purpose with include_authorized_purposes=false', async () => {
    const { body } = await call('GET /api/spaces/space?purpose=any&include_authorized_purposes=false');
    expect(body[0]).not.toHaveProperty('authorizedPurposes');
  });
});
