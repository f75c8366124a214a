import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WriteConflict } from '../../../lib/errors/errors.ts';
import { useEncryptionKeys } from '../../../lib/stores/encryption-keys.ts';
import type { Row } from '../../../lib/stores/read.ts';
import { type NamespaceKind, registerType } from '../../../lib/stores/saved-object-types.ts';
import {
  type Actor,
  allObjects,
  createObject,
  deleteObject,
  findObject,
  findObjects,
  getDecrypted,
  getObject,
  listObjects,
  type NewObject,
  standingOf,
  updateObject,
} from '../../../lib/stores/saved-objects.ts';
import { encodeVersion } from '../../../lib/stores/versions.ts';
import { collect, intercept, numbered, ownTables, partition, record } from './store.ts';

ownTables();

const kinds = ['single', 'multiple-isolated', 'multiple', 'agnostic'] as const;
const typeOf = (kind: NamespaceKind) => `kind-${kind}`;
const keys = (primary: string, ...former: string[]) =>
  useEncryptionKeys(
    JSON.stringify({ primaryKey: primary.repeat(32), decryptionOnlyKeys: former.map((key) => key.repeat(32)) }),
  );

beforeAll(() => {
  for (const namespaces of kinds) {
    registerType(typeOf(namespaces), {
      namespaces,
      migrationVersion: '1.2.3',
      encrypted: ['secret'],
      bound: ['url'],
      summary: ({ title }) => ({ title }),
    });
  }
});
beforeEach(() => keys('a'));

let tests = 0;
let id = '';
beforeEach(() => {
  id = `object ${tests++}`;
});

const at = (space: string, second = 0): Actor => ({ space, now: new Date(1_700_000_000_000 + second * 1_000) });
const create = (kind: NamespaceKind, space = 'a', more: Partial<NewObject> = {}) =>
  createObject(
    { type: typeOf(kind), id, attributes: { title: 'T', url: '/', secret: { key: 1 } }, ...more },
    at(space),
  );
const where = (kind: NamespaceKind, space = 'a') => ({ type: typeOf(kind), id, space });
const seen = async (kind: NamespaceKind, space: string) => (await findObject(where(kind, space))) !== undefined;

/** No row may be left anywhere of an object that is gone. */
async function rowsLeft(kind: NamespaceKind): Promise<Row[]> {
  const type = typeOf(kind);
  const partitions = [
    `object:${type}#${id}`,
    `encrypted:${type}`,
    ...['a', 'b', 'c', '*'].map((space) => `${space}#${type}`),
  ];
  const rows = (await Promise.all(partitions.map((pk) => partition('SavedObjects', pk)))).flat();
  return rows.filter(({ pk, sk }) => `${String(pk)} ${String(sk)}`.includes(id));
}

