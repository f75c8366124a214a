import { describe, expect, it } from 'vitest';
import { useEncryptionKeys } from '../../../lib/stores/encryption-keys.ts';
import { givenUser } from '../../support/callers.ts';
import { badRequest, forbidden, reference, savedObjects, shown } from './saved-objects.ts';

const { call, given, exported, importLines } = savedObjects();
const namesOf = ({ lines }: { lines: { type: string; id: string }[] }) =>
  lines.filter(({ type }) => type !== undefined).map(({ type, id }) => `${type}/${id}`);
const details = (exportedCount: number, missingReferences: object[] = []) => ({
  excludedObjects: [],
  excludedObjectsCount: 0,
  exportedCount,
  missingRefCount: missingReferences.length,
  missingReferences,
});

describe('the file', () => {
  it('has one line for each object, keys in order, and the details at the end', async () => {
    await given('tag', 'red', {
      space: 'file',
      attributes: { name: 'Red', color: '#f00', b: { z: 1, a: 2 } },
      now: new Date(0),
    });
    const { text, headers, status } = await exported({ type: 'tag' }, { space: 'file' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/ndjson',
      'content-disposition': 'attachment; filename="export.ndjson"',
      'elastic-api-version': '2023-10-31',
    });
    expect(text).toBe(
      [
        '{"attributes":{"b":{"a":2,"z":1},"color":"#f00","name":"Red"},"coreMigrationVersion":"8.8.0","created_at":"1970-01-01T00:00:00.000Z","id":"red","managed":false,"references":[],"type":"tag","typeMigrationVersion":"8.0.0","updated_at":"1970-01-01T00:00:00.000Z","version":"WzAsMV0="}',
        '{"excludedObjects":[],"excludedObjectsCount":0,"exportedCount":1,"missingRefCount":0,"missingReferences":[]}',
      ].join('\n'),
    );
  });

  it('has no details when they are not wanted, and then may be empty', async () => {
    expect((await exported({ type: 'map', excludeExportDetails: true }, { space: 'nothing' })).text).toBe('');
    expect((await exported({ type: 'map' }, { space: 'nothing' })).lines).toEqual([details(0)]);
  });

  it('says where a copy comes from', async () => {
    await given('lens', 'copy', { space: 'origin', originId: 'first' });
    expect((await exported({ type: 'lens' }, { space: 'origin' })).lines[0]).toMatchObject({ originId: 'first' });
  });

  it('holds everything that many imported lines brought', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => ({
      type: 'tag',
      id: `t${index}`,
      attributes: { name: `${index}` },
    }));
    await importLines(lines, { space: 'many' });
    const { lines: back } = await exported({ type: 'tag' }, { space: 'many', headers: { 'accept-encoding': 'gzip' } });
    expect(back.at(-1)).toEqual(details(300));
    expect(new Set(back.slice(0, -1).map(({ id }) => id))).toEqual(new Set(lines.map(({ id }) => id)));
  });
});

