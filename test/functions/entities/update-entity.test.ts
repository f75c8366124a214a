import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { badRequest, checksCallers, core, ENTITIES, entityAnalytics, ISO_TIME, shown } from './entity-analytics.ts';

const api = entityAnalytics();
const { call, givenStore, givenEntity, entity, update } = api;
const done = { status: 200, body: { ok: true } };
const four = (text: string) => Array.from({ length: 4 }, () => text).join(', ');

checksCallers(api, `PUT ${ENTITIES}/user?force=true`, {
  privileges: 'securitySolution',
  xsrf: 'required',
  request: { body: {} },
});

describe('what it is sent', () => {
  it.each([
    [
      `${ENTITIES}/foo`,
      '[request params]: entityType: Invalid option: expected one of "user"|"host"|"service"|"generic"',
    ],
    [
      `${ENTITIES}/user?force=yes`,
      '[request query]: force: Invalid option: expected one of "true"|"false", force: Invalid input: expected boolean, received string',
    ],
    [
      `${ENTITIES}/user?force=1`,
      '[request query]: force: Invalid option: expected one of "true"|"false", force: Invalid input: expected boolean, received string',
    ],
    [`${ENTITIES}/user?x=1`, '[request query]: Unrecognized key: "x"'],
    [`${ENTITIES}/user?x=1&y=2`, '[request query]: Unrecognized keys: "x", "y"'],
  ])('refuses %s', async (path, message) => {
    expect(shown(await call(`PUT ${path}`, { body: {} }))).toEqual(badRequest(message));
  });

  it.each<[unknown, string]>([
    [{ entity: { id: 1 } }, four('entity.id: Invalid input: expected string, received number')],
    [{ foo: 1 }, four('Unrecognized key: "foo"')],
    [{ entity: { foo: 1 } }, four('entity: Unrecognized key: "foo"')],
    [
      { entity: { attributes: { managed: 'true' } } },
      four('entity.attributes.managed: Invalid input: expected boolean, received string'),
    ],
    [{ 'entity.lifecycle.last_seen': 'now' }, four('entity.lifecycle.last_seen: Invalid ISO datetime')],
    [
      { 'entity.risk.calculated_score_norm': 101 },
      four('entity.risk.calculated_score_norm: Too big: expected number to be <=100'),
    ],
    [
      { user: { name: 'a' }, host: { name: 'b' } },
      'Unrecognized key: "host", Unrecognized key: "user", Unrecognized keys: "user", "host", Unrecognized keys: "user", "host"',
    ],
    [[], four('Invalid input: expected object, received array')],
    [null, four('Invalid input: expected object, received null')],
    [undefined, four('Invalid input: expected object, received null')],
    [
      { entity: { id: 1, name: 2 } },
      `${Array.from({ length: 2 }, () => 'entity.id: Invalid input: expected string, received number, entity.name: Invalid input: expected string, received number').join(', ')}, entity.id: Invalid input: expected string, received number, and 3 more`,
    ],
    [{ 'labels.a.__proto__.b': 1 }, 'A key must not contain __proto__'],
    [{ [`labels.${'a.'.repeat(60)}b`]: 1 }, 'An object is nested deeper than 50 levels'],
  ])('refuses the body %j', async (body, message) => {
    const sent = body === null ? 'null' : body;
    expect(shown(await update('user', sent))).toEqual(badRequest(`[request body]: ${message}`));
  });

  it.each(['{', '{"a":1,}', '{"__proto__":{}}'])('refuses %s, which is not JSON', async (body) => {
    expect(shown(await update('user', body))).toEqual(badRequest('Invalid request payload JSON format'));
  });

  it('refuses bytes as it refuses nothing', async () => {
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await call(`PUT ${ENTITIES}/user`, { body: Buffer.alloc(1_000_000), headers });
    expect(shown(answer)).toEqual(
      badRequest(`[request body]: ${four('Invalid input: expected object, received null')}`),
    );
  });

  it('takes a form, whose keys are paths', async () => {
    await givenEntity('generic', { entity: { id: 'form' } });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = 'entity.id=form&entity.attributes.storage_class=hot';
    expect(shown(await call(`PUT ${ENTITIES}/generic`, { body, headers }))).toEqual(done);
    expect((await entity('form')).entity.attributes).toEqual({ storage_class: 'hot' });
  });

  it('takes the API version from the query, too', async () => {
    const answer = await call(`PUT ${ENTITIES}/generic?apiVersion=2023-10-31`, { body: {} });
    expect(answer.headers['elastic-api-version']).toBe('2023-10-31');
    expect(answer.body.message).not.toMatch(/apiVersion|request query/);
    const unknown = await call(`PUT ${ENTITIES}/generic?apiVersion=2020-01-01`, { body: {} });
    expect(unknown.body.message).toMatch(/^No version "2020-01-01" available for \[put\]/);
  });
});

