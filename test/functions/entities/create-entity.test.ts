import { describe, expect, it } from 'vitest';
import { badRequest, checksCallers, core, ENTITIES, entityAnalytics, ISO_TIME, shown } from './entity-analytics.ts';

const api = entityAnalytics();
const { call, givenStore, givenEntity, entity } = api;
const create = (type: string, body: unknown) => call(`POST ${ENTITIES}/${type}`, { body });
const done = { status: 200, body: { ok: true } };

checksCallers(api, `POST ${ENTITIES}/user`, {
  privileges: 'securitySolution',
  xsrf: 'required',
  request: { body: {} },
});

describe('POST /api/security/entity_store/entities/{entityType}', () => {
  it('needs the store', async () => {
    const { status, body } = await call(`POST /s/bare${ENTITIES}/generic`, { body: { 'entity.id': 'x' } });
    expect([status, body.message]).toEqual([400, expect.stringMatching(/^Entity Store is not installed\./)]);
  });

  it.each([
    ['foo', {}, '[request params]: entityType: Invalid option: expected one of "user"|"host"|"service"|"generic"'],
    [
      'user',
      { user: 1 },
      '[request body]: user: Invalid input: expected object, received number, Unrecognized key: "user", Unrecognized key: "user", Unrecognized key: "user"',
    ],
    ['user', { user: { name: 'jo' } }, 'Bad request: Could not derive EUID from document'],
    ['user', { entity: { id: 'user:jo' } }, 'Bad request: Could not derive EUID from document'],
    ['host', { entity: { id: 'host:a' } }, 'Bad request: Could not derive EUID from document'],
    ['generic', {}, 'Bad request: Could not derive EUID from document'],
    [
      'host',
      { entity: { id: 'other' }, host: { name: 'web-1' } },
      'Bad request: Supplied ID other does not match generated EUID host:web-1',
    ],
    ['generic', { entity: { id: 'x'.repeat(1_100) } }, 'an id is too long: 1100 bytes where 1024 are allowed'],
    ['generic', { entity: { id: '\ud800' } }, 'an id must be well-formed Unicode'],
  ])('refuses a %s of %j', async (type, body, message) => {
    await givenStore();
    expect(shown(await create(type, body))).toEqual(badRequest(message));
  });

  it.each([
    ['host', { host: { name: 'web-1' } }, 'host:web-1'],
    ['host', { 'host.id': ['i-1', 'i-2'], 'host.name': 'web-2' }, 'host:i-1'],
    ['host', { entity: { id: '' }, host: { hostname: ['h.example'] } }, 'host:h.example'],
    ['service', { service: { name: 'api' } }, 'service:api'],
    ['user', { entity: { id: 'user:jo@unknown' }, user: { name: 'jo' } }, 'user:jo@unknown'],
    ['user', { entity: { id: 'user:jo@example.com' }, user: { email: ['jo@example.com'] } }, 'user:jo@example.com'],
    ['generic', { 'entity.id': 'arn:aws:s3:::bucket' }, 'arn:aws:s3:::bucket'],
  ])('calls a %s of %j by its id', async (type, body, id) => {
    await givenStore();
    expect(shown(await create(type, body))).toEqual(done);
    const document = await entity(id);
    expect(document).toMatchObject({ '@timestamp': expect.stringMatching(ISO_TIME), entity: { id, name: id } });
  });

  it('keeps everything that is sent, protected or not', async () => {
    await givenStore();
    const document = {
      entity: { id: 'full', name: 'Full', type: 'x', risk: { calculated_score: 1e300, calculated_level: 'Low' } },
      cloud: { account: { id: '1' } },
      labels: { a: { b: [1, { c: null }] } },
      tags: ['t'],
      asset: {},
    };
    expect(shown(await create('generic', { ...document, '@timestamp': '2001-01-01T00:00:00Z' }))).toEqual(done);
    const { '@timestamp': time, ...stored } = await entity('full');
    expect(stored).toEqual(document);
    expect(time > '2020').toBe(true);
  });

  it('refuses an id that is taken, by an entity of any type, in this space', async () => {
    await givenEntity('host', { host: { name: 'taken' } });
    const message = "Entity ID 'host:taken' already exists";
    expect(shown(await create('host', { host: { name: 'taken' } }))).toEqual(core(409, 'Conflict', message));
    expect(shown(await create('generic', { entity: { id: 'host:taken' } }))).toEqual(core(409, 'Conflict', message));
    await givenEntity('host', { host: { name: 'taken' } }, 'other');
  });

  it('creates an entity once, however many try', async () => {
    await givenStore();
    const answers = await Promise.all([1, 2, 3, 4].map(() => create('generic', { entity: { id: 'race' } })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });
});
