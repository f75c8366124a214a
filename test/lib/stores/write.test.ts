import { expect, it } from 'vitest';
import { PayloadTooLarge, WriteConflict } from '../../../lib/errors/errors.ts';
import type { Key } from '../../../lib/stores/keys.ts';
import { type Row, read } from '../../../lib/stores/read.ts';
import { type Write, write } from '../../../lib/stores/write.ts';
import { numbered, ownTables, partition, record } from './store.ts';

ownTables();

const table = 'Documents';
let tests = 0;
/** An address that no other test uses. */
const fresh = (): Key => ({ pk: `test ${tests++}`, sk: 'a' });

async function given(row: Row = {}): Promise<Key> {
  const address = fresh();
  await write({ table, put: { ...address, version: 5, name: 'old', ...row } });
  return address;
}

async function refusalOf(...writes: Write[]): Promise<WriteConflict> {
  const outcome = await write(...writes).then(
    () => 'it was written',
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(WriteConflict);
  return outcome as WriteConflict;
}

/** Each kind of write where it holds, and what stands at its address afterwards. */
const holding: [string, Row | undefined, (address: Key) => Write, Row | undefined][] = [
  ['create', undefined, (at) => ({ table, create: { ...at, name: 'new' } }), { name: 'new' }],
  ['put on nothing', undefined, (at) => ({ table, put: { ...at, name: 'new' } }), { name: 'new' }],
  ['put on a row', {}, (at) => ({ table, put: { ...at, name: 'new' } }), { name: 'new' }],
  ['replace', {}, (at) => ({ table, replace: { ...at, version: 6 } }), { version: 6 }],
  ['delete', {}, (at) => ({ table, delete: at }), undefined],
  ['delete of what is not there', undefined, (at) => ({ table, delete: at }), undefined],
  ['delete of a version', {}, (at) => ({ table, delete: at, version: 5 }), undefined],
  ['update', {}, (at) => ({ table, update: at, set: { name: 'new', size: 1 } }), { version: 5, name: 'new', size: 1 }],
  [
    'update that adds',
    {},
    (at) => ({ table, update: at, add: { version: 1, n: -2 } }),
    { version: 6, name: 'old', n: -2 },
  ],
  [
    'update of attributes with reserved names',
    { size: 1 },
    (at) => ({ table, update: at, set: { status: 's', 'a.b': 't', '': [] }, add: { size: 2, count: 3 } }),
    { version: 5, name: 'old', status: 's', 'a.b': 't', '': [], size: 3, count: 3 },
  ],
  ['update of nothing', {}, (at) => ({ table, update: at }), { version: 5, name: 'old' }],
  ['require', {}, (at) => ({ table, require: at }), { version: 5, name: 'old' }],
  [
    'require of values',
    { 'a.b': [1] },
    (at) => ({ table, require: at, equals: { version: 5, 'a.b': [1] } }),
    { version: 5, name: 'old', 'a.b': [1] },
  ],
  ['absent', undefined, (at) => ({ table, absent: at }), undefined],
];

/** Each kind of write where its condition fails, and whether there is a row in its way. */
const refused: [string, Row | undefined, (address: Key) => Write][] = [
  ['create on a row', {}, (at) => ({ table, create: { ...at, name: 'new' } })],
  ['replace of a later version', { version: 6 }, (at) => ({ table, replace: { ...at, version: 6 } })],
  ['replace of an earlier version', { version: 4 }, (at) => ({ table, replace: { ...at, version: 6 } })],
  ['replace of nothing', undefined, (at) => ({ table, replace: { ...at, version: 6 } })],
  ['delete of another version', {}, (at) => ({ table, delete: at, version: 4 })],
  ['delete of a version of nothing', undefined, (at) => ({ table, delete: at, version: 5 })],
  ['update of a missing row', undefined, (at) => ({ table, update: at, set: { name: 'new' } })],
  ['update that adds to a missing row', undefined, (at) => ({ table, update: at, add: { version: 1 } })],
  ['require of a missing row', undefined, (at) => ({ table, require: at })],
  ['require of another value', {}, (at) => ({ table, require: at, equals: { version: 5, name: 'new' } })],
  ['require of a value of another type', {}, (at) => ({ table, require: at, equals: { version: '5' } })],
  ['require of an attribute that is not there', {}, (at) => ({ table, require: at, equals: { none: 1 } })],
  ['absent where there is a row', {}, (at) => ({ table, absent: at })],
];

const start = async (row: Row | undefined) => (row === undefined ? fresh() : await given(row));
const contentAt = async (address: Key) => {
  const { pk, sk, writeId, ...content } = (await read(table, address)) ?? {};
  return pk === undefined ? undefined : content;
};

it.each(holding)('does alone: %s', async (_name, row, change, expected) => {
  const address = await start(row);
  await write(change(address));
  expect(await contentAt(address)).toEqual(expected);
});

it.each(holding)('does in a transaction: %s', async (_name, row, change, expected) => {
  const address = await start(row);
  const beside = fresh();
  await write({ table, create: beside }, change(address), { table: 'Security', put: fresh() });
  expect(await contentAt(address)).toEqual(expected);
  expect(await read(table, beside)).toBeDefined();
});

it.each(refused)('refuses alone: %s', async (_name, row, change) => {
  const address = await start(row);
  const before = await read(table, address);
  const { index, found } = await refusalOf(change(address));
  expect(index).toBe(0);
  expect(found).toEqual(before);
  expect(await read(table, address)).toEqual(before);
});

it.each(refused)('refuses in a transaction, which then does nothing: %s', async (_name, row, change) => {
  const address = await start(row);
  const before = await read(table, address);
  const [created, put, deleted] = [fresh(), fresh(), await given()];
  const { index, found } = await refusalOf({ table, create: created }, { table: 'Security', put }, change(address), {
    table,
    delete: deleted,
  });
  expect(index).toBe(2);
  expect(found).toEqual(before);
  expect(await read(table, address)).toEqual(before);
  expect(await read(table, created)).toBeUndefined();
  expect(await read('Security', put)).toBeUndefined();
  expect(await read(table, deleted)).toBeDefined();
});

it('names the first of several writes that are refused', async () => {
  const [there, gone] = [await given(), fresh()];
  const refusal = await refusalOf({ table, put: fresh() }, { table, require: gone }, { table, create: there });
  expect(refusal).toMatchObject({ index: 1, found: undefined, message: 'write 1 found no record' });
});

it('says that another version stands there', async () => {
  const refusal = await refusalOf({ table, create: await given() });
  expect(refusal.message).toBe('write 0 found another version of the record');
});

it('gives back the row in the way as it was written', async () => {
  const row = {
    bytes: new Uint8Array([0, 255]),
    list: [1, 'two', null, { three: true }],
    text: '\u0000 é 😀',
    empty: '',
  };
  const address = await given(row);
  expect((await refusalOf({ table, create: address })).found).toMatchObject(row);
  expect((await refusalOf({ table, create: address }, { table, put: fresh() })).found).toMatchObject(row);
});

it('does nothing when there is nothing to write', async () => {
  const sent = record();
  await write();
  expect(sent).toEqual([]);
});

it('sends one write as a plain request, several as a transaction', async () => {
  const sent = record();
  const address = fresh();
  await write({ table, put: address });
  await write({ table, update: address, set: { name: 'new' } });
  await write({ table, delete: address });
  await write({ table, create: address }, { table, absent: fresh() });
  expect(sent.map(({ name }) => name)).toEqual([
    'PutCommand',
    'UpdateCommand',
    'DeleteCommand',
    'TransactWriteCommand',
  ]);
});

it('marks every row it writes with the same new id, row by row', async () => {
  const [created, put, replaced, updated] = [fresh(), fresh(), await given(), await given()];
  const before = (await read(table, updated))?.writeId;
  await write(
    { table, create: { ...created, writeId: 'of the caller' } },
    { table, put },
    { table, replace: { ...replaced, version: 6 } },
    { table, update: updated, set: { writeId: 'of the caller' } },
  );
  const found = await Promise.all([created, put, replaced, updated].map((address) => read(table, address)));
  const [writeId, ...others] = new Set(found.map((row) => row?.writeId));
  expect(others).toEqual([]);
  expect(writeId).toMatch(/^[0-9a-f-]{36}$/);
  expect(writeId).not.toBe(before);
});

it('leaves out attributes that are undefined', async () => {
  const address = fresh();
  await write({ table, create: { ...address, name: undefined, inner: { name: undefined } } });
  expect(await contentAt(address)).toEqual({ inner: {} });
});

it('writes 100 rows at once, or none of them', async () => {
  const rows = Array.from({ length: 100 }, (_, index) => ({ pk: 'hundred', sk: numbered(index) }));
  const creations = rows.map((create): Write => ({ table, create }));
  await write({ table, create: { pk: 'hundred', sk: numbered(99), name: 'in the way' } });
  expect(await refusalOf(...creations)).toMatchObject({ index: 99, found: { name: 'in the way' } });
  expect(await partition(table, 'hundred')).toHaveLength(1);
  await write({ table, delete: { pk: 'hundred', sk: numbered(99) } });
  await write(...creations);
  expect(await partition(table, 'hundred')).toMatchObject(rows);
});

it('refuses more than a transaction takes, and writes nothing of it', async () => {
  const creations = Array.from(
    { length: 101 },
    (_, index): Write => ({ table, create: { pk: 'more', sk: numbered(index) } }),
  );
  await expect(write(...creations)).rejects.toThrow();
  expect(await partition(table, 'more')).toEqual([]);
});

it('refuses several writes of one row', async () => {
  const address = await given();
  await expect(write({ table, put: address }, { table, delete: address })).rejects.toThrow(
    /multiple operations on one item/,
  );
  expect(await read(table, address)).toMatchObject({ name: 'old' });
});

const tooLarge = { text: 'x'.repeat(410_000) };
it.each<[string, (address: Key) => Write[]]>([
  ['a row of its own', (at) => [{ table, put: { ...at, ...tooLarge } }]],
  [
    'a row in a transaction',
    (at) => [
      { table, put: fresh() },
      { table, put: { ...at, ...tooLarge } },
    ],
  ],
  ['a row that grows', (at) => [{ table, update: at, set: tooLarge }]],
  [
    'a row that grows in a transaction',
    (at) => [
      { table, put: fresh() },
      { table, update: at, set: tooLarge },
    ],
  ],
])('answers 413 for %s beyond 400 KB', async (_name, writes) => {
  const address = await given();
  const refusal = await write(...writes(address)).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(PayloadTooLarge);
  expect(await contentAt(address)).toEqual({ version: 5, name: 'old' });
});

it('answers 413 for a row that grows beyond 400 KB by adding to what is there', async () => {
  const address = await given({ text: 'x'.repeat(300_000) });
  const growth = { more: 'x'.repeat(150_000) };
  await expect(write({ table, update: address, set: growth })).rejects.toBeInstanceOf(PayloadTooLarge);
  const writes: Write[] = [
    { table, put: fresh() },
    { table, update: address, set: growth },
  ];
  await expect(write(...writes)).rejects.toBeInstanceOf(PayloadTooLarge);
});

it('answers 413 for a transaction beyond 4 MB', async () => {
  const rows = Array.from({ length: 12 }, (): Write => ({ table, put: { ...fresh(), text: 'x'.repeat(390_000) } }));
  await expect(write(...rows)).rejects.toBeInstanceOf(PayloadTooLarge);
});
