import { beforeAll, expect, it } from 'vitest';
import { putRows } from '../../../lib/stores/bulk.ts';
import {
  countRows,
  type Page,
  type Row,
  read,
  readMany,
  readPage,
  rows,
  rowsInTurn,
  type Selection,
} from '../../../lib/stores/read.ts';
import { tableName } from '../../../lib/stores/tables.ts';
import { collect, intercept, jitter, numbered, ownTables, record, slowly } from './store.ts';

ownTables();

const table = 'Documents';
const idsOf = (found: Iterable<Row | undefined>) => Array.from(found, (row) => row?.sk);
const ids = async (selection: Selection) => idsOf(await collect(rows(selection)));
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => numbered(from + index));

/** 250 rows of 10 KB (three pages), and five with prefixes. */
beforeAll(async () => {
  const filler = 'x'.repeat(10_000);
  await putRows(table, slowly(numbers(0, 250).map((sk, number) => ({ pk: 'long', sk, number, filler }))));
  await putRows(
    table,
    slowly(['a#1', 'a#2', 'a$', 'b#1', 'b#2'].map((sk) => ({ pk: 'short', sk, name: sk, size: 1 }))),
  );
});

it('reads one row, or nothing', async () => {
  expect(await read(table, { pk: 'short', sk: 'a#1' })).toEqual({ pk: 'short', sk: 'a#1', name: 'a#1', size: 1 });
  expect(await read(table, { pk: 'short', sk: 'a' })).toBeUndefined();
  expect(await read(table, { pk: 'none', sk: 'a#1' })).toBeUndefined();
});

it('takes only the address from what it is given as key', async () => {
  const row = { pk: 'short', sk: 'b#1', other: 'attribute' };
  expect(await read(table, row)).toMatchObject({ name: 'b#1' });
  expect(idsOf(await readMany(table, [row]))).toEqual(['b#1']);
});

it('asks for what stands now in every kind of read', async () => {
  const sent = record();
  await read(table, { pk: 'short', sk: 'a#1' });
  await readMany(table, [{ pk: 'short', sk: 'a#1' }]);
  await collect(rows({ table, pk: 'short' }));
  await countRows({ table, pk: 'short' });
  const consistent = sent.map(
    ({ input }) => input.RequestItems?.[tableName(table)].ConsistentRead ?? input.ConsistentRead,
  );
  expect(consistent).toEqual([true, true, true, true]);
});

it('reads a partition in key order over all its pages', async () => {
  const sent = record();
  expect(await ids({ table, pk: 'long' })).toEqual(numbers(0, 250));
  expect(sent.length).toBeGreaterThanOrEqual(3);
});

it('reads a partition backwards over all its pages', async () => {
  expect(await ids({ table, pk: 'long', descending: true })).toEqual(numbers(0, 250).reverse());
});

it.each([
  [{}, ['a#1', 'a#2', 'a$', 'b#1', 'b#2']],
  [{ descending: true }, ['b#2', 'b#1', 'a$', 'a#2', 'a#1']],
  [{ prefix: 'a#' }, ['a#1', 'a#2']],
  [{ prefix: 'a#', descending: true }, ['a#2', 'a#1']],
  [{ prefix: 'a#1' }, ['a#1']],
  [{ prefix: 'c' }, []],
  [{ after: 'a#2' }, ['a$', 'b#1', 'b#2']],
  [{ after: 'a#3' }, ['a$', 'b#1', 'b#2']],
  [{ after: 'b#2' }, []],
  [{ after: 'a$', descending: true }, ['a#2', 'a#1']],
  [{ after: 'a#1', descending: true }, []],
  [{ limit: 2 }, ['a#1', 'a#2', 'a$', 'b#1', 'b#2']],
])('selects %j', async (part, expected) => {
  expect(await ids({ table, pk: 'short', ...part })).toEqual(expected);
  expect(await countRows({ table, pk: 'short', ...part })).toBe(expected.length);
});

it('goes on after a key that has been deleted or never was', async () => {
  expect(await ids({ table, pk: 'long', after: '0247x' })).toEqual(['0248', '0249']);
});

it('begins after the last key of a page with the same prefix', async () => {
  expect(await ids({ table, pk: 'short', prefix: 'a', after: 'a#1' })).toEqual(['a#2', 'a$']);
});

