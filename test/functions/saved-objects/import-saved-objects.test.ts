import { describe, expect, it } from 'vitest';
import { useEncryptionKeys } from '../../../lib/stores/encryption-keys.ts';
import { getDecrypted } from '../../../lib/stores/saved-objects.ts';
import { givenUser } from '../../support/callers.ts';
import { badRequest, forbidden, multipart, reference, savedObjects, shown } from './saved-objects.ts';

const { call, given, importLines, exported, resolve } = savedObjects();

const object = (type: string, id: string, more: object = {}) => ({
  type,
  id,
  attributes: { title: `The ${id}` },
  references: [],
  ...more,
});
const success = (type: string, id: string, icon: string, more: object = {}) => ({
  type,
  id,
  meta: { title: `The ${id}`, icon },
  managed: false,
  ...more,
});
const failure = (type: string, id: string, icon: string | undefined, error: object, more: object = {}) => ({
  type,
  id,
  title: `The ${id}`,
  meta: { title: `The ${id}`, ...(icon && { icon }) },
  error,
  managed: false,
  ...more,
});
const UUID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);

/** An export in the form in which Kibana 8.17 writes it: keys in order, JSON text in attributes, details at the end. */
const KIBANA_EXPORT = [
  '{"attributes":{"fieldAttrs":"{}","fieldFormatMap":"{}","fields":"[]","name":"Web logs","runtimeFieldMap":"{}","sourceFilters":"[]","timeFieldName":"timestamp","title":"web-*","typeMeta":"{}"},"coreMigrationVersion":"8.8.0","created_at":"2024-11-05T08:15:30.123Z","created_by":"u_abc_0","id":"90943e30-9a47-11e8-b64d-95841ca0b247","managed":false,"references":[],"type":"index-pattern","typeMigrationVersion":"8.0.0","updated_at":"2024-11-05T08:15:30.123Z","version":"WzQyLDFd"}',
  '{"attributes":{"description":"","kibanaSavedObjectMeta":{"searchSourceJSON":"{\\"query\\":{\\"query\\":\\"\\",\\"language\\":\\"kuery\\"},\\"filter\\":[],\\"indexRefName\\":\\"kibanaSavedObjectMeta.searchSourceJSON.index\\"}"},"title":"Visits ✓","uiStateJSON":"{}","version":1,"visState":"{\\"title\\":\\"Visits\\",\\"type\\":\\"metric\\",\\"params\\":{},\\"aggs\\":[]}"},"coreMigrationVersion":"8.8.0","created_at":"2024-11-05T08:16:00.000Z","id":"47f2c680-a6e3-11e8-94b4-c30c0228351b","managed":false,"references":[{"id":"90943e30-9a47-11e8-b64d-95841ca0b247","name":"kibanaSavedObjectMeta.searchSourceJSON.index","type":"index-pattern"}],"type":"visualization","typeMigrationVersion":"8.5.0","updated_at":"2024-11-05T08:16:00.000Z","version":"WzQzLDFd"}',
  '{"attributes":{"controlGroupInput":{"chainingSystem":"HIERARCHICAL","controlStyle":"oneLine","ignoreParentSettingsJSON":"{\\"ignoreFilters\\":false,\\"ignoreQuery\\":false,\\"ignoreTimerange\\":false,\\"ignoreValidations\\":false}","panelsJSON":"{\\"c1\\":{\\"grow\\":true,\\"order\\":0,\\"type\\":\\"optionsListControl\\",\\"width\\":\\"medium\\",\\"explicitInput\\":{\\"id\\":\\"c1\\",\\"fieldName\\":\\"host.keyword\\",\\"title\\":\\"Host\\"}}}","showApplySelections":false},"description":"Traffic","kibanaSavedObjectMeta":{"searchSourceJSON":"{\\"query\\":{\\"query\\":\\"\\",\\"language\\":\\"kuery\\"},\\"filter\\":[]}"},"optionsJSON":"{\\"useMargins\\":true,\\"syncColors\\":false,\\"syncCursor\\":true,\\"syncTooltips\\":false,\\"hidePanelTitles\\":false}","panelsJSON":"[{\\"type\\":\\"visualization\\",\\"gridData\\":{\\"x\\":0,\\"y\\":0,\\"w\\":24,\\"h\\":15,\\"i\\":\\"p1\\"},\\"panelIndex\\":\\"p1\\",\\"embeddableConfig\\":{\\"enhancements\\":{}},\\"panelRefName\\":\\"panel_p1\\"}]","timeRestore":false,"title":"[Logs] Web traffic","version":3},"coreMigrationVersion":"8.8.0","created_at":"2024-11-05T08:17:00.000Z","id":"edf84fe0-e1a0-11e7-b6d5-4dc382ef7f5b","managed":false,"references":[{"id":"47f2c680-a6e3-11e8-94b4-c30c0228351b","name":"p1:panel_p1","type":"visualization"},{"id":"90943e30-9a47-11e8-b64d-95841ca0b247","name":"controlGroup_c1:optionsListDataView","type":"index-pattern"}],"type":"dashboard","typeMigrationVersion":"10.2.0","updated_at":"2024-11-05T08:17:00.000Z","version":"WzQ0LDFd"}',
  '{"excludedObjects":[],"excludedObjectsCount":0,"exportedCount":3,"missingRefCount":0,"missingReferences":[]}',
];
const LOGS = [
  '90943e30-9a47-11e8-b64d-95841ca0b247',
  '47f2c680-a6e3-11e8-94b4-c30c0228351b',
  'edf84fe0-e1a0-11e7-b6d5-4dc382ef7f5b',
] as const;

