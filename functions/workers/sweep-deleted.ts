import { streamWorker } from '../../lib/stores/stream-worker.ts';
import { sweep } from '../../lib/stores/sweeps.ts';

/** Deletes what was left behind under deleted parents: the items of a deleted list, for example. */
export const handler = streamWorker((job, deadline) => sweep(job, { deadline }));
