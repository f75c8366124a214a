import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import {
  badRequest,
  core,
  dashboards,
  defaultOptions,
  forbidden,
  generated,
  panel,
  shown,
  UUID,
} from './dashboards.ts';

const { call, given } = dashboards();
const create = (id: string, body: unknown, options: object = {}) =>
  call(`POST /api/dashboards/dashboard/${id}`, { body, ...options });

const created = (id: string, attributes: object, more: object = {}) => ({
  status: 200,
  body: {
    item: {
      id,
      ...generated,
      attributes: {
        description: '',
        timeRestore: false,
        kibanaSavedObjectMeta: { searchSource: {} },
        options: defaultOptions,
        panels: [],
        ...attributes,
      },
      namespaces: ['default'],
      references: [],
      ...more,
    },
  },
});

describe('what is created', () => {
  it('fills in every default', async () => {
    expect(shown(await create('defaults', { attributes: { title: 'A title' } }))).toEqual(
      created('defaults', { title: 'A title' }),
    );
  });

  it('makes an id where none is given', async () => {
    const { status, body } = await call('POST /api/dashboards/dashboard', { body: { attributes: { title: '' } } });
    expect(status).toBe(200);
    expect(body.item.id).toMatch(UUID);
    const again = await call('POST /api/dashboards/dashboard', { body: { attributes: { title: '' } } });
    expect(again.body.item.id).not.toBe(body.item.id);
  });

  it('gives panels their defaults and an index that is also their grid id', async () => {
    const panels = [
      panel(),
      panel({ gridData: { x: 1, y: 2, w: 48, h: 1, i: 'mine' } }),
      panel({ panelIndex: 'p', gridData: { x: 0, y: 0, i: 'other' } }),
    ];
    const { body } = await create('panels', { attributes: { title: 'x', panels } });
    const [first, second, third] = body.item.attributes.panels;
    expect(first).toEqual({
      type: 'lens',
      gridData: { x: 0, y: 0, w: 24, h: 15, i: first.panelIndex },
      panelConfig: {},
      panelIndex: expect.stringMatching(UUID),
    });
    expect(second.gridData).toEqual({ x: 1, y: 2, w: 48, h: 1, i: second.panelIndex });
    expect(second.panelIndex).toMatch(UUID);
    expect(third).toMatchObject({ panelIndex: 'p', gridData: { i: 'p' } });
  });

  it('gives the controls their defaults, and forgets what it does not know of them', async () => {
    const controlGroupInput = { controls: [{ type: 'optionsListControl', order: 0, foo: 'bar' }] };
    const { body } = await create('controls', { attributes: { title: 'x', controlGroupInput } });
    expect(body.item.attributes.controlGroupInput).toEqual({
      autoApplySelections: true,
      chainingSystem: 'HIERARCHICAL',
      controls: [
        {
          controlConfig: {},
          id: expect.stringMatching(UUID),
          grow: false,
          order: 0,
          type: 'optionsListControl',
          width: 'medium',
        },
      ],
      labelPosition: 'oneLine',
      ignoreParentSettings: {
        ignoreFilters: false,
        ignoreQuery: false,
        ignoreTimerange: false,
        ignoreValidations: false,
      },
    });
  });

  it('brings back what was sent, unknown keys of open objects included', async () => {
    const attributes = {
      title: 'Everything',
      description: 'of it',
      timeRestore: true,
      timeFrom: 'now-15m',
      timeTo: 'now',
      version: 3,
      refreshInterval: { pause: true, value: 1000 },
      kibanaSavedObjectMeta: {
        searchSource: {
          foo: { bar: 1 },
          query: { query: { match_all: {} }, language: 'lucene' },
          filter: [
            { meta: { alias: null, disabled: false, more: [1], params: { deep: { er: 1 } } }, query: { a: 1 } },
            { meta: {}, $state: { store: 'globalState' } },
          ],
          sort: [{ a: 'asc', b: { order: 'desc', format: 'x' }, c: { order: 'asc', numeric_type: 'date_nanos' } }],
        },
      },
      options: { hidePanelTitles: true, useMargins: false, syncColors: false, syncTooltips: false, syncCursor: false },
      controlGroupInput: {
        autoApplySelections: false,
        chainingSystem: 'NONE',
        labelPosition: 'twoLine',
        controls: [
          { id: 'a', type: 't', order: 2, width: 'small', grow: true, controlConfig: { id: 'inner', fieldName: 'f' } },
        ],
        enhancements: { x: 1 },
        ignoreParentSettings: {
          ignoreFilters: true,
          ignoreQuery: true,
          ignoreTimerange: true,
          ignoreValidations: true,
        },
      },
      panels: [
        {
          type: 'visualization',
          panelIndex: '1',
          id: 'so',
          panelRefName: 'panel_1',
          title: 'Hits',
          version: '8.0.0',
          gridData: { x: 0, y: 0, w: 10, h: 10, i: '1' },
          panelConfig: { title: 'Hits', anything: { goes: true } },
        },
      ],
    };
    const references = [{ name: '1:panel_1', type: 'visualization', id: 'gone' }];
    const { item } = created('everything', attributes, { references }).body;
    // The control's own id stands beside its configuration.
    const [control] = attributes.controlGroupInput.controls;
    const expected = structuredClone({
      ...attributes,
      controlGroupInput: {
        ...attributes.controlGroupInput,
        controls: [{ ...control!, controlConfig: { fieldName: 'f' } }],
      },
    });
    const answer = await create('everything', { attributes, references });
    expect(shown(answer)).toEqual({ status: 200, body: { item: { ...item, attributes: expected } } });
    expect((await call('GET /api/dashboards/dashboard/everything')).body.item).toEqual(answer.body.item);
  });

  it('leaves out a version of zero', async () => {
    const { body } = await create('zero', { attributes: { title: 'x', version: 0 } });
    expect(body.item.attributes).not.toHaveProperty('version');
  });

  it('reads numbers, booleans and objects that are written as text', async () => {
    const attributes = JSON.stringify({
      title: 'x',
      timeRestore: 'TRUE',
      panels: JSON.stringify([panel({ gridData: { x: '1', y: '2' } })]),
      options: '{"useMargins":"false"}',
    });
    const { body } = await create('texts', { attributes });
    expect(body.item.attributes).toMatchObject({
      timeRestore: true,
      options: { useMargins: false },
      panels: [{ gridData: { x: 1, y: 2 } }],
    });
  });

  it('ignores the query', async () => {
    const { status } = await call('POST /api/dashboards/dashboard/queried?overwrite=true&x=1', {
      body: { attributes: { title: 'x' } },
    });
    expect(status).toBe(200);
  });

  it('is kept in the form that saved objects of this type have', async () => {
    await given('stored', {
      panels: [panel({ panelIndex: 'p', panelConfig: { a: 1 } })],
      controlGroupInput: { controls: [{ id: 'c', type: 't', order: 0, controlConfig: { a: 1 } }] },
    });
    const { body } = await call('GET /api/saved_objects/resolve/dashboard/stored');
    expect(body.saved_object.attributes).toEqual({
      title: 'stored',
      description: '',
      timeRestore: false,
      optionsJSON: JSON.stringify({
        hidePanelTitles: false,
        useMargins: true,
        syncColors: true,
        syncTooltips: true,
        syncCursor: true,
      }),
      panelsJSON: JSON.stringify([
        { type: 'lens', embeddableConfig: { a: 1 }, panelIndex: 'p', gridData: { x: 0, y: 0, w: 24, h: 15, i: 'p' } },
      ]),
      kibanaSavedObjectMeta: { searchSourceJSON: '{}' },
      controlGroupInput: {
        chainingSystem: 'HIERARCHICAL',
        controlStyle: 'oneLine',
        showApplySelections: false,
        ignoreParentSettingsJSON:
          '{"ignoreFilters":false,"ignoreQuery":false,"ignoreTimerange":false,"ignoreValidations":false}',
        panelsJSON: '{"c":{"type":"t","order":0,"width":"medium","grow":false,"explicitInput":{"a":1,"id":"c"}}}',
      },
    });
  });

  it.each([
    ['text that compresses', 'x'],
    ['noise', ''],
  ])('holds a body of 1 MB: %s', async (name, letter) => {
    const text = letter === '' ? randomBytes(750_000).toString('base64') : letter.repeat(1_000_000);
    const panels = [panel({ panelIndex: 'p', panelConfig: { text } })];
    const id = `large-${letter}`;
    const item = await given(id, { description: name, panels });
    expect(item.attributes.panels[0].panelConfig.text).toBe(text);
    const { body } = await call(`GET /api/dashboards/dashboard/${id}`);
    expect(body.item).toEqual(item);
  });

  it('holds a title and references that no list row could hold', async () => {
    const references = Array.from({ length: 2_000 }, (_, index) => ({
      name: `n${index}`,
      type: 'lens',
      id: `${index}`,
    }));
    const title = 'T'.repeat(500_000);
    await call('POST /s/wide/api/dashboards/dashboard/wide', { body: { attributes: { title }, references } });
    const { body } = await call('GET /s/wide/api/dashboards/dashboard');
    expect(body.items[0].references).toEqual(references);
    expect(body.items[0].attributes).toEqual({ title, description: '', timeRestore: false });
  });

  it('refuses a body over 1 MB', async () => {
    const { status, body } = await create('too-large', { attributes: { title: 'x'.repeat(1_048_600) } });
    expect({ status, message: body.message }).toEqual({
      status: 413,
      message: 'Payload content length greater than maximum allowed: 1048576',
    });
  });
});