describe('create', () => {
  it.each(kinds)('answers and keeps everything but the secrets: %s', async (kind) => {
    const references = [{ name: 'n', type: 't', id: 'i' }];
    const object = await createObject(
      { type: typeOf(kind), id, attributes: { title: 'T', secret: 's' }, references, originId: 'o', managed: true },
      { ...at('a'), profileUid: 'u_1' },
    );
    expect(object).toEqual({
      id,
      type: typeOf(kind),
      namespaces: kind === 'agnostic' ? [] : ['a'],
      version: 1_700_000_000,
      attributes: { title: 'T' },
      references,
      created_at: '2023-11-14T22:13:20.000Z',
      updated_at: '2023-11-14T22:13:20.000Z',
      created_by: 'u_1',
      updated_by: 'u_1',
      managed: true,
      originId: 'o',
      coreMigrationVersion: '8.8.0',
      typeMigrationVersion: '1.2.3',
    });
    expect(await getObject(where(kind))).toEqual(object);
    expect((await getDecrypted(where(kind))).attributes).toEqual({ title: 'T', secret: 's' });
    expect(JSON.stringify(await rowsLeft(kind))).not.toContain('"s"');
  });

  it.each([
    ['single', true],
    ['multiple-isolated', false],
    ['multiple', false],
    ['agnostic', false],
  ] as const)('of the same id in another space, %s: %s', async (kind, possible) => {
    await create(kind, 'a');
    await expect(create(kind, 'a')).rejects.toThrow(`Saved object [${typeOf(kind)}/${id}] conflict`);
    const again = create(kind, 'b');
    if (possible) expect((await again).namespaces).toEqual(['b']);
    else await expect(again).rejects.toMatchObject({ status: 409 });
  });

  it.each([
    ['single', [true, false]],
    ['multiple-isolated', [true, false]],
    ['multiple', [true, false]],
    ['agnostic', [true, true]],
  ] as const)('is seen in its space, %s: %j', async (kind, expected) => {
    await create(kind, 'a');
    expect([await seen(kind, 'a'), await seen(kind, 'b')]).toEqual(expected);
  });

  it('shares objects with several spaces, or all', async () => {
    await create('multiple', 'a', { namespaces: ['b', 'c', 'b'] });
    expect([await seen('multiple', 'a'), await seen('multiple', 'b'), await seen('multiple', 'c')]).toEqual([
      false,
      true,
      true,
    ]);
    id = `${id} of all`;
    await create('multiple', 'a', { namespaces: ['*'] });
    expect(await seen('multiple', 'z')).toBe(true);
  });

  it.each<[NamespaceKind, string[]]>([
    ['single', ['a', 'b']],
    ['single', ['*']],
    ['multiple-isolated', ['*']],
    ['multiple-isolated', []],
    ['multiple', []],
    ['multiple', ['a#dashboard']],
    ['single', ['']],
  ])('refuses %s in %j', async (kind, namespaces) => {
    await expect(create(kind, 'a', { namespaces })).rejects.toMatchObject({ status: 400 });
    expect(await rowsLeft(kind)).toEqual([]);
  });

  it('refuses unknown types', async () => {
    const unknown = { type: 'wigwags', id, space: 'a' };
    const message = "Unsupported saved object type: 'wigwags': Bad Request";
    await expect(createObject({ ...unknown, attributes: {} }, at('a'))).rejects.toThrow(message);
    await expect(getObject(unknown)).rejects.toThrow(message);
  });

  it('keeps an id that looks like a key from others', async () => {
    id = 'x#object';
    await create('multiple-isolated');
    expect(await findObject({ ...where('multiple-isolated'), id: 'x' })).toBeUndefined();
  });

  it('does other writes in the same transaction, and says when they did not go', async () => {
    const other = { pk: `beside ${id}`, sk: 'x' };
    const together = { with: [{ table: 'SavedObjects' as const, create: other }] };
    const request = { type: typeOf('single'), id, attributes: {} };
    await createObject(request, at('a'), together);
    expect(await partition('SavedObjects', other.pk)).toHaveLength(1);
    await expect(createObject({ ...request, id: `${id} 2` }, at('a'), together)).rejects.toBeInstanceOf(WriteConflict);
    expect(await findObject({ ...where('single'), id: `${id} 2` })).toBeUndefined();
  });

  it.each(kinds)('makes the same id anew after a deletion, with a later version: %s', async (kind) => {
    const first = await create(kind);
    await deleteObject(where(kind));
    const again = await createObject({ type: typeOf(kind), id, attributes: {} }, at('a', 5));
    expect(again.version).toBeGreaterThan(first.version);
  });
});

