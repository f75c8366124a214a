import { WriteConflict } from '../errors/errors.ts';
import type { Key } from '../stores/keys.ts';
import type { Row } from '../stores/read.ts';
import { type Write, write } from '../stores/write.ts';

const table = 'Fleet';

/** Numbers that grow in the transaction of what they count. The row holds what the counter is of. */
export type Counting = { counter: Key & Row; add: Record<string, number>; set?: Row };

/** Writes that happen together, and what they count. */
export type CountedWrites = { writes: Write[]; counting: Counting[] };

/** All of them in one transaction. */
export function together(...parts: readonly CountedWrites[]): CountedWrites {
  return { writes: parts.flatMap(({ writes }) => writes), counting: parts.flatMap(({ counting }) => counting) };
}

/**
 * Does all writes and counts them, or nothing. A counter begins to exist when it is first needed.
 *
 * @throws WriteConflict when a condition of the writes does not hold
 */
export async function writeCounted({ writes, counting }: CountedWrites): Promise<void> {
  const updates = counting.map(({ counter: { pk, sk }, add, set = {} }): Write => {
    return { table, update: { pk, sk }, add, set };
  });
  for (;;) {
    try {
      await write(...writes, ...updates);
      return;
    } catch (error) {
      const missing = error instanceof WriteConflict ? counting[error.index - writes.length] : undefined;
      if (missing === undefined) throw error;
      await begin(missing.counter);
    }
  }
}

async function begin(counter: Key & Row): Promise<void> {
  try {
    await write({ table, create: counter });
  } catch (error) {
    // Somebody else has begun it.
    if (!(error instanceof WriteConflict)) throw error;
  }
}
