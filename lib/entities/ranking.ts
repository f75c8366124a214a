/** Which of two comes first: negative for the first, positive for the second. */
export type Compare<Item> = (one: Item, other: Item) => number;

/**
 * The first `count` items in an order, and how many there are; of a collection of any size no more than about twice
 * `count` are held at once.
 */
export async function firstOf<Item>(
  items: AsyncIterable<Item>,
  count: number,
  compare: Compare<Item>,
): Promise<{ first: Item[]; total: number }> {
  let kept: Item[] = [];
  let total = 0;
  for await (const item of items) {
    total += 1;
    kept.push(item);
    if (kept.length >= 2 * count + 1_000) kept = kept.sort(compare).slice(0, count);
  }
  return { first: kept.sort(compare).slice(0, count), total };
}

/** The items that satisfy a test. */
export async function* only<Item>(items: AsyncIterable<Item>, test: (item: Item) => boolean): AsyncGenerator<Item> {
  for await (const item of items) if (test(item)) yield item;
}

/** Order of sort values: numbers before texts when ascending; what has none comes last, whatever the direction. */
export function compareValues(one: unknown, other: unknown, direction: 'asc' | 'desc'): number {
  const [first, second] = [sortable(one, direction), sortable(other, direction)];
  if (first === second) return 0;
  if (first === undefined) return 1;
  if (second === undefined) return -1;
  return isBefore(first, second) === (direction === 'asc') ? -1 : 1;
}

/** Of several values the smallest counts when ascending, the largest when descending. */
function sortable(value: unknown, direction: 'asc' | 'desc'): string | number | undefined {
  const values = [value].flat().flatMap((each) => {
    if (typeof each === 'boolean') return [Number(each)];
    return typeof each === 'string' || typeof each === 'number' ? [each] : [];
  });
  const sorted = values.sort((one, other) => (isBefore(one, other) ? -1 : 1));
  return direction === 'asc' ? sorted[0] : sorted.at(-1);
}

function isBefore(one: string | number, other: string | number): boolean {
  return typeof one === typeof other ? one < other : typeof one === 'number';
}
