import { expect, it } from 'vitest';
import { WriteConflict } from '../../../lib/errors/errors.ts';
import { together, writeCounted } from '../../../lib/fleet/counters.ts';
import { read } from '../../../lib/stores/read.ts';
import { ownTables } from '../stores/store.ts';

ownTables();

const table = 'Fleet';
const counter = (sk: string) => ({ pk: 'counters', sk, label: 'of what', count: 0 });
const counting = (sk: string, by = 1) => ({ writes: [], counting: [{ counter: counter(sk), add: { count: by } }] });
const thing = (sk: string) => ({ writes: [{ table, create: { pk: 'things', sk } } as const], counting: [] });
const count = async (sk: string) => (await read(table, { pk: 'counters', sk }))?.count;

it('begins a counter when it is needed, once for all who come at once', async () => {
  await Promise.all(
    Array.from({ length: 10 }, (_, index) => writeCounted(together(thing(`many-${index}`), counting('many')))),
  );
  expect(await count('many')).toBe(10);
  expect(await read(table, { pk: 'counters', sk: 'many' })).toMatchObject({ label: 'of what' });
});

it('counts on several counters, up and down, together with what is written', async () => {
  await writeCounted(together(counting('a', 2), counting('b', 3), thing('x')));
  await writeCounted(together(counting('a', -1), counting('c')));
  expect([await count('a'), await count('b'), await count('c')]).toEqual([1, 3, 1]);
  expect(await read(table, { pk: 'things', sk: 'x' })).toBeDefined();
});

it('counts nothing that is not written', async () => {
  await writeCounted(together(thing('once'), counting('once')));
  await expect(writeCounted(together(thing('once'), counting('once')))).rejects.toThrow(WriteConflict);
  await expect(writeCounted(together(thing('once'), counting('never')))).rejects.toThrow(WriteConflict);
  expect([await count('once'), (await count('never')) ?? 0]).toEqual([1, 0]);
});