describe('which entity it means', () => {
  it('is none where the store is not installed', async () => {
    const message =
      'Entity Store is not installed. Install it via POST /api/security/entity_store/install or from the Security Entity Store page, then retry.';
    const answer = await update('user', { entity: { id: 'x', name: 'y' } }, { space: 'bare' });
    expect(shown(answer)).toEqual(badRequest(message));
  });

  it.each([
    ['user', { user: { name: 'jane' } }],
    ['user', {}],
    ['host', {}],
    ['host', { host: { id: [], name: '', hostname: [''] } }],
    ['service', { host: { name: 'x' } }],
    ['generic', { entity: { id: '' } }],
  ])('cannot be told for a %s from %j', async (type, body) => {
    await givenStore();
    expect(shown(await update(type, body))).toEqual(
      badRequest('Bad request: Could not derive EUID from document or find it in entity.id'),
    );
  });

  it.each([
    ['host', { entity: { id: 'wrong-id' }, host: { name: 'web-1' } }, 'host:web-1'],
    ['host', { entity: { id: 'wrong-id' }, host: { id: ['a', 'b'], name: 'web-1' } }, 'host:a'],
    ['host', { entity: { id: 'wrong-id' }, host: { hostname: ['h'] } }, 'host:h'],
    ['service', { entity: { id: 'wrong-id' }, service: { name: 'api' } }, 'service:api'],
  ])('must be the one that a %s %j makes', async (type, body, euid) => {
    await givenStore();
    expect(shown(await update(type, body))).toEqual(
      badRequest(`Bad request: Supplied ID wrong-id does not match generated EUID ${euid}`),
    );
  });

  it.each([
    ['user', { entity: { id: 'user:jo@unknown' }, user: { name: 'jo' } }],
    ['user', { entity: { id: 'user:jo@example.com' }, user: { name: 'jo' } }],
    ['host', { host: { name: 'h1' } }],
    ['host', { entity: { id: 'host:h2' } }],
    ['service', { 'service.name': 's1' }],
    ['generic', { entity: { id: 'anything/at:all' } }],
  ])('is not found for a %s %j', async (type, body) => {
    await givenStore();
    const { entity: named } = body as { entity?: { id: string } };
    const id = named?.id ?? (type === 'host' ? 'host:h1' : 'service:s1');
    expect(shown(await update(type, body))).toEqual(core(404, 'Not Found', `Entity ID '${id}' not found`));
  });

  it('is never one whose id cannot be stored', async () => {
    await givenStore();
    for (const id of ['x'.repeat(2_000), '\ud800']) {
      expect((await update('generic', { entity: { id } })).status).toBe(404);
    }
  });

  it('is found by the fields of a host alone, in its own space only', async () => {
    await givenEntity('host', { host: { name: 'alone' } });
    expect(shown(await update('host', { host: { name: 'alone' } }))).toEqual(done);
    await givenStore('elsewhere');
    expect((await update('host', { host: { name: 'alone' } }, { space: 'elsewhere' })).status).toBe(404);
  });
});

