import { beforeAll, describe, expect, it } from 'vitest';
import { putAlias } from '../../../lib/stores/saved-object-aliases.ts';
import { createObject, type Reference } from '../../../lib/stores/saved-objects.ts';
import { write } from '../../../lib/stores/write.ts';
import { givenUser, storeIsReady } from '../../support/callers.ts';
import { absent, badRequest, dashboards, defaultOptions, forbidden, panel, shown } from './dashboards.ts';

const { call, given } = dashboards();
const get = (id: string, options = {}) => call(`GET /api/dashboards/dashboard/${id}`, options);
const now = new Date();

beforeAll(async () => {
  await storeIsReady();
});

/** An object as an import leaves it. */
const stored = (id: string, attributes: object, references: Reference[] = []) =>
  createObject(
    { type: 'dashboard', id, attributes: { title: id, ...attributes }, references },
    { space: 'default', now },
  );

const alias = (id: string, targetId: string) =>
  write(...putAlias({ type: 'dashboard', id, space: 'default' }, { targetId, purpose: 'savedObjectConversion', now }));

it('answers what was created, and that it is exactly that', async () => {
  const item = await given('plain', { description: 'Some' });
  expect(shown(await get('plain'))).toEqual({ status: 200, body: { item, meta: { outcome: 'exactMatch' } } });
});

it('tells unknown ids with the bracket that Kibana has there', async () => {
  expect(shown(await get('unknown'))).toEqual(absent('unknown', ']'));
});

it('does not see dashboards of another space', async () => {
  await given('of-red', {}, { space: 'red' });
  expect(shown(await get('of-red'))).toEqual(absent('of-red', ']'));
});

it('follows an alias', async () => {
  const item = await given('new-id');
  await alias('old-id', 'new-id');
  expect(shown(await get('old-id'))).toEqual({
    status: 200,
    body: { item, meta: { outcome: 'aliasMatch', aliasPurpose: 'savedObjectConversion', aliasTargetId: 'new-id' } },
  });
});

it('prefers the exact match when an alias leads elsewhere', async () => {
  const item = await given('both');
  await given('other');
  await alias('both', 'other');
  expect((await get('both')).body).toEqual({
    item,
    meta: { outcome: 'conflict', aliasPurpose: 'savedObjectConversion', aliasTargetId: 'other' },
  });
});

it('answers its keys in the order in which Kibana does', async () => {
  await given('ordered', {
    title: 'T',
    version: 1,
    timeTo: 'now',
    timeFrom: 'now-1d',
    refreshInterval: { section: 0, display: 'Off', value: 0, pause: true },
    description: 'D',
    panels: [
      panel({ version: '8', title: 'P', panelRefName: 'r', panelIndex: 'p', panelConfig: { b: 1, a: 2 }, id: 'i' }),
    ],
    controlGroupInput: { enhancements: {}, controls: [{ id: 'c', type: 't', order: 0 }] },
  });
  const { item, meta } = (await get('ordered')).body;
  expect({ keys: Object.keys(item), meta: Object.keys(meta) }).toEqual({
    keys: [
      ...['id', 'type', 'updatedAt', 'updatedBy', 'createdAt', 'createdBy', 'attributes'],
      ...['namespaces', 'references', 'version', 'managed'],
    ],
    meta: ['outcome'],
  });
  expect(JSON.stringify(item.attributes)).toBe(
    JSON.stringify({
      controlGroupInput: {
        autoApplySelections: true,
        chainingSystem: 'HIERARCHICAL',
        controls: [{ controlConfig: {}, id: 'c', grow: false, order: 0, type: 't', width: 'medium' }],
        enhancements: {},
        labelPosition: 'oneLine',
        ignoreParentSettings: {
          ignoreFilters: false,
          ignoreQuery: false,
          ignoreTimerange: false,
          ignoreValidations: false,
        },
      },
      kibanaSavedObjectMeta: { searchSource: {} },
      options: { hidePanelTitles: false, useMargins: true, syncColors: true, syncCursor: true, syncTooltips: true },
      panels: [
        {
          gridData: { x: 0, y: 0, w: 24, h: 15, i: 'p' },
          id: 'i',
          panelConfig: { b: 1, a: 2 },
          panelIndex: 'p',
          panelRefName: 'r',
          title: 'P',
          type: 'lens',
          version: '8',
        },
      ],
      description: 'D',
      refreshInterval: { pause: true, value: 0, display: 'Off', section: 0 },
      timeFrom: 'now-1d',
      timeRestore: false,
      timeTo: 'now',
      title: 'T',
      version: 1,
    }),
  );
});

