import { beforeAll, describe, expect, it } from 'vitest';
import { useEncryptionKeys } from '../../../lib/stores/encryption-keys.ts';
import { read } from '../../../lib/stores/read.ts';
import { putAlias } from '../../../lib/stores/saved-object-aliases.ts';
import { createObject } from '../../../lib/stores/saved-objects.ts';
import { write } from '../../../lib/stores/write.ts';
import { givenUser } from '../../support/callers.ts';
import { badRequest, core, forbidden, reference, savedObjects, shown } from './saved-objects.ts';

const { call, given, resolve } = savedObjects();
const notFound = (name: string) => core(404, 'Not Found', `Saved object [${name}] not found`);
const unsupported = (type: string) => badRequest(`Unsupported saved object type: '${type}': Bad Request`);

async function alias(
  id: string,
  targetId: string,
  more: { space?: string; disabled?: boolean; purpose?: 'savedObjectConversion' } = {},
) {
  const { space = 'default', ...rest } = more;
  await write(...putAlias({ type: 'visualization', id, space }, { targetId, now: new Date(), ...rest }));
}
const aliasRow = (id: string) => read('SavedObjects', { pk: 'default#alias#visualization', sk: id });

describe('outcomes', () => {
  it('exactMatch answers the whole object', async () => {
    const references = [reference('index-pattern', 'p')];
    await given('visualization', 'exact', { references, now: new Date(1_000), profileUid: 'u_1' });
    const { status, body, headers } = await resolve('visualization', 'exact');
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        saved_object: {
          id: 'exact',
          type: 'visualization',
          namespaces: ['default'],
          migrationVersion: { visualization: '8.5.0' },
          coreMigrationVersion: '8.8.0',
          typeMigrationVersion: '8.5.0',
          managed: false,
          updated_at: '1970-01-01T00:00:01.000Z',
          created_at: '1970-01-01T00:00:01.000Z',
          version: 'WzEsMV0=',
          attributes: { title: 'The exact' },
          references,
        },
        outcome: 'exactMatch',
      },
    });
    expect(headers).toMatchObject({
      'elastic-api-version': '2023-10-31',
      warning: '299 Kibana-9.1.0 "This%20endpoint%20is%20deprecated"',
    });
  });

  it('its keys stand in the order in which Kibana has them', async () => {
    await createObject(
      { type: 'lens', id: 'ordered', attributes: { title: 'T' }, originId: 'first' },
      { space: 'default', now: new Date(), profileUid: 'u_1' },
    );
    const { body } = await resolve('lens', 'ordered');
    expect(Object.keys(body)).toEqual(['saved_object', 'outcome']);
    expect(Object.keys(body.saved_object)).toEqual([
      ...['id', 'type', 'namespaces', 'migrationVersion', 'coreMigrationVersion', 'typeMigrationVersion', 'managed'],
      ...['originId', 'updated_at', 'created_at', 'created_by', 'updated_by', 'version', 'attributes', 'references'],
    ]);
  });

  it('aliasMatch answers the object under its new id, and counts', async () => {
    await given('visualization', 'new');
    await alias('old', 'new', { purpose: 'savedObjectConversion' });
    const { body } = await resolve('visualization', 'old');
    expect(body).toMatchObject({
      saved_object: { id: 'new' },
      outcome: 'aliasMatch',
      alias_target_id: 'new',
      alias_purpose: 'savedObjectConversion',
    });
    expect(await aliasRow('old')).toMatchObject({ resolveCounter: 1, lastResolved: expect.any(String) });
    await resolve('visualization', 'old');
    expect(await aliasRow('old')).toMatchObject({ resolveCounter: 2 });
  });

  it('conflict answers the exact match and names the other', async () => {
    await given('visualization', 'both');
    await given('visualization', 'other');
    await alias('both', 'other');
    const { body } = await resolve('visualization', 'both');
    expect(body).toMatchObject({ saved_object: { id: 'both' }, outcome: 'conflict', alias_target_id: 'other' });
    expect(body).not.toHaveProperty('alias_purpose');
  });

  it('404 names the id that was asked for, and still counts', async () => {
    await alias('lost', 'nowhere');
    expect(shown(await resolve('visualization', 'lost'))).toEqual(notFound('visualization/lost'));
    expect(await aliasRow('lost')).toMatchObject({ resolveCounter: 1 });
  });

  it('an alias to nowhere changes nothing for an exact match', async () => {
    await given('visualization', 'alone');
    await alias('alone', 'nowhere');
    const { body } = await resolve('visualization', 'alone');
    expect(body.outcome).toBe('exactMatch');
    expect(body).not.toHaveProperty('alias_target_id');
  });

  it('a disabled alias is neither followed nor touched', async () => {
    await given('visualization', 'target');
    await alias('disabled', 'target', { disabled: true });
    expect((await resolve('visualization', 'disabled')).status).toBe(404);
    const row = await aliasRow('disabled');
    expect(row).toMatchObject({ resolveCounter: 0 });
    expect(row).not.toHaveProperty('lastResolved');
  });

  it('an alias holds in its space only, and for its target there', async () => {
    await given('visualization', 'of-red', { space: 'red' });
    await alias('former', 'of-red', { space: 'red' });
    await alias('former-2', 'of-red');
    expect((await resolve('visualization', 'former', { space: 'red' })).body.outcome).toBe('aliasMatch');
    expect((await resolve('visualization', 'former')).status).toBe(404);
    expect((await resolve('visualization', 'former-2')).status).toBe(404);
  });
});