describe('an export of a real Kibana', () => {
  it('comes in, keeps its references, and goes out as it came', async () => {
    expect(shown(await importLines(KIBANA_EXPORT))).toEqual({
      status: 200,
      body: {
        success: true,
        successCount: 3,
        warnings: [],
        successResults: [
          { type: 'index-pattern', id: LOGS[0], meta: { title: 'web-*', icon: 'indexPatternApp' }, managed: false },
          { type: 'visualization', id: LOGS[1], meta: { title: 'Visits ✓', icon: 'visualizeApp' }, managed: false },
          {
            type: 'dashboard',
            id: LOGS[2],
            meta: { title: '[Logs] Web traffic', icon: 'dashboardApp' },
            managed: false,
          },
        ],
      },
    });
    const { text } = await exported({ objects: [{ type: 'dashboard', id: LOGS[2] }], includeReferencesDeep: true });
    const changing = /"(created_at|created_by|updated_at|updated_by|version)":"[^"]*",?/g;
    const same = (line: string) => line.replace(changing, '').replace(',}', '}');
    expect(text.split('\n').map(same)).toEqual(KIBANA_EXPORT.map(same));
  });

  it('is a dashboard for the dashboard API', async () => {
    const { body } = await call(`GET /api/dashboards/dashboard/${LOGS[2]}`);
    expect(body.item.attributes).toMatchObject({
      title: '[Logs] Web traffic',
      panels: [{ panelIndex: 'p1', panelRefName: 'panel_p1', panelConfig: { enhancements: {} } }],
      controlGroupInput: { controls: [{ id: 'c1', controlConfig: { fieldName: 'host.keyword', title: 'Host' } }] },
    });
  });

  it('comes into another space under new ids, which the old ones lead to', async () => {
    const { body } = await importLines(KIBANA_EXPORT, { space: 'red', query: '?compatibilityMode=true' });
    expect(body).toMatchObject({ success: true, successCount: 3 });
    const destinations = body.successResults.map(({ destinationId }: { destinationId: string }) => destinationId);
    expect(destinations).toEqual([UUID, UUID, UUID]);
    const { body: resolved } = await resolve('dashboard', LOGS[2], { space: 'red' });
    expect(resolved).toMatchObject({
      outcome: 'aliasMatch',
      alias_target_id: destinations[2],
      alias_purpose: 'savedObjectImport',
      saved_object: { id: destinations[2], originId: LOGS[2], namespaces: ['red'] },
    });
    expect(resolved.saved_object.references.map(({ id }: { id: string }) => id)).toEqual([
      destinations[1],
      destinations[0],
    ]);
    expect((await resolve('dashboard', LOGS[2])).body.outcome).toBe('exactMatch');
  });

  it('leads nowhere by its old ids without compatibility mode', async () => {
    await importLines(KIBANA_EXPORT, { space: 'blue' });
    expect((await resolve('dashboard', LOGS[2], { space: 'blue' })).status).toBe(404);
  });

  it('finds what it became in a space, and replaces that', async () => {
    const first = await importLines(KIBANA_EXPORT, { space: 'green' });
    const ids = first.body.successResults.map(({ destinationId }: { destinationId: string }) => destinationId);
    const again = await importLines(KIBANA_EXPORT, { space: 'green' });
    expect(again.body.success).toBe(false);
    expect(again.body.errors.map(({ error }: { error: object }) => error)).toEqual(
      ids.map((destinationId: string) => ({ type: 'conflict', destinationId })),
    );
    const replaced = await importLines(KIBANA_EXPORT, { space: 'green', query: '?overwrite=true' });
    expect(replaced.body).toMatchObject({ success: true, successCount: 3 });
    for (const [index, result] of replaced.body.successResults.entries()) {
      expect(result).toMatchObject({ overwrite: true, destinationId: ids[index] });
    }
    expect((await exported({ type: 'dashboard' }, { space: 'green' })).lines).toHaveLength(2);
  });

  it('reads the older form of the version', async () => {
    const line = object('visualization', 'from-7', {
      migrationVersion: { visualization: '7.17.0' },
      coreMigrationVersion: '7.17.0',
    });
    await importLines([line]);
    expect((await resolve('visualization', 'from-7')).body.saved_object).toMatchObject({
      typeMigrationVersion: '7.17.0',
      migrationVersion: { visualization: '7.17.0' },
      coreMigrationVersion: '7.17.0',
    });
  });
});

