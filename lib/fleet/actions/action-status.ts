import * as z from 'zod';
import { hostText } from '../agents/agent-facts.ts';
import { findAgents } from '../agents/agents.ts';
import { revisionsNewestFirst } from '../policy-revisions.ts';
import { isSeenIn } from '../spaces.ts';
import { type Action, type ActionError, actionsNewestFirst, latestErrors, tallyOf } from './actions.ts';
import { followersOf, policyChange } from './policy-changes.ts';

const agentAction = z.object({
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
type AgentAction = z.infer<typeof agentAction>;

export const actionStatus = z.union([policyChange, agentAction]);
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

/**
 * How far the space's actions have come, newest first, and how far agents have followed the changes of their policies.
 * Reads the same for an action on one agent and on all.
 */
export async function actionStatuses(space: string, request: ActionStatusRequest, now: Date): Promise<ActionStatus[]> {
  const { page, perPage, latest, errorSize } = request;
  const wanted = { space, count: (page + 1) * perPage, ...timesOf(request, now) };
  if (!(wanted.count > 0)) return [];
  const [actions, revisions] = await Promise.all([
    firstOf(actionsNewestFirst(wanted.count), wanted),
    // Who asks for the latest wants errors, and a policy has none.
    latest ? [] : firstOf(revisionsNewestFirst(wanted.count), wanted),
  ]);
  const shown = [...actions, ...revisions]
    .toSorted((one, other) => Date.parse(other.created_at) - Date.parse(one.created_at))
    .slice(page * perPage, wanted.count);
  const followed = await followersOf(shown.filter((each) => 'revision' in each));
  const statuses: ActionStatus[] = [];
  for (let start = 0; start < shown.length; start += AT_ONCE) {
    const some = shown.slice(start, start + AT_ONCE);
    statuses.push(
      ...(await Promise.all(
        some.map((each) => ('revision' in each ? followed(each) : statusOfAction(each, errorSize, now))),
      )),
    );
  }
  return statuses;
}

/** Actions whose results are read side by side. */
const AT_ONCE = 20;

type Listed = { created_at: string; namespaces: string[] };
type Wanted = { space: string; count: number; from: number; to: number };

/** What the space sees of a time, from a source that gives the newest first. */
async function firstOf<Item extends Listed>(source: AsyncIterable<Item>, { space, count, from, to }: Wanted) {
  const found: Item[] = [];
  for await (const item of source) {
    const created = Date.parse(item.created_at);
    if (created < from) break;
    if (created <= to && isSeenIn(space, item.namespaces) && found.push(item) >= count) break;
  }
  return found;
}

function timesOf({ date, latest }: ActionStatusRequest, now: Date): { from: number; to: number } {
  if (date !== undefined) return { from: date.getTime(), to: date.getTime() + DAY_MS };
  // Kibana cuts both ends to whole seconds.
  if (latest !== undefined && latest !== 0) {
    return { from: Math.floor((now.getTime() - latest) / 1_000) * 1_000, to: now.getTime() };
  }
  return { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
}

async function statusOfAction(action: Action, errorSize: number, now: Date): Promise<AgentAction> {
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

async function withHostNames(errors: readonly ActionError[]): Promise<AgentAction['latestErrors']> {
  const agents = await findAgents(errors.map(({ agent_id }) => agent_id));
  const names = new Map(agents.map((agent) => [agent.id, hostText(agent, 'name')]));
  return errors.map(({ agent_id, error, timestamp }) => ({
    agentId: agent_id,
    error,
    timestamp,
    hostname: names.get(agent_id) ?? agent_id,
  }));
}