describe('what is refused', () => {
  const attribute = (fields: object) => ({ attributes: { title: 'x', ...fields } });
  const at = (path: string, text: string) => `[request body.${path}]: ${text}`;
  const missing = (type: string, got = 'undefined') => `expected value of type [${type}] but got [${got}]`;
  const unknown = 'definition for this key is missing';
  const literals = (path: string, ...values: string[]) =>
    at(
      path,
      `types that failed validation:\n${values.map((value, index) => `- [request body.${path}.${index}]: expected value to equal [${value}]`).join('\n')}`,
    );
  const group = (fields: object) => attribute({ controlGroupInput: fields });
  const grid = (fields: object) => attribute({ panels: [panel({ gridData: { x: 0, y: 0, ...fields } })] });
  const source = (fields: object) => attribute({ kibanaSavedObjectMeta: { searchSource: fields } });

  it.each([
    ['an empty body', {}, at('attributes.title', missing('string'))],
    ['empty attributes', { attributes: {} }, at('attributes.title', missing('string'))],
    ['a number as title', { attributes: { title: 1 } }, at('attributes.title', missing('string', 'number'))],
    ['an unknown attribute', attribute({ foo: 1 }), at('attributes.foo', unknown)],
    ['an unknown key', { ...attribute({}), foo: 1 }, at('foo', unknown)],
    ['an id in the body', { ...attribute({}), id: 'x' }, at('id', unknown)],
    ['overwrite in the body', { ...attribute({}), overwrite: true }, at('overwrite', unknown)],
    [
      'attributes that are a list',
      { attributes: [] },
      at('attributes', 'expected a plain object value, but found [Array] instead.'),
    ],
    ['attributes that are text', { attributes: 'x' }, at('attributes', 'could not parse object value from json input')],
    [
      'a width of 49',
      grid({ w: 49 }),
      at('attributes.panels.0.gridData.w', 'Value must be equal to or lower than [48].'),
    ],
    [
      'a width of 0',
      grid({ w: 0 }),
      at('attributes.panels.0.gridData.w', 'Value must be equal to or greater than [1].'),
    ],
    [
      'a height of 0',
      grid({ h: 0 }),
      at('attributes.panels.0.gridData.h', 'Value must be equal to or greater than [1].'),
    ],
    [
      'a panel without x',
      attribute({ panels: [panel({ gridData: { y: 0 } })] }),
      at('attributes.panels.0.gridData.x', missing('number')),
    ],
    [
      'a panel without a grid',
      attribute({ panels: [{ type: 'x' }] }),
      at('attributes.panels.0.gridData.x', missing('number')),
    ],
    [
      'a panel without a type',
      attribute({ panels: [{ gridData: { x: 0, y: 0 } }] }),
      at('attributes.panels.0.type', missing('string')),
    ],
    ['an unknown key of a panel', attribute({ panels: [panel({ foo: 1 })] }), at('attributes.panels.0.foo', unknown)],
    ['an unknown key of a grid', grid({ z: 1 }), at('attributes.panels.0.gridData.z', unknown)],
    [
      'a title of a panel that is none',
      attribute({ panels: [panel({ panelConfig: { title: 1 } })] }),
      at('attributes.panels.0.panelConfig.title', missing('string', 'number')),
    ],
    [
      'panels that are none',
      attribute({ panels: 'x' }),
      at('attributes.panels', 'could not parse array value from json input'),
    ],
    ['an unknown option', attribute({ options: { foo: true } }), at('attributes.options.foo', unknown)],
    [
      'an option that is no flag',
      attribute({ options: { useMargins: 1 } }),
      at('attributes.options.useMargins', missing('boolean', 'number')),
    ],
    [
      'a refresh interval without pause',
      attribute({ refreshInterval: { value: 1 } }),
      at('attributes.refreshInterval.pause', missing('boolean')),
    ],
    [
      'a refresh interval without value',
      attribute({ refreshInterval: { pause: true } }),
      at('attributes.refreshInterval.value', missing('number')),
    ],
    [
      'an unknown key of it',
      attribute({ refreshInterval: { pause: true, value: 1, x: 1 } }),
      at('attributes.refreshInterval.x', unknown),
    ],
    [
      'another label position',
      group({ labelPosition: 'top' }),
      literals('attributes.controlGroupInput.labelPosition', 'oneLine', 'twoLine'),
    ],
    [
      'another chaining',
      group({ chainingSystem: 'X' }),
      literals('attributes.controlGroupInput.chainingSystem', 'NONE', 'HIERARCHICAL'),
    ],
    [
      'another width of a control',
      group({ controls: [{ type: 'x', order: 1, width: 'huge' }] }),
      literals('attributes.controlGroupInput.controls.0.width', 'small', 'medium', 'large'),
    ],
    [
      'a control without type',
      group({ controls: [{ order: 1 }] }),
      at('attributes.controlGroupInput.controls.0.type', missing('string')),
    ],
    [
      'a control without order',
      group({ controls: [{ type: 'x' }] }),
      at('attributes.controlGroupInput.controls.0.order', missing('number')),
    ],
    ['an unknown key of the group', group({ foo: 1 }), at('attributes.controlGroupInput.foo', unknown)],
    [
      'an unknown parent setting',
      group({ ignoreParentSettings: { foo: true } }),
      at('attributes.controlGroupInput.ignoreParentSettings.foo', unknown),
    ],
    [
      'an unknown key of the meta',
      attribute({ kibanaSavedObjectMeta: { foo: 1 } }),
      at('attributes.kibanaSavedObjectMeta.foo', unknown),
    ],
    [
      'an unknown key of the query',
      source({ query: { query: 'x', language: 'kuery', x: 1 } }),
      at('attributes.kibanaSavedObjectMeta.searchSource.query.x', unknown),
    ],
    [
      'a query without language',
      source({ query: { query: 'x' } }),
      at('attributes.kibanaSavedObjectMeta.searchSource.query.language', missing('string')),
    ],
    [
      'another store',
      source({ filter: [{ meta: {}, $state: { store: 'x' } }] }),
      literals('attributes.kibanaSavedObjectMeta.searchSource.filter.0.$state.store', 'appState', 'globalState'),
    ],
    [
      'an alias that is none',
      source({ filter: [{ meta: { alias: 1 } }] }),
      [
        at('attributes.kibanaSavedObjectMeta.searchSource.filter.0.meta.alias', 'types that failed validation:'),
        `- ${at('attributes.kibanaSavedObjectMeta.searchSource.filter.0.meta.alias.0', missing('string', 'number'))}`,
        `- ${at('attributes.kibanaSavedObjectMeta.searchSource.filter.0.meta.alias.1', 'expected value to equal [null]')}`,
      ].join('\n'),
    ],
    ['a version that is none', attribute({ version: 'x' }), at('attributes.version', missing('number', 'string'))],
    [
      'an unknown key of a reference',
      { ...attribute({}), references: [{ name: 'n', type: 't', id: 'i', foo: 1 }] },
      at('references.0.foo', unknown),
    ],
    [
      'a reference without name',
      { ...attribute({}), references: [{ type: 't', id: 'i' }] },
      at('references.0.name', missing('string')),
    ],
    ['a space that is no text', { ...attribute({}), spaces: [1] }, at('spaces.0', missing('string', 'number'))],
    [
      'the first problem in the order of the fields',
      { attributes: { foo: 1, timeRestore: 3, title: 2 } },
      at('attributes.title', missing('string', 'number')),
    ],
  ])('%s', async (_name, body, message) => {
    expect(shown(await create('refused', body))).toEqual(badRequest(message));
  });

  it('no body at all', async () => {
    expect(shown(await call('POST /api/dashboards/dashboard/refused'))).toEqual(
      badRequest('[request body]: expected a plain object value, but found [null] instead.'),
    );
  });

  it.each([
    ['several spaces', ['a', 'b']],
    ['all spaces', ['*']],
    ['no space', []],
    ['what is no space id', ['a#dashboard']],
  ])('%s, without any detail', async (_name, spaces) => {
    expect(shown(await create('in-spaces', { ...attribute({}), spaces }))).toEqual(badRequest());
  });

  it('what could not be read back, before it is written', async () => {
    const controlGroupInput = { controls: [{ id: '__proto__', type: 't', order: 0 }] };
    expect(shown(await create('poison', attribute({ controlGroupInput })))).toEqual(badRequest());
    expect((await call('GET /api/dashboards/dashboard/poison')).status).toBe(404);
  });

  it('an id that nothing can be kept under', async () => {
    expect(shown(await create('i'.repeat(3_000), attribute({})))).toEqual(badRequest());
  });

  it('an id that is taken, whatever space it is taken in', async () => {
    await given('taken');
    const conflict = core(409, 'Conflict', 'A dashboard with saved object ID taken already exists.');
    expect(shown(await create('taken', attribute({})))).toEqual(conflict);
    const elsewhere = await call('POST /s/other/api/dashboards/dashboard/taken', { body: attribute({}) });
    expect(shown(elsewhere)).toEqual(conflict);
    expect((await call('GET /api/dashboards/dashboard/taken')).body.item.attributes.title).toBe('taken');
  });

  it.each([
    ['no kbn-xsrf header', { 'kbn-xsrf': undefined }, 'Request must contain a kbn-xsrf header.'],
    [
      'an unknown version',
      { 'elastic-api-version': '2024-01-01' },
      'No version "2024-01-01" available for [post] [/api/dashboards/dashboard/{id}]. Available versions are: [2023-10-31]',
    ],
    [
      'a malformed version',
      { 'elastic-api-version': '1' },
      'Invalid version. Received "1", expected a valid date string formatted as YYYY-MM-DD.',
    ],
  ])('%s', async (_name, headers, message) => {
    const { 'kbn-xsrf': mark, ...others } = { 'kbn-xsrf': 'true' as string | undefined, ...headers };
    const answer = await dashboards().send({
      method: 'POST',
      url: '/api/dashboards/dashboard/x',
      headers: {
        authorization: `Basic ${Buffer.from('elastic:changeme').toString('base64')}`,
        'content-type': 'application/json',
        ...(mark && { 'kbn-xsrf': mark }),
        ...others,
      },
      body: JSON.stringify(attribute({})),
    });
    expect(answer.body.message).toBe(message);
    expect(answer.status).toBe(400);
  });
});

