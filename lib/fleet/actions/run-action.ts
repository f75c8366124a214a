import type { Job } from '../../stores/jobs.ts';
import { type ActionJob, actionJobOf, endJob, leaveTo, readPageOf } from './action-job.ts';
import { applyAction } from './apply-action.ts';

/** Applies an action page by page until the deadline (epoch milliseconds), then leaves the rest to the worker. */
export async function runAction(ordered: ActionJob, deadline: number): Promise<{ conflicts: number }> {
  const { job, action, pages } = ordered;
  let conflicts = 0;
  for (let page = ordered.page; page < pages; page++) {
    if (page > ordered.page && Date.now() >= deadline) {
      await leaveTo(job, page);
      return { conflicts };
    }
    conflicts += await applyAction(action, await readPageOf(action.action_id, page));
  }
  await endJob(job);
  return { conflicts };
}

/** What the worker does with a job from the stream: nothing while the request that ordered it is at it. */
export async function runAgentAction(job: Job, deadline: number): Promise<void> {
  const ordered = actionJobOf(job);
  if (ordered.held_until <= Date.now()) await runAction(ordered, deadline);
}