describe('overwrite', () => {
  it.each(kinds)('replaces all but spaces, origin and the count of versions: %s', async (kind) => {
    const was = await create(kind, 'a', { originId: 'origin', references: [{ name: 'n', type: 't', id: 'i' }] });
    const request = { type: typeOf(kind), id, attributes: { title: 'New' } };
    const now = await createObject(request, at('a', 9), { overwrite: true });
    expect(now).toMatchObject({
      attributes: { title: 'New' },
      references: [],
      originId: 'origin',
      namespaces: was.namespaces,
    });
    expect(now.version).toBe(was.version + 1);
    expect((await getDecrypted(where(kind))).attributes, 'the secret is gone with the rest').toEqual({ title: 'New' });
    expect((await createObject({ ...request, originId: 'other' }, at('a', 9), { overwrite: true })).originId).toBe(
      'other',
    );
  });

  it('creates what is not there', async () => {
    expect((await createObject({ type: typeOf('single'), id, attributes: {} }, at('a'), { overwrite: true })).id).toBe(
      id,
    );
  });

  it('keeps an object in all its spaces', async () => {
    await create('multiple', 'a', { namespaces: ['a', 'b'] });
    const request = { type: typeOf('multiple'), id, attributes: { title: 'New' } };
    expect((await createObject(request, at('b'), { overwrite: true })).namespaces).toEqual(['a', 'b']);
    for (const space of ['a', 'b']) {
      const listed = await collect(listObjects(typeOf('multiple'), space));
      expect(listed.find((object) => object.id === id)?.attributes).toEqual({ title: 'New' });
    }
  });

  it('does not reach an object of another space', async () => {
    await create('multiple-isolated', 'b');
    await expect(
      createObject({ type: typeOf('multiple-isolated'), id, attributes: {} }, at('a'), { overwrite: true }),
    ).rejects.toMatchObject({ status: 409 });
  });

  it('tries again when others write', async () => {
    await create('single');
    let met = 0;
    intercept(async (sent, send) => {
      if (sent.name === 'TransactWriteCommand' && met++ === 0) {
        await updateObject(where('single'), () => ({ attributes: { title: 'Other' } }), at('a'));
      }
      return send();
    });
    await createObject({ type: typeOf('single'), id, attributes: { title: 'Mine' } }, at('a'), { overwrite: true });
    expect((await getObject(where('single'))).attributes).toEqual({ title: 'Mine' });
  });
});

describe('update', () => {
  it.each(kinds)('changes what it is given: %s', async (kind) => {
    const was = await create(kind);
    const change = ({ attributes }: { attributes: object }) => ({ attributes: { ...attributes, title: 'New' } });
    const now = await updateObject(where(kind), change, { ...at('a', 7), profileUid: 'u_2' });
    expect(now).toEqual({
      ...was,
      attributes: { title: 'New', url: '/' },
      updated_at: '2023-11-14T22:13:27.000Z',
      updated_by: 'u_2',
      version: was.version + 1,
    });
    expect(await getObject(where(kind))).toEqual(now);
    expect((await getDecrypted(where(kind))).attributes.secret).toEqual({ key: 1 });
  });

  it('loses none of many changes at the same time', async () => {
    await create('single', 'a', { attributes: { count: 0 } });
    const add = () =>
      updateObject(
        where('single'),
        ({ attributes }) => ({ attributes: { ...attributes, count: Number(attributes.count) + 1 } }),
        at('a'),
      );
    await Promise.all(Array.from({ length: 10 }, add));
    expect((await getObject(where('single'))).attributes.count).toBe(10);
  });

  it('is a conflict when others keep writing', async () => {
    await create('single');
    let writes = 0;
    intercept(async (sent, send) => {
      if (sent.name === 'TransactWriteCommand' && writes++ % 2 === 0) {
        await updateObject(where('single'), () => ({ attributes: {} }), at('a'));
      }
      return send();
    });
    await expect(updateObject(where('single'), () => ({}), at('a'))).rejects.toMatchObject({ status: 409 });
  });

  it('is a conflict for a version that no longer stands', async () => {
    const { version } = await create('single');
    const change = () => ({ attributes: { x: 1 } });
    const options = { version: encodeVersion(version) };
    expect((await updateObject(where('single'), change, at('a'), options)).version).toBe(version + 1);
    await expect(updateObject(where('single'), change, at('a'), options)).rejects.toMatchObject({ status: 409 });
  });

  it('of what the space does not see is a 404', async () => {
    await create('multiple-isolated', 'b');
    await expect(updateObject(where('multiple-isolated', 'a'), () => ({}), at('a'))).rejects.toMatchObject({
      status: 404,
    });
  });

  it('binds the secret to the new address', async () => {
    await create('single');
    await updateObject(where('single'), ({ attributes }) => ({ attributes: { ...attributes, url: '/new' } }), at('a'));
    expect((await getDecrypted(where('single'))).attributes).toMatchObject({ url: '/new', secret: { key: 1 } });
  });

  it('needs a secret anew when no key opens the old one', async () => {
    await create('single');
    keys('z');
    await expect(getDecrypted(where('single'))).rejects.toThrow('not configured');
    const rename = ({ attributes }: { attributes: object }) => ({ attributes: { ...attributes, title: 'New' } });
    await expect(updateObject(where('single'), rename, at('a'))).rejects.toThrow('not configured');
    expect((await getObject(where('single'))).attributes.title).toBe('T');
    await updateObject(where('single'), () => ({ attributes: { secret: 'new' } }), at('a'));
    expect((await getDecrypted(where('single'))).attributes).toEqual({ secret: 'new' });
  });
});

