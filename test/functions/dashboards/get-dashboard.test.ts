import { beforeAll, describe, expect, it } from 'vitest';
import { putAlias } from '../../../lib/stores/saved-object-aliases.ts';
import { createObject } from '../../../lib/stores/saved-objects.ts';
import { write } from '../../../lib/stores/write.ts';
import { givenUser, storeIsReady } from '../../support/callers.ts';
import { absent, badRequest, dashboards, defaultOptions, forbidden, shown } from './dashboards.ts';

const { call, given } = dashboards();
const get = (id: string, options = {}) => call(`GET /api/dashboards/dashboard/${id}`, options);
const now = new Date();

beforeAll(async () => {
  await storeIsReady();
});

/** An object as an import leaves it. */
const stored = (id: string, attributes: object) =>
  createObject({ type: 'dashboard', id, attributes: { title: id, ...attributes } }, { space: 'default', now });

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
