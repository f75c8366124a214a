import { setTimeout as sleep } from 'node:timers/promises';

/** Waits before attempt `attempt` + 1: doubling from 20 ms to 1 s, with full jitter so that rivals spread out. */
export async function backOff(attempt: number): Promise<void> {
  await sleep(Math.random() * Math.min(1_000, 20 * 2 ** attempt));
}