describe('delete', () => {
  it.each(kinds)('leaves nothing: %s', async (kind) => {
    const noise = Array.from({ length: 60_000 }, () => Math.random().toString(36)).join('');
    await create(kind, 'a', { attributes: { noise, secret: 's' } });
    const sent = record();
    await deleteObject(where(kind));
    const deleted = sent.flatMap(({ input }) => input.TransactItems ?? []).filter((item) => item.Delete !== undefined);
    expect(deleted.length, 'its parts, too').toBeGreaterThan(3);
    expect(await rowsLeft(kind)).toEqual([]);
    await expect(deleteObject(where(kind))).rejects.toMatchObject({ status: 404 });
  });

  it('of an object of several spaces must be forced', async () => {
    await create('multiple', 'a', { namespaces: ['a', 'b'] });
    await expect(deleteObject(where('multiple'))).rejects.toThrow('exists in multiple namespaces');
    await deleteObject(where('multiple'), { force: true });
    expect(await rowsLeft('multiple')).toEqual([]);
    id = `${id} of all`;
    await create('multiple', 'a', { namespaces: ['*'] });
    await expect(deleteObject(where('multiple'))).rejects.toMatchObject({ status: 400 });
  });

  it('of what the space does not see is a 404', async () => {
    await create('multiple-isolated', 'b');
    await expect(deleteObject(where('multiple-isolated', 'a'))).rejects.toMatchObject({ status: 404 });
    expect(await seen('multiple-isolated', 'b')).toBe(true);
  });

  it('succeeds while somebody writes', async () => {
    await create('single');
    let met = 0;
    intercept(async (sent, send) => {
      if (sent.name === 'TransactWriteCommand' && met++ === 0) {
        await updateObject(where('single'), () => ({ attributes: {} }), at('a'));
      }
      return send();
    });
    await deleteObject(where('single'));
    expect(await rowsLeft('single')).toEqual([]);
  });
});

