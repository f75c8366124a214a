import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits before attempt `attempt` + 1: doubling from 20 ms up to the longest wait (in milliseconds), with full jitter so that
 * rivals spread out.
 */
export async function backOff(attempt: number, longest = 1_000): Promise<void> {
  await sleep(Math.random() * Math.min(longest, 20 * 2 ** attempt));
}
