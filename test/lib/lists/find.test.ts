import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { type FindRequest, findPage, type Source } from '../../../lib/lists/find.ts';
import fc from '../../support/fast-check.ts';

type Item = { id: string; group?: string | number | boolean };
const NOW = new Date('2026-01-01');

const sourceOf = (items: readonly Item[]): Source<Item> => ({
  items: (async function* () {
    yield* items;
  })(),
  fieldsOf: (item) => item,
  tieBreakerOf: ({ id }) => id,
  fields: {},
});
const find = (items: readonly Item[], request: Partial<FindRequest>) =>
  findPage(sourceOf(items), { page: 1, per_page: 20, ...request }, NOW);

/** The same by hand: everything in memory, sorted, cut. */
function naive(items: readonly Item[], { page = 1, per_page = 20, sort_field, sort_order }: Partial<FindRequest>) {
  const sign = sort_field !== undefined && sort_order === 'desc' ? -1 : 1;
  const sortedBy = (item: Item) => {
    const value = sort_field === 'group' ? item.group : undefined;
    return typeof value === 'boolean' ? Number(value) : value;
  };
  const sorted = items.toSorted((one, other) => {
    const [first, second] = [sortedBy(one), sortedBy(other)];
    if (first !== second) {
      if (first === undefined || second === undefined) return first === undefined ? 1 : -1;
      return first < second ? -sign : sign;
    }
    return one.id < other.id ? -1 : 1;
  });
  const start = Math.max(0, (page - 1) * per_page);
  return sorted.slice(start, start + per_page);
}

const itemsWith = (group: fc.Arbitrary<string | number | boolean>) =>
  fc
    .uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 40 })
    .chain((ids) =>
      fc.tuple(
        ...ids.map((id) => fc.option(group).map((value): Item => (value === null ? { id } : { id, group: value }))),
      ),
    );
const items = fc.oneof(
  itemsWith(fc.constantFrom('a', 'b', 'B', 'ä', '')),
  itemsWith(fc.integer({ min: -3, max: 3 })),
  itemsWith(fc.boolean()),
);
const order = fc.record(
  { sort_field: fc.constantFrom('group', 'none'), sort_order: fc.constantFrom('asc', 'desc') },
  { requiredKeys: [] },
);

it('answers what a naive implementation answers, whatever page is asked', async () => {
  await fc.assert(
    fc.asyncProperty(items, order, fc.nat(6), fc.nat(12), async (all, by, page, per_page) => {
      const request = { ...by, page, per_page };
      const found = await find(all, request);
      expect(found.data).toEqual(naive(all, request));
      expect(found).toMatchObject({ page, per_page, total: all.length });
    }),
    { numRuns: 500 },
  );
});

it('goes through everything once by cursor', async () => {
  await fc.assert(
    fc.asyncProperty(items, order, fc.integer({ min: 1, max: 7 }), async (all, by, per_page) => {
      const seen: Item[] = [];
      let cursor: string | undefined;
      for (let page = 1; page <= all.length / per_page + 2; page++) {
        const found = await find(all, { ...by, page, per_page, cursor });
        expect(found.total).toBe(all.length);
        seen.push(...found.data);
        cursor = found.cursor;
      }
      expect(seen).toEqual(naive(all, { ...by, per_page: 1_000 }));
    }),
    { numRuns: 300 },
  );
});

it('jumps ahead of a cursor', async () => {
  const all = Array.from({ length: 50 }, (_, index) => ({ id: String(index).padStart(2, '0') }));
  const { cursor } = await find(all, { page: 1, per_page: 5 });
  expect((await find(all, { page: 4, per_page: 5, cursor })).data).toEqual(all.slice(15, 20));
});

it('does not repeat what stood before a cursor, though the collection changes', async () => {
  const all = ['b', 'd', 'f', 'h'].map((id) => ({ id }));
  const { cursor } = await find(all, { page: 1, per_page: 2 });
  const changed = ['a', 'b', 'e', 'f', 'h'].map((id) => ({ id }));
  expect((await find(changed, { page: 2, per_page: 2, cursor })).data).toEqual([{ id: 'e' }, { id: 'f' }]);
});

it('counts only what the filter lets through', async () => {
  const all = Array.from({ length: 100 }, (_, index) => ({ id: String(index), group: index % 3 }));
  const found = await find(all, { filter: 'group:1', per_page: 10 });
  expect(found.total).toBe(33);
  expect(found.data.every(({ group }) => group === 1)).toBe(true);
});

it('keeps no more than the page needs of a large collection', async () => {
  setFlagsFromString('--expose_gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const total = 50_000;
  const MANY = 2_000;
  let held = 0;
  const registry = new FinalizationRegistry(() => {
    held -= 1;
  });
  async function* many(): AsyncGenerator<Item> {
    for (let index = 0; index < total; index++) {
      if (index % 10_000 === 9_999) {
        collectGarbage();
        // The registry hears of it some time later.
        await vi.waitFor(() => expect(held).toBeLessThan(MANY), { timeout: 60_000 });
      }
      const item = { id: String((index * 7_919) % total).padStart(6, '0') };
      registry.register(item, undefined);
      held += 1;
      yield item;
    }
  }
  const found = await findPage({ ...sourceOf([]), items: many() }, { page: 2, per_page: 10 }, NOW);
  expect(found.total).toBe(total);
  expect(found.data.map(({ id }) => Number(id))).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
});

it('sorts by what the source says, where it says so', async () => {
  const all = [
    { id: 'a', group: '10' },
    { id: 'b', group: '9' },
  ];
  const source = { ...sourceOf(all), sortValueOf: ({ group }: Item) => Number(group) };
  const { data } = await findPage(source, { page: 1, per_page: 2, sort_field: 'group' }, NOW);
  expect(data.map(({ id }) => id)).toEqual(['b', 'a']);
});

describe('refuses', () => {
  const encode = (text: string) => Buffer.from(text).toString('base64');
  it.each([
    [{ per_page: 10_001 }, 'per_page must be at most 10000'],
    [{ cursor: '' }, 'Error parsing JSON from base64 encoded cursor'],
    [{ cursor: encode('[') }, 'Error parsing JSON from base64 encoded cursor'],
    [{ cursor: encode('[1,2]') }, 'Error decoding cursor structure'],
    [{ cursor: encode('[1,["a","b","c"]]') }, 'Error decoding cursor structure'],
    [{ cursor: encode('[-1]') }, 'index of cursor cannot be less 0'],
    [{ cursor: encode('[1]') }, 'index: 1 of cursor cannot be greater than the start page index: 0'],
    [{ cursor: encode('[0,["a","b"]]') }, 'Bad Request'],
    [{ filter: 'a:(' }, 'but end of input found'],
  ])('%j', async (request, message) => {
    await expect(find([], request)).rejects.toThrow(message);
    await expect(find([], request)).rejects.toMatchObject({ status: 400 });
  });

  it('nothing else, whatever the cursor', async () => {
    const cursor = fc.oneof(
      fc.base64String(),
      fc.jsonValue().map((value) => encode(JSON.stringify(value))),
    );
    await fc.assert(
      fc.asyncProperty(cursor, fc.option(fc.constant('id')), async (text, field) => {
        const request = { cursor: text, page: 3, ...(field !== null && { sort_field: field }) };
        await find([{ id: 'a' }], request).catch((error) => expect(error).toMatchObject({ status: 400 }));
      }),
    );
  });
});
