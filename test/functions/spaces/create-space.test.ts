import { beforeAll, describe, expect, it } from 'vitest';
import { coreText } from '../../lib/http/serve.ts';
import { givenUser } from '../../support/callers.ts';
import { kibana } from '../../support/kibana.ts';

const { call } = kibana();
const create = async (body: unknown, options: Parameters<typeof call>[1] = {}) => {
  const { status, text } = await call('POST /api/spaces/space', { body, ...options });
  return { status, text };
};
const badRequest = (message: string) => ({ status: 400, text: coreText(400, 'Bad Request', message) });
const conflict = (id: string) => ({
  status: 409,
  text: coreText(409, 'Conflict', `A space with the identifier ${id} already exists.`),
});

beforeAll(async () => {
  await Promise.all([
    givenUser('admin', ['kibana_admin']),
    givenUser('viewer', ['viewer']),
    givenUser('of-one-space', { kibana: ['space_all'], spaces: ['red'] }),
    givenUser('features', { kibana: ['feature_siemV3.all', 'feature_dashboard_v2.all'] }),
    givenUser('cluster', { cluster: ['all'] }),
  ]);
});

describe('POST /api/spaces/space', () => {
  it('creates a space, and answers it in the order of its schema', async () => {
    const body = {
      solution: 'security',
      disabledFeatures: ['ml'],
      imageUrl: 'data:image/png;base64,AA==',
      initials: 'R',
      color: '#aA0099',
      description: 'All red',
      name: 'Red',
      id: 'red',
      _reserved: true,
    };
    const text =
      '{"id":"red","name":"Red","description":"All red","color":"#aA0099","initials":"R",' +
      '"imageUrl":"data:image/png;base64,AA==","disabledFeatures":["ml"],"solution":"security"}';
    expect(await create(body)).toEqual({ status: 200, text });
    const { text: read } = await call('GET /api/spaces/space/red');
    expect(read).toBe(text);
  });

  it('needs no more than an id and a name', async () => {
    const text = '{"id":"a-b_9","name":"ä","disabledFeatures":[]}';
    expect(await create({ id: 'a-b_9', name: 'ä' })).toEqual({ status: 200, text });
  });

  it('takes an empty image', async () => {
    expect((await create({ id: 'no-image', name: 'x', imageUrl: '' })).status).toBe(200);
  });

  it('creates it once', async () => {
    expect((await create({ id: 'once', name: 'first' })).status).toBe(200);
    expect(await create({ id: 'once', name: 'second' })).toEqual(conflict('once'));
    expect((await call('GET /api/spaces/space/once')).body.name).toBe('first');
  });

  it('lets one of several win', async () => {
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => create({ id: 'race', name })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
  });

  it('cannot create the default space', async () => {
    expect(await create({ id: 'default', name: 'Mine' })).toEqual(conflict('default'));
  });

  it('creates the same space from within another', async () => {
    const { status } = await call('POST /s/red/api/spaces/space', { body: { id: 'blue', name: 'Blue' } });
    expect(status).toBe(200);
    expect((await call('GET /api/spaces/space/blue')).body.name).toBe('Blue');
  });
});

const ID_RULE = "[request body.id]: must be lower case, a-z, 0-9, '_', and '-' are allowed";
const COLOR_RULE = '[request body.color]: must be a 6 digit hex color, starting with a #';
const good = { id: 'x', name: 'x' };
const solutions = ['security', 'oblt', 'es', 'classic'].map(
  (name, index) => `\n- [request body.solution.${index}]: expected value to equal [${name}]`,
);

describe('a space that is refused', () => {
  it.each<[string, unknown, string]>([
    ['no body', undefined, '[request body]: expected a plain object value, but found [null] instead.'],
    ['no id', { name: 'x' }, '[request body.id]: expected value of type [string] but got [undefined]'],
    ['capitals in the id', { ...good, id: 'Red' }, ID_RULE],
    ['an empty id', { ...good, id: '' }, ID_RULE],
    ['a slash in the id', { ...good, id: 'a/b' }, ID_RULE],
    ['a line feed after the id', { ...good, id: 'a\n' }, ID_RULE],
    ['no name', { id: 'x' }, '[request body.name]: expected value of type [string] but got [undefined]'],
    [
      'an empty name',
      { ...good, name: '' },
      '[request body.name]: value has length [0] but it must have a minimum length of [1].',
    ],
    [
      'long initials',
      { ...good, initials: 'abc' },
      '[request body.initials]: value has length [3] but it must have a maximum length of [2].',
    ],
    ['a color by name', { ...good, color: 'red' }, COLOR_RULE],
    ['a short color', { ...good, color: '#fff' }, COLOR_RULE],
    [
      'an image elsewhere',
      { ...good, imageUrl: 'https://example.com' },
      "[request body.imageUrl]: must start with 'data:image'",
    ],
    [
      'features that are a text',
      { ...good, disabledFeatures: 'ml' },
      '[request body.disabledFeatures]: could not parse array value from json input',
    ],
    [
      'an unknown solution',
      { ...good, solution: 'x' },
      `[request body.solution]: types that failed validation:${solutions.join('')}`,
    ],
    ['an unknown key', { ...good, foo: 1 }, '[request body.foo]: definition for this key is missing'],
    ['the first of several problems', { id: 'X', name: '' }, ID_RULE],
  ])('for %s', async (_name, body, message) => {
    expect(await create(body)).toEqual(badRequest(message));
  });
});

describe('who may create a space', () => {
  it('is who has all of Kibana in all spaces', async () => {
    expect((await create({ id: 'of-admin', name: 'x' }, { as: 'admin' })).status).toBe(200);
  });

  it.each(['viewer', 'of-one-space', 'features', 'cluster'])('is not %s', async (as) => {
    const forbidden = { status: 403, text: coreText(403, 'Forbidden', 'Unauthorized to create spaces') };
    expect(await create({ id: 'forbidden', name: 'x' }, { as })).toEqual(forbidden);
    expect(await create({ id: 'default', name: 'x' }, { as })).toEqual(forbidden);
    expect((await call('GET /api/spaces/space/forbidden')).status).toBe(404);
  });
});