describe('conflicts', () => {
  it('write nothing, and tell what would be created', async () => {
    await given('lens', 'there');
    const { body } = await importLines([object('lens', 'there'), object('lens', 'new')]);
    expect(body).toEqual({
      success: false,
      successCount: 1,
      warnings: [],
      successResults: [success('lens', 'new', 'lensApp')],
      errors: [failure('lens', 'there', 'lensApp', { type: 'conflict' })],
    });
    expect((await resolve('lens', 'new')).status).toBe(404);
  });

  it('are overwritten on demand, in a single space too', async () => {
    await given('lens', 'old', { attributes: { title: 'Old', gone: true }, originId: 'from' });
    await given('url', 'link', { attributes: { url: '/old' } });
    const lines = [object('lens', 'old'), object('url', 'link', { attributes: { url: '/new' } })];
    const { body } = await importLines(lines, { query: '?overwrite=true' });
    expect(body).toEqual({
      success: true,
      successCount: 2,
      warnings: [],
      successResults: [
        success('lens', 'old', 'lensApp', { overwrite: true }),
        { type: 'url', id: 'link', meta: { title: '/goto/link', icon: 'link' }, managed: false, overwrite: true },
      ],
    });
    const { saved_object } = (await resolve('lens', 'old')).body;
    expect(saved_object).toMatchObject({ attributes: { title: 'The old' }, originId: 'from' });
    expect(saved_object.attributes).not.toHaveProperty('gone');
    expect((await resolve('url', 'link')).body.saved_object.attributes).toEqual({ url: '/new' });
  });

  it('in a single-space type do not reach into other spaces', async () => {
    await given('url', 'same', { attributes: { url: '/a' } });
    const { body } = await importLines([object('url', 'same', { attributes: { url: '/b' } })], { space: 'red' });
    expect(body).toMatchObject({ success: true });
    expect((await resolve('url', 'same')).body.saved_object.attributes.url).toBe('/a');
    expect((await resolve('url', 'same', { space: 'red' })).body.saved_object.attributes.url).toBe('/b');
  });

  it('are ambiguous when several objects come from the same one', async () => {
    const at = (second: number) => new Date(Date.UTC(2025, 0, 1, 0, 0, second));
    await given('lens', 'copy-1', { originId: 'source', now: at(1) });
    await given('lens', 'copy-2', { originId: 'source', now: at(2) });
    const { body } = await importLines([object('lens', 'source')], { query: '?overwrite=true' });
    expect(body.errors).toEqual([
      failure('lens', 'source', 'lensApp', {
        type: 'ambiguous_conflict',
        destinations: [
          { id: 'copy-2', title: 'The copy-2', updatedAt: at(2).toISOString() },
          { id: 'copy-1', title: 'The copy-1', updatedAt: at(1).toISOString() },
        ],
      }),
    ]);
    expect(body.successCount).toBe(0);
  });

  it('give new ids to several objects that come from the same one', async () => {
    await given('lens', 'target', { originId: 'shared' });
    const lines = [object('lens', 'a', { originId: 'shared' }), object('lens', 'b', { originId: 'shared' })];
    const { body } = await importLines(lines);
    expect(body.successResults).toEqual([
      success('lens', 'a', 'lensApp', { destinationId: UUID, createNewCopy: true }),
      success('lens', 'b', 'lensApp', { destinationId: UUID, createNewCopy: true }),
    ]);
    const { body: resolved } = await resolve('lens', body.successResults[0].destinationId);
    expect(resolved.saved_object).not.toHaveProperty('originId');
  });

  it('never occur between new copies, which refer to each other', async () => {
    await given('index-pattern', 'data');
    const lines = [
      object('visualization', 'vis', { references: [reference('index-pattern', 'data')], originId: 'elsewhere' }),
      object('dashboard', 'dash', { references: [reference('visualization', 'vis')] }),
    ];
    await importLines(lines);
    const { body } = await importLines(lines, { query: '?createNewCopies=true' });
    expect(body.successResults).toEqual([
      success('visualization', 'vis', 'visualizeApp', { destinationId: UUID }),
      success('dashboard', 'dash', 'dashboardApp', { destinationId: UUID }),
    ]);
    const [vis, dash] = body.successResults.map(({ destinationId }: { destinationId: string }) => destinationId);
    const { saved_object } = (await resolve('dashboard', dash)).body;
    expect(saved_object.references).toEqual([reference('visualization', vis, 'visualization-vis')]);
    expect(saved_object).not.toHaveProperty('originId');
    expect((await resolve('visualization', vis)).body.saved_object.references).toEqual([
      reference('index-pattern', 'data'),
    ]);
  });
});