it('reads a page of the size asked for and continues where it ended', async () => {
  const pages: Page[] = [await readPage({ table, pk: 'short', limit: 2 })];
  for (let page = pages[0]; page?.next; pages.push(page))
    page = await readPage({ table, pk: 'short', limit: 2 }, page.next);
  expect(pages.map(({ rows }) => idsOf(rows)).filter(({ length }) => length > 0)).toEqual([
    ['a#1', 'a#2'],
    ['a$', 'b#1'],
    ['b#2'],
  ]);
});

it('brings only the attributes asked for, whatever they are called', async () => {
  expect(await collect(rows({ table, pk: 'short', prefix: 'a$', fields: ['name', 'size', 'none'] }))).toEqual([
    { name: 'a$', size: 1 },
  ]);
  expect(await collect(rows({ table, pk: 'short', prefix: 'a$', fields: ['sk', 'pk'] }))).toEqual([
    { pk: 'short', sk: 'a$' },
  ]);
});

it('counts rows over all pages', async () => {
  const sent = record();
  expect(await countRows({ table, pk: 'long' })).toBe(250);
  expect(await countRows({ table, pk: 'none' })).toBe(0);
  expect(sent.length).toBeGreaterThanOrEqual(4);
});

it('counts a selection that names attributes', async () => {
  expect(await countRows({ table, pk: 'short', fields: ['sk'] })).toBe(5);
});

it('asks for the next page while the caller works on this one, and not for more', async () => {
  const sent = record();
  const reader = rows({ table, pk: 'long', limit: 10 });
  await reader.next();
  expect(sent).toHaveLength(2);
  for (let read = 1; read < 10; read++) await reader.next();
  expect(sent).toHaveLength(2);
  await reader.next();
  expect(sent).toHaveLength(3);
  await reader.return(undefined);
  expect(sent).toHaveLength(3);
});

it('reports a page that fails where its rows would come, and not to a caller that stopped before', async () => {
  intercept((sent, send) => (sent.input.ExclusiveStartKey ? Promise.reject(new Error('second page')) : send()));
  const stopped = rows({ table, pk: 'short', limit: 3 });
  expect(await stopped.next()).toMatchObject({ value: { sk: 'a#1' } });
  await stopped.return(undefined);
  const seen: Row[] = [];
  const readAll = async () => {
    for await (const row of rows({ table, pk: 'short', limit: 3 })) seen.push(row);
  };
  await expect(readAll()).rejects.toThrow('second page');
  expect(idsOf(seen)).toEqual(['a#1', 'a#2', 'a$']);
});

const partitions = ['long', 'none', 'short', 'none', 'none', 'short', 'long', 'short'];

it('reads partitions in turn', async () => {
  const all = await collect(rowsInTurn(partitions.map((pk) => ({ table, pk, fields: ['pk', 'sk'] }))));
  const rowsOf = (pk: string) => all.filter((row) => row.pk === pk);
  expect(rowsOf('long')).toHaveLength(500);
  const order = all.map(({ pk }) => pk).filter((pk, index, every) => pk !== every[index - 1]);
  expect(order).toEqual(['long', 'short', 'long', 'short']);
  expect(idsOf(all.slice(0, 250))).toEqual(numbers(0, 250));
  expect(await collect(rowsInTurn([]))).toEqual([]);
});

it('looks a few partitions ahead, not over all of them', async () => {
  const sent = record();
  const reader = rowsInTurn(Array.from({ length: 12 }, () => ({ table, pk: 'short' })));
  await reader.next();
  expect(sent).toHaveLength(5);
  await reader.return(undefined);
  expect(sent).toHaveLength(5);
});

it('reports a partition that fails in its turn', async () => {
  intercept((sent, send) =>
    sent.input.ExpressionAttributeValues[':pk'] === 'none' ? Promise.reject(new Error('second partition')) : send(),
  );
  const seen: Row[] = [];
  const readAll = async () => {
    for await (const row of rowsInTurn(['short', 'none', 'short'].map((pk) => ({ table, pk })))) seen.push(row);
  };
  await expect(readAll()).rejects.toThrow('second partition');
  expect(seen).toHaveLength(5);
});

