/**
 * Works on items, so many at a time: each lane takes the next item when its own is done. The first failure is thrown; no
 * further item is begun after it.
 */
export async function inLanes<Item>(
  lanes: number,
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = queueOf(items);
  const lane = async (): Promise<void> => {
    // Leaving the loop by an error closes the queue for all lanes.
    for await (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function* queueOf<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* items;
}
