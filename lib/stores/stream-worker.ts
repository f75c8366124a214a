import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { writeLog } from '../log.ts';
import { type Job, jobOf } from './jobs.ts';

/** Milliseconds that a worker gives to one batch, before it saves how far it came. */
const WORK_MS = 60_000;

/** What Lambda gets from the table's stream. */
export type StreamEvent = { Records: { dynamodb?: { NewImage?: Record<string, AttributeValue> } }[] };

/**
 * A Lambda function that works off jobs from the stream. It throws when a job fails, so that Lambda retries: by then the
 * job must be such that doing it again does no harm.
 */
export function streamWorker(work: (job: Job, deadline: number) => Promise<void>) {
  const workOff = async (job: Job, deadline: number): Promise<void> => {
    const startedAt = Date.now();
    await work(job, deadline);
    writeLog('info', 'job', { job: job.sk, durationMs: Date.now() - startedAt });
  };
  return async ({ Records }: StreamEvent): Promise<void> => {
    const deadline = Date.now() + WORK_MS;
    for (const { dynamodb } of Records) {
      // A deleted row has no new image: the job is done.
      if (dynamodb?.NewImage) await workOff(jobOf(unmarshall(dynamodb.NewImage)), deadline);
    }
  };
}