describe('references', () => {
  it('to data views and searches must be there', async () => {
    await given('search', 'there');
    const references = [
      reference('index-pattern', 'x', 'one'),
      reference('index-pattern', 'x', 'two'),
      reference('search', 'there'),
      reference('lens', 'nobody-cares'),
    ];
    const { body } = await importLines([object('visualization', 'broken', { references }), object('tag', 'fine')]);
    expect(body.errors).toEqual([
      failure('visualization', 'broken', 'visualizeApp', {
        type: 'missing_references',
        references: [{ type: 'index-pattern', id: 'x' }],
      }),
    ]);
    expect(body.successCount).toBe(1);
    expect((await resolve('tag', 'fine')).status).toBe(404);
  });

  it('lead to what the object has become in this space', async () => {
    await given('index-pattern', 'renamed', { originId: 'original' });
    const { body } = await importLines([
      object('visualization', 'uses', { references: [reference('index-pattern', 'original')] }),
    ]);
    expect(body.success).toBe(true);
    const { saved_object } = (await resolve('visualization', 'uses')).body;
    expect(saved_object.references).toEqual([reference('index-pattern', 'renamed', 'index-pattern-original')]);
  });
});

describe('single objects', () => {
  it('of unsupported types do not hinder the others', async () => {
    const { body } = await importLines([
      object('wigwags', 'w'),
      object('tag', 'tagged', { attributes: { name: 'T' } }),
    ]);
    expect(body).toEqual({
      success: false,
      successCount: 1,
      warnings: [],
      successResults: [{ type: 'tag', id: 'tagged', meta: { title: 'T', icon: 'tag' }, managed: false }],
      errors: [failure('wigwags', 'w', undefined, { type: 'unsupported_type' })],
    });
  });

  it('stay managed', async () => {
    const { body } = await importLines([object('lens', 'managed', { managed: true })]);
    expect(body.successResults[0].managed).toBe(true);
    expect((await resolve('lens', 'managed')).body.saved_object.managed).toBe(true);
  });

  it.each([
    ['a dashboard without a title', object('dashboard', 'untitled', { attributes: {} }), /^\[attributes\.title\]: /],
    [
      'a connector without a type',
      object('action', 'untyped', { attributes: { name: 'x' } }),
      /^\[attributes\.actionTypeId\]: /,
    ],
    ['an id that nothing can be kept under', object('lens', 'i'.repeat(3_000)), /too long/],
    ['an empty id', object('lens', ''), /must not be empty/],
    ['half a character as id', object('lens', 'a\ud800'), /Unicode/],
  ])('%s is told as its own error', async (_name, line, message) => {
    const { body } = await importLines([line, object('tag', 'beside')], { query: '?overwrite=true' });
    expect(body.errors[0].error).toEqual({
      type: 'unknown',
      statusCode: 400,
      error: 'Bad Request',
      message: expect.stringMatching(message),
    });
    expect(body.successCount).toBe(1);
  });

  it('that are connectors come without secrets, and say so', async () => {
    useEncryptionKeys(JSON.stringify({ primaryKey: 'k'.repeat(32) }));
    const connector = (id: string, attributes: object) =>
      object('action', id, { attributes: { name: id, config: {}, ...attributes } });
    const { body } = await importLines([
      connector('slack', { actionTypeId: '.slack', isMissingSecrets: true }),
      connector('log', { actionTypeId: '.server-log' }),
      connector('jira', { actionTypeId: '.jira', secrets: { apiToken: 'hush' } }),
    ]);
    expect(body.warnings).toEqual([
      {
        type: 'action_required',
        message: '1 connector has sensitive information that require updates.',
        actionPath: '/app/management/insightsAndAlerting/triggersActionsConnectors',
        buttonLabel: 'Go to connectors',
      },
    ]);
    expect(body.successResults[0].meta).toEqual({ title: 'Connector: [slack]' });
    const { attributes } = await getDecrypted({ type: 'action', id: 'jira', space: 'default' });
    expect(attributes).toMatchObject({ secrets: { apiToken: 'hush' }, isMissingSecrets: false });
  });

  it('may be as large as the request', async () => {
    const text = Array.from({ length: 60_000 }, () => Math.random().toString(36)).join('');
    const { body } = await importLines([object('canvas-workpad', 'large', { attributes: { name: 'Large', text } })]);
    expect(body.success).toBe(true);
    expect((await exported({ type: 'canvas-workpad' })).lines[0].attributes.text).toBe(text);
  });
});

