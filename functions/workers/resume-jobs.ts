import { resumeJobs } from '../../lib/stores/jobs.ts';

const IDLE_MS = 5 * 60_000;

/** Every five minutes: gives jobs that stood still back to their workers. */
export async function handler(): Promise<void> {
  await resumeJobs(IDLE_MS);
}