describe('dashboards that came from elsewhere', () => {
  it('reads one that lacks everything but its title', async () => {
    await stored('bare', {});
    expect((await get('bare')).body.item.attributes).toEqual({
      title: 'bare',
      timeRestore: false,
      kibanaSavedObjectMeta: { searchSource: {} },
      options: defaultOptions,
      panels: [],
    });
  });

  it('reads one as Kibana 8 wrote it', async () => {
    await stored('from-8', {
      hits: 0,
      optionsJSON: '{"useMargins":false,"darkTheme":true}',
      panelsJSON: JSON.stringify([
        {
          version: '8.9.0',
          gridData: { x: 0, y: 0, w: 60, h: 0, i: 'a' },
          panelIndex: 'a',
          embeddableConfig: { enhancements: {} },
          panelRefName: 'panel_a',
          type: 'lens',
          extra: 1,
        },
      ]),
      controlGroupInput: {
        controlStyle: 'twoLine',
        panelsJSON: '{"c":{"order":1,"type":"rangeSliderControl","explicitInput":{"id":"c","fieldName":"f"}}}',
      },
    });
    const { attributes } = (await get('from-8')).body.item;
    expect(attributes).toMatchObject({
      options: { ...defaultOptions, useMargins: false },
      panels: [{ gridData: { w: 60, h: 0 }, panelConfig: { enhancements: {} }, panelRefName: 'panel_a' }],
      controlGroupInput: {
        labelPosition: 'twoLine',
        autoApplySelections: true,
        ignoreParentSettings: { ignoreQuery: false },
        controls: [{ id: 'c', order: 1, width: 'medium', controlConfig: { fieldName: 'f' } }],
      },
    });
    expect(attributes.panels[0]).not.toHaveProperty('extra');
    expect(attributes.controlGroupInput.controls[0].controlConfig).not.toHaveProperty('id');
  });

  it.each([
    ['its name', 'panel_0'],
    ['its name after the index of the panel', '1:panel_0'],
  ])('knows what a panel is by the reference that has %s', async (name, referenceName) => {
    const panelsJSON = JSON.stringify([
      {
        version: '7.3.0',
        gridData: { x: 0, y: 0, w: 24, h: 15, i: '1' },
        panelIndex: '1',
        embeddableConfig: {},
        panelRefName: 'panel_0',
      },
    ]);
    const other = { name: 'panel_1', type: 'search', id: 's' };
    await stored(name, { panelsJSON }, [other, { name: referenceName, type: 'visualization', id: 'v' }]);
    expect((await get(encodeURIComponent(name))).body.item.attributes.panels).toEqual([
      {
        type: 'visualization',
        gridData: { x: 0, y: 0, w: 24, h: 15, i: '1' },
        panelIndex: '1',
        panelConfig: {},
        panelRefName: 'panel_0',
        version: '7.3.0',
      },
    ]);
  });

  it('takes null and empty text for absent', async () => {
    await stored('empties', {
      description: null,
      timeRestore: null,
      timeFrom: null,
      timeTo: '',
      version: null,
      refreshInterval: null,
      controlGroupInput: null,
      optionsJSON: '',
      panelsJSON: '',
      kibanaSavedObjectMeta: { searchSourceJSON: '' },
    });
    await stored('empty-group', {
      kibanaSavedObjectMeta: null,
      controlGroupInput: { panelsJSON: '', ignoreParentSettingsJSON: null },
    });
    expect((await get('empties')).body.item.attributes).toEqual({
      title: 'empties',
      timeRestore: false,
      kibanaSavedObjectMeta: { searchSource: {} },
      options: defaultOptions,
      panels: [],
    });
    expect((await get('empty-group')).body.item.attributes).toMatchObject({
      kibanaSavedObjectMeta: { searchSource: {} },
      controlGroupInput: { controls: [], ignoreParentSettings: { ignoreQuery: false } },
    });
  });

  it.each([
    [
      'a panel that nothing says the type of',
      { panelsJSON: '[{"gridData":{"x":0,"y":0,"w":1,"h":1},"panelRefName":"r"}]' },
    ],
    ['panels that are no JSON', { panelsJSON: '[' }],
    ['panels that are no list', { panelsJSON: '{}' }],
    ['a title that is no text', { title: 1 }],
    ['JSON that no stack could walk', { panelsJSON: '['.repeat(100_000) + ']'.repeat(100_000) }],
  ])('refuses %s', async (name, attributes) => {
    const id = encodeURIComponent(name);
    await stored(name, attributes);
    expect(shown(await get(id))).toEqual(badRequest());
  });
});

it.each([
  ['feature_dashboard_v2.read', 200],
  ['read', 200],
  ['feature_dev_tools.all', 403],
])('lets %s: %d', async (privilege, status) => {
  await given(`may-${privilege}`);
  const as = await givenUser(privilege, { kibana: [privilege] });
  const answer = await get(`may-${privilege}`, { as });
  expect(answer.status).toBe(status);
  if (status === 403) {
    expect(shown(answer)).toEqual(forbidden());
    expect(shown(await get('unknown', { as })), 'who may not read does not learn what is there').toEqual(forbidden());
  }
});