describe('what it may change', () => {
  const refused = (list: string) =>
    badRequest(`Bad request: The following attributes are not allowed to be updated: [${list}]`);
  const locked = (list: string) =>
    badRequest(
      `Bad request: The following attributes are not allowed to be updated without forcing it (?force=true): ${list}`,
    );
  const id = 'generic-1';

  it.each<[string, object, ReturnType<typeof badRequest>]>([
    ['generic', { labels: { env: 'x' }, '@timestamp': '2026-01-01T00:00:00Z' }, refused('labels.env, @timestamp')],
    ['generic', { tags: ['a'], event: { ingested: '2026-01-01T00:00:00Z' } }, refused('tags, event.ingested')],
    [
      'generic',
      { 'entity.EngineMetadata.Type': 'x', 'entity.schema_version': '1' },
      refused('entity.EngineMetadata.Type, entity.schema_version'),
    ],
    ['user', { user: { risk: { calculated_score: 1 } } }, refused('user.risk.calculated_score')],
    ['host', { user: { roles: ['a'] } }, refused('user.roles')],
    ['generic', { host: { name: 'a' } }, refused('host.name')],
    ['generic', { entity: { name: 'x' }, tags: ['a'] }, refused('tags')],
    ['generic', { entity: { name: 'x', type: 'y' } }, locked('entity.name, entity.type')],
    ['generic', { entity: { type: 'y', name: 'x' } }, locked('entity.type, entity.name')],
    [
      'generic',
      { asset: { criticality: 'low_impact' }, cloud: { account: { id: '1' } } },
      locked('asset.criticality, cloud.account.id'),
    ],
    [
      'generic',
      { 'orchestrator.resource.parent.type': 'x', 'entity.url': 'u' },
      locked('orchestrator.resource.parent.type, entity.url'),
    ],
    ['user', { user: { full_name: ['J'], hash: [], roles: [] } }, locked('user.full_name, user.hash, user.roles')],
    ['host', { host: { os: { name: ['a'], type: 'b' }, ip: [] } }, locked('host.os.name, host.os.type, host.ip')],
    ['service', { service: { node: { roles: [] }, version: '1' } }, locked('service.node.roles, service.version')],
    [
      'generic',
      { 'entity.lifecycle.first_seen': '2026-01-01T00:00:00Z', 'entity.risk.calculated_level': 'Low' },
      locked('entity.lifecycle.first_seen, entity.risk.calculated_level'),
    ],
  ])('for a %s is not %j, unless forced', async (type, change, answer) => {
    await givenStore();
    const body = { ...change, entity: { ...('entity' in change ? (change.entity as object) : {}), id } };
    const ordered = 'entity' in change ? body : { ...change, 'entity.id': id };
    // Told before anybody looks whether the entity exists.
    expect(shown(await update(type, ordered))).toEqual(answer);
    expect((await update(type, ordered, { force: 'false' })).status).toBe(400);
    expect((await update(type, ordered, { force: 'true' })).status).toBe(404);
  });

  it.each([
    { attributes: { watchlists: ['a'], asset: true, managed: false, mfa_enabled: true, storage_class: 'x' } },
    { attributes: { granted_permissions: [], known_redirect: ['u'], oauth_consent_restriction: 'admin_only' } },
    { behaviors: { rule_names: ['r'], anomaly_job_ids: ['j'] } },
    { relationships: { owns: { entity_id: ['a'], host_id: [], user_id: [], email: [], hostname: [], username: [] } } },
    {
      relationships: {
        administrators: { email: ['a'] },
        resolution: {
          resolved_to: 'b',
          risk: { calculated_level: 'High', calculated_score: 1e300, calculated_score_norm: 99.5 },
        },
      },
    },
  ])('is %j without force', async (change) => {
    const id = `open-${JSON.stringify(change).length}`;
    await givenEntity('generic', { entity: { id } });
    expect(shown(await update('generic', { entity: { id, ...change } }))).toEqual(done);
    expect((await entity(id)).entity).toEqual({ id, name: id, ...change });
  });

  it('is what identifies the type, always', async () => {
    await givenEntity('user', { entity: { id: 'user:jo' }, user: { name: 'jo' } });
    const user = { name: 'jo', email: ['jo@example.com'], id: ['1'], domain: ['d'] };
    expect(shown(await update('user', { entity: { id: 'user:jo' }, user }))).toEqual(done);
    expect(shown(await update('user', { entity: { id: 'user:jo' }, host: { id: ['h'] } }))).toEqual(done);
    expect(await entity('user:jo')).toMatchObject({ user, host: { id: ['h'] } });
  });
});