describe('files', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => object('tag', `${index}`));

  it.each([
    [
      'an object twice',
      [object('tag', 'a'), object('tag', 'b'), object('tag', 'a'), object('tag', 'a')],
      'Non-unique import objects detected: [tag:a]',
    ],
    ['more than 10,000 objects', many(10_001), "Can't import more than 10000 objects"],
    ['a line that is no JSON', ['{"a"'], expect.stringMatching(/JSON/)],
    ['a line that is no object', ['5'], expect.stringMatching(/^Line 1 is no saved object/)],
    [
      'an object without attributes',
      [object('tag', 'a'), '{"type":"tag","id":"a"}'],
      expect.stringMatching(/^Line 2 is no saved object\. attributes: /),
    ],
    ['a __proto__ key', ['{"type":"tag","id":"a","attributes":{"__proto__":{"x":1}}}'], 'JSON has a __proto__ key'],
    [
      'JSON that no stack could walk',
      [`{"type":"tag","id":"a","attributes":{"x":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`],
      expect.stringMatching(/nested/),
    ],
  ])('with %s are refused', async (_name, lines, message) => {
    expect(shown(await importLines(lines))).toEqual(badRequest(message));
  });

  it.each([
    ['export.json', '.json'],
    ['export.NDJSON.txt', '.txt'],
    ['export', ''],
  ])('named %s are refused', async (filename, extension) => {
    expect(shown(await importLines([], { filename }))).toEqual(badRequest(`Invalid file extension ${extension}`));
  });

  it('may hold empty lines, details anywhere, and nothing at all', async () => {
    const empty = { success: true, successCount: 0, warnings: [] };
    expect((await importLines([], { filename: 'X.NDJSON' })).body).toEqual(empty);
    expect((await importLines(['', '  ', '{"exportedCount":0}', 'null', ''])).body).toEqual(empty);
  });

  it.each([
    [
      'a missing file',
      [{ name: 'other', filename: 'a.ndjson', content: '' }],
      '[request body.file]: expected value of type [Stream] but got [undefined]',
    ],
    [
      'text in place of the file',
      [{ name: 'file', content: 'x' }],
      '[request body.file]: expected value of type [Stream] but got [string]',
    ],
    [
      'a second file',
      [
        { name: 'file', filename: 'a.ndjson', content: '' },
        { name: 'file', filename: 'b.ndjson', content: '' },
      ],
      '[request body.file]: expected value of type [Stream] but got [Array]',
    ],
    [
      'another field',
      [
        { name: 'file', filename: 'a.ndjson', content: '' },
        { name: 'foo', content: 'x' },
      ],
      '[request body.foo]: definition for this key is missing',
    ],
  ])('%s is refused', async (_name, parts, message) => {
    expect(shown(await call('POST /api/saved_objects/_import', multipart(parts)))).toEqual(badRequest(message));
  });

  it('in no multipart body are refused', async () => {
    expect((await call('POST /api/saved_objects/_import', { body: {} })).status).toBe(415);
  });

  it('over 4.5 MB are refused', async () => {
    const { status } = await importLines([object('tag', 'x', { attributes: { name: 'x'.repeat(4_600_000) } })]);
    expect(status).toBe(413);
  });

  it.each([
    ['?overwrite=true&createNewCopies=true', '[request query]: cannot use [overwrite] with [createNewCopies]'],
    [
      '?createNewCopies=true&compatibilityMode=true',
      '[request query]: cannot use [createNewCopies] with [compatibilityMode]',
    ],
    ['?overwrite=x', '[request query.overwrite]: expected value of type [boolean] but got [string]'],
    ['?foo=1', '[request query.foo]: definition for this key is missing'],
  ])('are refused with %s', async (query, message) => {
    expect(shown(await importLines([], { query }))).toEqual(badRequest(message));
  });
});

