import { runAgentAction } from '../../lib/fleet/actions/run-action.ts';
import { streamWorker } from '../../lib/stores/stream-worker.ts';

/** Applies bulk actions to more agents than a request can wait for. */
export const handler = streamWorker(runAgentAction);