describe('what it does', () => {
  it('merges objects, replaces lists and values, and leaves the rest', async () => {
    const id = 'host:merge';
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    await givenEntity('host', {
      entity: { id, type: 'Host', attributes: { managed: true, watchlists: ['a', 'b'] } },
      host: { name: 'merge', ip: ['10.0.0.1'] },
    });
    const was = await entity(id);
    vi.advanceTimersByTime(1);
    const change = { entity: { id, attributes: { watchlists: ['c'], asset: true } }, 'host.os.name': 'Ubuntu' };
    expect(shown(await update('host', change, { force: 'true' }))).toEqual(done);
    const is = await entity(id);
    expect(is).toEqual({
      '@timestamp': expect.stringMatching(ISO_TIME),
      entity: { id, name: id, type: 'Host', attributes: { managed: true, watchlists: ['c'], asset: true } },
      host: { name: 'merge', ip: ['10.0.0.1'], os: { name: 'Ubuntu' } },
    });
    expect(is['@timestamp'] > was['@timestamp']).toBe(true);
  });

  it('puts what is new behind what was there, in the order of its names', async () => {
    const id = 'host:ordered';
    await givenEntity('host', { entity: { id, attributes: { managed: true } }, host: { name: 'ordered' } });
    await update('host', { entity: { id, behaviors: { rule_names: ['r'], anomaly_job_ids: ['j'] } } });
    await update('host', { entity: { id, attributes: { watchlists: ['w'], storage_class: 's', asset: true } } });
    await update('host', { entity: { id }, host: { type: ['t'], ip: ['10.0.0.1'] } }, { force: 'true' });
    const { '@timestamp': _, ...fields } = await entity(id);
    expect(JSON.stringify(fields)).toBe(
      JSON.stringify({
        entity: {
          id,
          name: id,
          attributes: { managed: true, asset: true, storage_class: 's', watchlists: ['w'] },
          behaviors: { anomaly_job_ids: ['j'], rule_names: ['r'] },
        },
        host: { name: 'ordered', ip: ['10.0.0.1'], type: ['t'] },
      }),
    );
  });

  it('ignores a forced @timestamp, and merges labels of any form', async () => {
    const id = 'labelled';
    await givenEntity('generic', { entity: { id }, labels: { a: 1, b: { c: [1, { d: null }] } } });
    const labels = { b: { 'c.d': true, e: 2 ** 60 }, constructor: { prototype: 1 } };
    expect(
      shown(
        await update('generic', { 'entity.id': id, '@timestamp': '2001-01-01T00:00:00Z', labels }, { force: 'true' }),
      ),
    ).toEqual(done);
    const is = await entity(id);
    expect(is.labels).toEqual({ a: 1, b: { c: { d: true }, e: 2 ** 60 }, constructor: { prototype: 1 } });
    expect(is['@timestamp'] > '2020').toBe(true);
  });

  it('takes a large document, and small changes of it', async () => {
    const id = 'large';
    const roles = Array.from({ length: 20_000 }, (_, index) => `${index}-${Math.random().toString(36).slice(2)}`);
    await givenEntity('user', { entity: { id }, user: { name: 'large', roles } });
    await update('user', { entity: { id, attributes: { managed: true } } });
    await update('user', { entity: { id }, user: { roles: roles.toReversed() } }, { force: 'true' });
    await update('user', { entity: { id, attributes: { asset: true } } });
    expect(await entity(id)).toMatchObject({
      entity: { attributes: { managed: true, asset: true } },
      user: { roles: roles.toReversed() },
    });
  });

  it('takes many small changes that are large together', async () => {
    const id = 'grown';
    await givenEntity('generic', { entity: { id } });
    const names = ['communicates_with', 'depends_on', 'owns', 'owns_inferred', 'accesses_frequently', 'supervises'];
    const expected: Record<string, Record<string, string[]>> = {};
    for (const name of names) {
      for (const key of ['entity_id', 'host_id', 'user_id', 'email', 'hostname', 'username']) {
        const values = [name + key + 'x'.repeat(15_000)];
        expected[name] = { ...expected[name], [key]: values };
        const answer = await update('generic', { 'entity.id': id, [`entity.relationships.${name}.${key}`]: values });
        expect(shown(answer)).toEqual(done);
      }
    }
    expect((await entity(id)).entity.relationships).toEqual(expected);
  });

  it('keeps 200 changes of different fields made at once', async () => {
    const id = 'busy';
    await givenEntity('generic', { entity: { id } });
    const paths = [
      ...[
        'communicates_with',
        'depends_on',
        'owns',
        'owns_inferred',
        'accesses_frequently',
        'accesses_infrequently',
        'supervises',
        'administrators',
      ].flatMap((name) =>
        ['entity_id', 'host_id', 'user_id', 'email', 'hostname', 'username'].map(
          (key) => `entity.relationships.${name}.${key}`,
        ),
      ),
      'entity.attributes.watchlists',
      'entity.behaviors.rule_names',
    ];
    const changes = Array.from({ length: 200 }, (_, index) => ({
      path: paths[index % paths.length]!,
      value: [`${index}`],
    }));
    const answers = await Promise.all(
      changes.map(({ path, value }) => update('generic', { 'entity.id': id, [path]: value })),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const { entity: is } = await entity(id);
    for (const path of paths) {
      const [value] = path
        .split('.')
        .slice(1)
        .reduce((at, name) => at[name], is);
      expect(paths[Number(value) % paths.length]).toBe(path);
    }
  });
});