describe('by type', () => {
  it('is sorted by id, what is referred to first', async () => {
    await given('dashboard', 'a', { space: 'sorted', references: [reference('lens', 'z'), reference('lens', 'c')] });
    await given('lens', 'z', { space: 'sorted', references: [reference('lens', 'y')] });
    await given('lens', 'y', { space: 'sorted', references: [reference('dashboard', 'a')] });
    await given('lens', 'b', { space: 'sorted' });
    await given('lens', 'c', { space: 'sorted' });
    const answer = await exported({ type: ['dashboard', 'lens'] }, { space: 'sorted' });
    expect(namesOf(answer)).toEqual(['lens/y', 'lens/z', 'lens/c', 'dashboard/a', 'lens/b']);
  });

  it('is sorted by id together with what it refers to', async () => {
    const space = 'sorted-deep';
    await given('dashboard', 'd1', { space, references: [reference('lens', 'z1')] });
    await given('dashboard', 'd2', { space, references: [reference('lens', 'a1')] });
    await given('lens', 'a1', { space });
    await given('lens', 'z1', { space });
    const answer = await exported({ type: 'dashboard', includeReferencesDeep: true }, { space });
    expect(namesOf(answer)).toEqual(['lens/a1', 'lens/z1', 'dashboard/d1', 'dashboard/d2']);
  });

  it('takes all exportable types for *', async () => {
    await given('url', 'u', { space: 'star', attributes: { url: '/' } });
    await given('index-pattern', 'i', { space: 'star' });
    await given('tag', 't', { space: 'star' });
    await given('config-global', '9.1.0', { space: 'star' });
    expect(namesOf(await exported({ type: '*' }, { space: 'star' }))).toEqual([
      'config-global/9.1.0',
      'index-pattern/i',
      'tag/t',
      'url/u',
    ]);
  });

  it('knows objects of all spaces', async () => {
    await given('index-pattern', 'everywhere', { namespaces: ['*'] });
    await given('index-pattern', 'here', { namespaces: ['shared', 'other'] });
    await given('index-pattern', 'not-here', { namespaces: ['other'] });
    const names = namesOf(await exported({ type: 'index-pattern' }, { space: 'shared' }));
    expect(names).toEqual(['index-pattern/everywhere', 'index-pattern/here']);
  });

  it('can be limited to objects that refer to one of several', async () => {
    const space = 'references';
    await given('lens', 'one', { space, references: [reference('tag', 't1')] });
    await given('lens', 'two', { space, references: [reference('tag', 't2')] });
    await given('lens', 'none', { space, references: [reference('tag', 't3'), reference('lens', 't1')] });
    const having = async (hasReference: unknown) => namesOf(await exported({ type: 'lens', hasReference }, { space }));
    expect(await having({ type: 'tag', id: 't1' })).toEqual(['lens/one']);
    expect(
      await having([
        { type: 'tag', id: 't1' },
        { type: 'tag', id: 't2' },
      ]),
    ).toEqual(['lens/one', 'lens/two']);
    expect(await having({ type: 'tag', id: 'x' })).toEqual([]);
  });

  it('can be limited by a search', async () => {
    const space = 'search';
    await given('lens', 'web', { space, attributes: { title: 'Web traffic, daily', description: 'hits' } });
    await given('lens', 'mail', { space, attributes: { title: 'Mail traffic' } });
    const found = async (search: string) => namesOf(await exported({ type: 'lens', search }, { space }));
    expect(await found('web')).toEqual(['lens/web']);
    expect(await found('traffic')).toEqual(['lens/mail', 'lens/web']);
    expect(await found('web mail')).toEqual(['lens/mail', 'lens/web']);
    expect(await found('hit*')).toEqual(['lens/web']);
    expect(await found('nothing')).toEqual([]);
  });
});

describe('by objects', () => {
  it('keeps their order and counts none twice', async () => {
    await given('lens', 'l1');
    await given('lens', 'l2');
    const objects = [
      { type: 'lens', id: 'l2' },
      { type: 'lens', id: 'l1' },
      { type: 'lens', id: 'l2' },
    ];
    expect(namesOf(await exported({ objects }))).toEqual(['lens/l2', 'lens/l1']);
  });

  it('adds what they refer to, however far, on demand', async () => {
    await given('dashboard', 'd', {
      references: [reference('visualization', 'v'), reference('lens', 'gone'), reference('wigwags', 'w')],
    });
    await given('visualization', 'v', { references: [reference('index-pattern', 'p'), reference('dashboard', 'd')] });
    await given('index-pattern', 'p');
    const objects = [{ type: 'dashboard', id: 'd' }];
    const deep = await exported({ objects, includeReferencesDeep: true });
    expect(namesOf(deep)).toEqual(['index-pattern/p', 'visualization/v', 'dashboard/d']);
    expect(deep.lines.at(-1)).toEqual(
      details(3, [
        { type: 'lens', id: 'gone' },
        { type: 'wigwags', id: 'w' },
      ]),
    );
    expect(namesOf(await exported({ objects }))).toEqual(['dashboard/d']);
  });

  it('misses what only its own endpoints show, whoever asks', async () => {
    await given('fleet-enrollment-api-keys', 'key', { attributes: { name: 'K', api_key_id: 'a' } });
    await given('lens', 'of-key', { references: [reference('fleet-enrollment-api-keys', 'key')] });
    const as = await givenUser('visualizer', { kibana: ['feature_visualize_v2.read'] });
    for (const who of ['elastic', as]) {
      const objects = [{ type: 'lens', id: 'of-key' }];
      const answer = await exported({ objects, includeReferencesDeep: true }, { as: who });
      expect(namesOf(answer)).toEqual(['lens/of-key']);
      expect(answer.lines.at(-1)).toEqual(details(1, [{ type: 'fleet-enrollment-api-keys', id: 'key' }]));
    }
  });

  it('tells which are not there, and exports none', async () => {
    await given('lens', 'is-there');
    await given('lens', 'elsewhere', { space: 'red' });
    const objects = ['is-there', 'elsewhere', 'gone'].map((id) => ({ type: 'lens', id }));
    const missing = (id: string) => ({
      id,
      type: 'lens',
      error: { statusCode: 404, error: 'Not Found', message: `Saved object [lens/${id}] not found` },
    });
    expect(shown(await exported({ objects }))).toEqual(
      badRequest('Error fetching objects to export', { objects: [missing('elsewhere'), missing('gone')] }),
    );
  });
});

