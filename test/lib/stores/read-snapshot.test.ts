import { expect, it } from 'vitest';
import { putRows } from '../../../lib/stores/bulk.ts';
import { readSnapshot } from '../../../lib/stores/read.ts';
import { write } from '../../../lib/stores/write.ts';
import { cancelled, failFirst, jitter, numbered, ownTables, record, serviceError, slowly } from './store.ts';

ownTables();

const table = 'Documents';
const addresses = (pk: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ pk, sk: numbered(index) }));

it('reads up to 100 rows in the order of the keys, with gaps', async () => {
  const keys = addresses('many', 100);
  await putRows(table, slowly(keys.filter((_key, index) => index % 10 !== 3)));
  const sent = record();
  const found = await readSnapshot(table, keys.toReversed());
  expect(found.map((row) => row?.sk)).toEqual(
    keys.map(({ sk }, index) => (index % 10 === 3 ? undefined : sk)).toReversed(),
  );
  expect(sent.map(({ name }) => name)).toEqual(['TransactGetCommand']);
});

it('reads again when a transaction stood in the way', async () => {
  await write({ table, put: { pk: 'conflict', sk: 'a' } });
  const sent = failFirst('TransactGetCommand', 3, () => cancelled('TransactionConflict'));
  expect(await readSnapshot(table, [{ pk: 'conflict', sk: 'a' }])).toMatchObject([{ sk: 'a' }]);
  expect(sent).toHaveLength(4);
});

it('gives up when transactions always stand in the way', async () => {
  jitter(0);
  const sent = failFirst('TransactGetCommand', 1_000, () => cancelled('TransactionConflict'));
  await expect(readSnapshot(table, [{ pk: 'conflict', sk: 'a' }])).rejects.toThrow('Transaction cancelled');
  expect(sent.length).toBeGreaterThanOrEqual(8);
  expect(sent.length).toBeLessThan(20);
});

it('hands on every other error at once', async () => {
  const sent = failFirst('TransactGetCommand', 1, () => serviceError('AccessDeniedException', 'not allowed'));
  await expect(readSnapshot(table, [{ pk: 'conflict', sk: 'a' }])).rejects.toThrow('not allowed');
  expect(sent).toHaveLength(1);
});

it('never sees half a transaction', async () => {
  const keys = addresses('together', 5);
  const change = (round: number) => write(...keys.map((address) => ({ table, put: { ...address, round } }) as const));
  await change(0);
  let writing = true;
  const writer = (async () => {
    for (let round = 1; round <= 40; round++) await change(round);
    writing = false;
  })();
  const seen = new Set<unknown>();
  while (writing) {
    const rounds = new Set((await readSnapshot(table, keys)).map((row) => row?.round));
    expect([...rounds]).toHaveLength(1);
    for (const round of rounds) seen.add(round);
  }
  await writer;
  expect(seen.size, 'the reads ran beside the writes').toBeGreaterThan(3);
});
