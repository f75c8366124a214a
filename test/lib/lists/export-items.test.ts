import { expect, it } from 'vitest';
import { exportItems } from '../../../lib/lists/export-items.ts';
import { importItems } from '../../../lib/lists/import-items.ts';
import { ownTables, record } from '../stores/store.ts';
import { by, givenList } from './given.ts';

ownTables();

it('gives chunks of at most 1,000 whole lines', async () => {
  const list = await givenList({ type: 'integer' });
  const lines = Array.from({ length: 2_345 }, (_, index) => String(index));
  await importItems(list, lines.join('\n'), by(), Number.POSITIVE_INFINITY);
  const chunks = await Array.fromAsync(exportItems(list));
  expect(chunks.map((chunk) => chunk.split('\n').length - 1)).toEqual([1_000, 1_000, 345]);
  expect(chunks.every((chunk) => chunk.endsWith('\n'))).toBe(true);
  expect(chunks.join('').split('\n').sort()).toEqual(['', ...lines].sort());
});

it('gives no chunk for a list without items', async () => {
  expect(await Array.fromAsync(exportItems(await givenList()))).toEqual([]);
});

it('reads while it is read, not before', async () => {
  const list = await givenList({ type: 'text' });
  const lines = Array.from({ length: 400 }, (_, index) => `${index} ${'x'.repeat(25_000)}`);
  for (let start = 0; start < 400; start += 100) {
    await importItems(list, lines.slice(start, start + 100).join('\n'), by(), Number.POSITIVE_INFINITY);
  }
  const sent = record();
  const chunks = exportItems(list);
  expect(sent).toHaveLength(0);
  await chunks.next();
  expect(sent.length).toBeGreaterThanOrEqual(16);
  expect(sent.every(({ name }) => name === 'QueryCommand')).toBe(true);
});
