/**
 * Milliseconds that are far more than anything here takes, on a busy machine too, and far less than what does not end or
 * grows with the square of its input.
 */
const SOON_MS = 20_000;

/** Does the work, and fails when it did not end soon. */
export async function endsSoon<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const begin = performance.now();
  const result = await work();
  const ms = performance.now() - begin;
  if (ms > SOON_MS) throw new Error(`this took ${Math.round(ms)} ms`);
  return result;
}