describe('where objects are seen', () => {
  it('of a single space: in it only, and others may have the same id', async () => {
    await given('url', 'link', { attributes: { url: '/default' } });
    await given('url', 'link', { attributes: { url: '/red' }, space: 'red' });
    expect((await resolve('url', 'link')).body.saved_object).toMatchObject({
      namespaces: ['default'],
      attributes: { url: '/default' },
    });
    expect((await resolve('url', 'link', { space: 'red' })).body.saved_object).toMatchObject({
      namespaces: ['red'],
      attributes: { url: '/red' },
    });
    expect((await resolve('url', 'link', { space: 'blue' })).status).toBe(404);
  });

  it('of one space, with ids of all: in it only', async () => {
    await given('lens', 'isolated', { space: 'red' });
    expect((await resolve('lens', 'isolated', { space: 'red' })).body.saved_object.namespaces).toEqual(['red']);
    expect((await resolve('lens', 'isolated')).status).toBe(404);
  });

  it('of several spaces: in those, or in all', async () => {
    await given('index-pattern', 'some', { namespaces: ['red', 'blue'] });
    await given('index-pattern', 'all', { namespaces: ['*'] });
    expect((await resolve('index-pattern', 'some', { space: 'blue' })).body.saved_object.namespaces).toEqual([
      'red',
      'blue',
    ]);
    expect((await resolve('index-pattern', 'some')).status).toBe(404);
    expect((await resolve('index-pattern', 'all')).body.saved_object.namespaces).toEqual(['*']);
  });

  it('of no space: everywhere', async () => {
    await given('config-global', '9.1.0', { attributes: { x: 1 } });
    expect((await resolve('config-global', '9.1.0', { space: 'red' })).body.saved_object.namespaces).toEqual([]);
  });
});

describe('what is refused', () => {
  beforeAll(async () => {
    useEncryptionKeys(JSON.stringify({ primaryKey: 'k'.repeat(32) }));
    await given('action', 'hidden', { attributes: { name: 'x', secrets: { a: 1 } } });
  });

  it.each(['wigwags', 'action', '__proto__', 'toString'])('type %s', async (type) => {
    const answer = await resolve(type, 'hidden');
    expect(shown(answer)).toEqual(unsupported(type));
    expect(answer.headers.warning).toContain('299 ');
  });

  it('ids that nothing can be kept under', async () => {
    const id = 'i'.repeat(2_000);
    expect(shown(await resolve('lens', id))).toEqual(notFound(`lens/${id}`));
  });

  it('query keys are not looked at', async () => {
    await given('lens', 'queried');
    expect((await call('GET /api/saved_objects/resolve/lens/queried?foo=1')).status).toBe(200);
  });

  it('the version header is not looked at', async () => {
    await given('lens', 'versioned');
    expect((await resolve('lens', 'versioned', { headers: { 'elastic-api-version': 'x' } })).status).toBe(200);
  });

  it.each([
    ['feature_visualize_v2.read', 'visualization', 200],
    ['feature_dashboard_v2.read', 'visualization', 200],
    ['feature_dev_tools.read', 'config', 200],
    ['feature_dev_tools.read', 'visualization', 403],
    ['feature_visualize_v2.all', 'graph-workspace', 403],
  ])('%s reading %s: %d', async (privilege, type, status) => {
    const id = `for-${privilege}-${type}`;
    await given(type, id);
    const as = await givenUser(privilege, { kibana: [privilege] });
    const answer = await resolve(type, id, { as });
    expect(answer.status).toBe(status);
    if (status !== 403) return;
    expect(shown(answer)).toEqual(forbidden(`Unable to bulk_get ${type}`));
    expect(shown(await resolve(type, 'unknown', { as }))).toEqual(forbidden(`Unable to bulk_get ${type}`));
  });

  it('the type comes before the right to it', async () => {
    const as = await givenUser('nobody', { kibana: [] });
    expect(shown(await resolve('wigwags', 'x', { as }))).toEqual(unsupported('wigwags'));
    expect(shown(await resolve('lens', 'x', { as }))).toEqual(forbidden('Unable to bulk_get lens'));
    expect((await resolve('lens', 'x', { as: null })).status).toBe(401);
  });
});