describe('read many', () => {
  it('gives them in order, and nothing for what is not seen', async () => {
    await create('single');
    const other = `${id} of b`;
    await createObject({ type: typeOf('multiple'), id: other, attributes: {} }, at('b'));
    const wanted = [
      { type: typeOf('multiple'), id: other },
      { type: 'wigwags', id },
      { type: typeOf('single'), id: '' },
      { type: typeOf('single'), id: 'i'.repeat(5_000) },
      { type: typeOf('single'), id: 'half \ud800' },
      { type: typeOf('single'), id },
    ];
    const found = await findObjects('a', wanted);
    expect(found.map((object) => object?.id)).toEqual([...Array(5).fill(undefined), id]);
    expect(await standingOf('a', wanted)).toEqual(['elsewhere', 'absent', 'absent', 'absent', 'absent', 'here']);
  });

  it('is right for more than one request takes', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `${id} ${numbered(index)}`);
    for (const each of ids) await createObject({ type: typeOf('single'), id: each, attributes: {} }, at('a'));
    const found = await findObjects(
      'a',
      ids.map((each) => ({ type: typeOf('single'), id: each })),
    );
    expect(found.map((object) => object?.id)).toEqual(ids);
  });

  it('reads a large object again when its parts are replaced meanwhile', async () => {
    const noise = () => Array.from({ length: 60_000 }, () => Math.random().toString(36)).join('');
    await create('single', 'a', { attributes: { noise: noise() } });
    const last = noise();
    let met = 0;
    intercept(async (sent, send) => {
      if (sent.name === 'BatchGetCommand' && met++ === 0) {
        await updateObject(where('single'), () => ({ attributes: { noise: last } }), at('a'));
      }
      return send();
    });
    expect((await getObject(where('single'))).attributes.noise).toBe(last);
  });
});

describe('lists', () => {
  it.each(['multiple-isolated', 'multiple'] as const)('of %s read narrow rows', async (kind) => {
    registerType(`listed-${kind}`, { namespaces: kind, summary: ({ title }) => ({ title }) });
    const type = `listed-${kind}`;
    const long = 'x'.repeat(200_000);
    for (const each of ['c', 'a', 'b'])
      await createObject({ type, id: each, attributes: { title: each, long } }, at('s'));
    const sent = record();
    const listed = await collect(listObjects(type, 's'));
    expect(listed.map((object) => object.id)).toEqual(['a', 'b', 'c']);
    expect(listed[0]).toEqual({ ...(await getObject({ type, id: 'a', space: 's' })), attributes: { title: 'a' } });
    expect(sent.filter(({ name }) => name === 'QueryCommand')).toHaveLength(2);
    expect((await collect(allObjects(type, 's'))).map(({ attributes }) => attributes.long)).toEqual([long, long, long]);
    expect(await collect(listObjects(type, 'elsewhere'))).toEqual([]);
  });

  it.each(['single', 'agnostic'] as const)('of %s give whole objects', async (kind) => {
    registerType(`listed-${kind}`, { namespaces: kind });
    const object = await createObject({ type: `listed-${kind}`, id, attributes: { x: { y: 1 } } }, at('s'));
    expect(await collect(listObjects(`listed-${kind}`, 's'))).toEqual([object]);
    expect(await collect(allObjects(`listed-${kind}`, 's'))).toEqual([object]);
    expect(await collect(listObjects(`listed-${kind}`, 'other'))).toEqual(kind === 'agnostic' ? [object] : []);
  });

  it('bring what is too large for a narrow row from the object', async () => {
    registerType('listed-large', { namespaces: 'multiple', summary: ({ title }) => ({ title }) });
    const title = 'T'.repeat(400_000);
    await createObject({ type: 'listed-large', id, attributes: { title, more: 1 } }, at('s'));
    const [listed] = await collect(listObjects('listed-large', 's'));
    expect(listed?.attributes).toEqual({ title });
  });
});

it('keeps free-form content as it is', async () => {
  const attributes = {
    big: 2 ** 60,
    tiny: 5e-324,
    '': null,
    deep: JSON.parse('['.repeat(100) + ']'.repeat(100)),
    half: '\ud800',
  };
  await create('single', 'a', { attributes: JSON.parse(JSON.stringify({ ...attributes, 'a.b': [undefined, 1] })) });
  expect((await getObject(where('single'))).attributes).toEqual({ ...attributes, 'a.b': [null, 1] });
});