const agents = Array.from({ length: 30 }, (_, index) => ({
  pk: 'agents#0',
  sk: numbered(29 - index),
  ...(index % 3 > 0 && { enrolled_at: `2026-01-${String(index + 1).padStart(2, '0')}` }),
}));
const enrolled = agents.filter((agent) => agent.enrolled_at !== undefined).map(({ sk }) => sk);

it('reads a sparse local index in its own order, with the newest write in it', async () => {
  await putRows('Fleet', slowly(agents));
  const index = { name: 'enrolled_at' };
  expect(await ids({ table: 'Fleet', pk: 'agents#0', index })).toEqual(enrolled);
  expect(await ids({ table: 'Fleet', pk: 'agents#0', index, descending: true, limit: 7 })).toEqual(
    enrolled.toReversed(),
  );
  expect(await countRows({ table: 'Fleet', pk: 'agents#0', index })).toBe(20);
  const since = { ...index, from: '2026-01-20' };
  expect(await ids({ table: 'Fleet', pk: 'agents#0', index: since, fields: ['sk'] })).toEqual(
    agents.slice(19).flatMap(({ sk, enrolled_at }) => (enrolled_at === undefined ? [] : [sk])),
  );
  const first = await readPage({ table: 'Fleet', pk: 'agents#0', index, limit: 5 });
  const second = await readPage({ table: 'Fleet', pk: 'agents#0', index, limit: 5 }, first.next);
  expect(idsOf([...first.rows, ...second.rows])).toEqual(enrolled.slice(0, 10));
});

const keysOf = (sks: string[]) => sks.map((sk) => ({ pk: 'long', sk }));

it('reads many rows in the order of the keys, with gaps and repetitions', async () => {
  const wanted = ['0003', 'none', '0001', '0003', '0002', 'none'];
  expect(idsOf(await readMany(table, keysOf(wanted)))).toEqual(['0003', undefined, '0001', '0003', '0002', undefined]);
  expect(await readMany(table, [])).toEqual([]);
});

it('tells keys apart that look alike when joined', async () => {
  await putRows(
    table,
    slowly([
      { pk: 'a#b', sk: 'c', number: 1 },
      { pk: 'a', sk: 'b#c', number: 2 },
    ]),
  );
  const found = await readMany(table, [
    { pk: 'a', sk: 'b#c' },
    { pk: 'a#b', sk: 'c' },
  ]);
  expect(found.map((row) => row?.number)).toEqual([2, 1]);
});

it('reads more rows than one request takes', async () => {
  const sent = record();
  const wanted = [...numbers(0, 250), ...numbers(100, 200)].reverse();
  expect(idsOf(await readMany(table, keysOf(wanted)))).toEqual(wanted);
  const sizes = sent.map(({ input }) => input.RequestItems[tableName(table)].Keys.length);
  expect(Math.max(...sizes)).toBe(100);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(250);
});

/** Answers only every second key of a BatchGetItem, at most `times`. */
function leavingHalf(times: number) {
  return intercept(async (sent, send) => {
    const name = tableName(table);
    const { Keys, ...options } = sent.input.RequestItems[name];
    if (times-- <= 0 || Keys.length < 2) return send();
    const left = Keys.filter((_key: unknown, index: number) => index % 2 === 1);
    sent.input.RequestItems[name].Keys = Keys.filter((_key: unknown, index: number) => index % 2 === 0);
    return { ...(await send()), UnprocessedKeys: { [name]: { ...options, Keys: left } } };
  });
}

it('asks again for keys that stayed unprocessed', async () => {
  const sent = leavingHalf(3);
  const wanted = [...numbers(0, 20), 'none'];
  expect(idsOf(await readMany(table, keysOf(wanted)))).toEqual([...numbers(0, 20), undefined]);
  expect(sent).toHaveLength(4);
});

it('gives up on keys that stay unprocessed, after eight attempts', async () => {
  jitter(0);
  const sent = intercept(async ({ input }) => ({ Responses: {}, UnprocessedKeys: input.RequestItems }));
  await expect(readMany(table, keysOf(['0001', '0002']))).rejects.toThrow('2 keys stayed unprocessed after 8 attempts');
  expect(sent).toHaveLength(8);
});
