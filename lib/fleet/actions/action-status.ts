import * as z from 'zod';
import { hostText } from '../agents/agent-facts.ts';
import { findAgents } from '../agents/agents.ts';
import { isSeenIn } from '../spaces.ts';
import { type Action, type ActionError, actionsNewestFirst, latestErrors, tallyOf } from './actions.ts';

export const actionStatus = z.object({
  actionId: z.string(),
  nbAgentsActionCreated: z.number(),
  nbAgentsAck: z.number(),
  nbAgentsFailed: z.number(),
  type: z.string(),
  nbAgentsActioned: z.number(),
  status: z.enum(['COMPLETE', 'EXPIRED', 'CANCELLED', 'FAILED', 'IN_PROGRESS', 'ROLLOUT_PASSED']),
  expiration: z.string().optional(),
  creationTime: z.string(),
  completionTime: z.string().optional(),
  hasRolloutPeriod: z.boolean(),
  latestErrors: z.array(
    z.object({ agentId: z.string(), error: z.string(), timestamp: z.string(), hostname: z.string() }),
  ),
});
export type ActionStatus = z.infer<typeof actionStatus>;

export type ActionStatusRequest = {
  page: number;
  perPage: number;
  /** Only actions of the 24 hours that begin at this moment. */
  date?: Date | undefined;
  /** Only actions of so many milliseconds before now; `date` comes first. */
  latest?: number | undefined;
  errorSize: number;
};

const DAY_MS = 86_400_000;

/** How far the space's actions have come, newest first. Reads the same for an action on one agent and on all. */
export async function actionStatuses(space: string, request: ActionStatusRequest, now: Date): Promise<ActionStatus[]> {
  const { page, perPage, errorSize } = request;
  const { from, to } = timesOf(request, now);
  const skip = Math.max(0, page * perPage);
  const wanted: Action[] = [];
  let position = 0;
  if (!(perPage > 0)) return [];
  for await (const action of actionsNewestFirst(skip + perPage)) {
    const created = Date.parse(action.created_at);
    if (created < from) break;
    if (created > to || !isSeenIn(space, action.namespaces)) continue;
    if (position >= skip) wanted.push(action);
    position += 1;
    if (wanted.length >= perPage) break;
  }
  const statuses: ActionStatus[] = [];
  for (let start = 0; start < wanted.length; start += AT_ONCE) {
    const some = wanted.slice(start, start + AT_ONCE);
    statuses.push(...(await Promise.all(some.map((action) => statusOfAction(action, errorSize, now)))));
  }
  return statuses;
}

/** Actions whose results are read side by side. */
const AT_ONCE = 20;

function timesOf({ date, latest }: ActionStatusRequest, now: Date): { from: number; to: number } {
  if (date !== undefined) return { from: date.getTime(), to: date.getTime() + DAY_MS };
  // Kibana cuts both ends to whole seconds.
  if (latest !== undefined && latest !== 0) {
    return { from: Math.floor((now.getTime() - latest) / 1_000) * 1_000, to: now.getTime() };
  }
  return { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
}

async function statusOfAction(action: Action, errorSize: number, now: Date): Promise<ActionStatus> {
  const { action_id, total, type, expiration, created_at } = action;
  const tally = await tallyOf(action_id);
  const actioned = total || tally.created;
  const answered = Math.min(tally.results, actioned);
  const isComplete = answered >= actioned;
  const errors = tally.errors === 0 ? [] : await latestErrors(action_id, errorSize);
  return {
    actionId: action_id,
    nbAgentsActionCreated: tally.created,
    nbAgentsAck: answered - tally.errors,
    type,
    nbAgentsActioned: actioned,
    status: isComplete
      ? tally.errors > 0
        ? 'FAILED'
        : 'COMPLETE'
      : isOver(expiration, now)
        ? 'EXPIRED'
        : 'IN_PROGRESS',
    expiration,
    creationTime: created_at,
    nbAgentsFailed: tally.errors,
    hasRolloutPeriod: false,
    ...(tally.latest !== undefined && { completionTime: tally.latest }),
    latestErrors: await withHostNames(errors),
  };
}

function isOver(expiration: string, now: Date): boolean {
  return Date.parse(expiration) < now.getTime();
}

async function withHostNames(errors: readonly ActionError[]): Promise<ActionStatus['latestErrors']> {
  const agents = await findAgents(errors.map(({ agent_id }) => agent_id));
  const names = new Map(agents.map((agent) => [agent.id, hostText(agent, 'name')]));
  return errors.map(({ agent_id, error, timestamp }) => ({
    agentId: agent_id,
    error,
    timestamp,
    hostname: names.get(agent_id) ?? agent_id,
  }));
}