describe('connectors', () => {
  it.each([
    ['.slack', {}, true],
    ['.webhook', { hasAuth: true }, true],
    ['.webhook', { hasAuth: false }, false],
    ['.index', {}, false],
    ['.server-log', {}, false],
  ])('leave without their secrets: %s %o', async (actionTypeId, config, isMissingSecrets) => {
    useEncryptionKeys(JSON.stringify({ primaryKey: 'k'.repeat(32) }));
    const id = `${actionTypeId}-${JSON.stringify(config)}`;
    await given('action', id, {
      attributes: { name: 'C', actionTypeId, config, isMissingSecrets: false, secrets: { password: 'hush-hush' } },
    });
    const { text, lines } = await exported({ objects: [{ type: 'action', id }] });
    expect(lines[0].attributes).toEqual({ name: 'C', actionTypeId, config, isMissingSecrets });
    expect(text).not.toContain('hush-hush');
  });
});

describe('what is refused', () => {
  const one = [{ type: 'lens', id: 'x' }];
  it.each([
    ['neither type nor objects', {}, 'Either `type` or `objects` are required.'],
    ['empty lists', { type: [], objects: [] }, 'Either `type` or `objects` are required.'],
    ['both', { type: 'lens', objects: one }, `Can't specify both "types" and "objects" properties when exporting`],
    [
      'objects and a search',
      { objects: one, search: 'x' },
      `Can't specify both "search" and "objects" properties when exporting`,
    ],
    [
      'objects and references',
      { objects: one, hasReference: one[0] },
      `Can't specify both "references" and "objects" properties when exporting`,
    ],
    [
      'unknown types',
      { type: ['lens', 'wigwags', 'space'] },
      'Trying to export non-exportable type(s): wigwags, space',
    ],
    [
      'objects of unknown types',
      { objects: [...one, { type: 'wigwags', id: '1' }, { type: 'x', id: '2' }] },
      'Trying to export object(s) with non-exportable types: wigwags:1, x:2',
    ],
    [
      'more than 10,000 objects',
      { objects: Array.from({ length: 10_001 }, (_, id) => ({ type: 'lens', id: `${id}` })) },
      '[request body.objects]: array size is [10001], but cannot be greater than [10000]',
    ],
    [
      'an object without id',
      { objects: [{ type: 'lens' }] },
      '[request body.objects.0.id]: expected value of type [string] but got [undefined]',
    ],
    ['an unknown key', { type: 'lens', foo: 1 }, '[request body.foo]: definition for this key is missing'],
    [
      'a flag that is none',
      { type: 'lens', includeReferencesDeep: 'x' },
      '[request body.includeReferencesDeep]: expected value of type [boolean] but got [string]',
    ],
  ])('%s', async (_name, body, message) => {
    expect(shown(await exported(body))).toEqual(badRequest(message));
  });

  it('a type that is no text', async () => {
    expect((await exported({ type: 1 })).body.message).toMatch(
      /^\[request body\.type\]: types that failed validation:\n- /,
    );
  });

  it('no body', async () => {
    expect(shown(await call('POST /api/saved_objects/_export'))).toEqual(
      badRequest('[request body]: expected a plain object value, but found [null] instead.'),
    );
  });
});

describe('who may', () => {
  it('gets only the types that one may read', async () => {
    const space = 'reader';
    await given('tag', 'seen', { space });
    await given('graph-workspace', 'unseen', { space });
    const as = await givenUser('dashboard-reader', { kibana: ['feature_dashboard_v2.read'] });
    expect(namesOf(await exported({ type: ['tag', 'graph-workspace'] }, { as, space }))).toEqual(['tag/seen']);
  });

  it('must read every object, and everything that it refers to', async () => {
    const as = await givenUser('grapher', { kibana: ['feature_graph.read'] });
    await given('graph-workspace', 'graph', { references: [reference('map', 'm')] });
    await given('map', 'm');
    const objects = [{ type: 'graph-workspace', id: 'graph' }];
    expect(namesOf(await exported({ objects }, { as }))).toEqual(['graph-workspace/graph']);
    expect(shown(await exported({ objects, includeReferencesDeep: true }, { as }))).toEqual(
      forbidden('Unable to bulk_get map'),
    );
    const others = [
      { type: 'map', id: 'm' },
      { type: 'action', id: 'a' },
    ];
    expect(shown(await exported({ objects: others }, { as }))).toEqual(forbidden('Unable to bulk_get action,map'));
  });

  it('nobody without credentials', async () => {
    expect((await exported({ type: 'lens' }, { as: null })).status).toBe(401);
  });
});
