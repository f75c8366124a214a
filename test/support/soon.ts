/**
 * Milliseconds of the processor's time that are far more than anything here takes, and far less than what does not end or
 * grows with the square of its input. A busy machine lets a test wait, but does not make it compute.
 */
const SOON_MS = 20_000;

/** Does the work in this thread, and fails when it took long to compute. */
export async function endsSoon<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const begin = process.threadCpuUsage();
  const result = await work();
  const { user, system } = process.threadCpuUsage(begin);
  const ms = (user + system) / 1_000;
  if (ms > SOON_MS) throw new Error(`this took ${Math.round(ms)} ms of the processor`);
  return result;
}