describe('who may', () => {
  it('only import types that one may create', async () => {
    const as = await givenUser('visualizer', { kibana: ['feature_visualize_v2.all'] });
    const lines = [object('map', 'm'), object('dashboard', 'd'), object('visualization', 'v')];
    expect(shown(await importLines(lines, { as }))).toEqual(forbidden('Unable to bulk_create dashboard,map'));
    expect((await importLines([object('visualization', 'v')], { as })).body.success).toBe(true);
  });

  it('not look for data views that one may not read', async () => {
    const as = await givenUser('tagger', { kibana: ['feature_savedObjectsTagging.all'] });
    const line = object('tag', 't', { references: [reference('index-pattern', 'x')] });
    expect(shown(await importLines([line], { as }))).toEqual(forbidden('Unable to bulk_get index-pattern'));
  });

  it('in one space only', async () => {
    const as = await givenUser('of-red', { kibana: ['feature_savedObjectsManagement.all'], spaces: ['red'] });
    expect((await importLines([object('tag', 'spaced')], { as, space: 'red' })).status).toBe(200);
    expect(shown(await importLines([object('tag', 'spaced')], { as }))).toEqual(forbidden('Unable to bulk_create tag'));
  });

  it('nobody without credentials', async () => {
    expect((await importLines([], { as: null })).status).toBe(401);
  });
});