describe('who may', () => {
  const body = { attributes: { title: 'x' } };

  it.each([
    ['feature_dashboard_v2.all', 200],
    ['feature_dashboard.all', 200],
    ['feature_savedObjectsManagement.all', 200],
    ['all', 200],
    ['feature_dashboard_v2.read', 403],
    ['feature_visualize_v2.all', 403],
    ['read', 403],
  ])('%s: %d', async (privilege, status) => {
    const as = await givenUser(privilege, { kibana: [privilege] });
    const answer = await create(privilege, body, { as });
    expect(answer.status).toBe(status);
    if (status === 403) expect(shown(answer)).toEqual(forbidden());
  });

  it('needs the right in this space and in the one that the dashboard goes to', async () => {
    const as = await givenUser('red', { kibana: ['feature_dashboard_v2.all'], spaces: ['red'] });
    const post = (path: string, more = {}) =>
      call(`POST ${path}/api/dashboards/dashboard`, { as, body: { ...body, ...more } });
    expect(shown(await post(''))).toEqual(forbidden());
    expect(shown(await post('/s/red', { spaces: ['blue'] }))).toEqual(forbidden());
    expect(shown(await post('', { spaces: ['red'] }))).toEqual(forbidden());
    expect((await post('/s/red', { spaces: ['red'] })).body.item.namespaces).toEqual(['red']);
    expect((await post('/s/red')).body.item.namespaces).toEqual(['red']);
  });

  it('refuses nobody', async () => {
    expect((await create('nobody', body, { as: null })).status).toBe(401);
  });

  it('puts it into another space when asked to', async () => {
    expect((await create('moved', { ...body, spaces: ['blue'] })).body.item.namespaces).toEqual(['blue']);
    expect((await call('GET /api/dashboards/dashboard/moved')).status).toBe(404);
    expect((await call('GET /s/blue/api/dashboards/dashboard/moved')).status).toBe(200);
  });
});
