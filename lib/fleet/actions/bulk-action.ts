import { BadRequest } from '../../errors/errors.ts';
import { matchingAgents } from '../agents/agent-filter.ts';
import { type Agent, findAgents } from '../agents/agents.ts';
import { checkTag, type TagChange } from '../agents/tag-rules.ts';
import { allPolicies, inactivityTimeouts } from '../policies.ts';
import { isSeenIn } from '../spaces.ts';
import { type ActionChange, orderAction, writePages } from './action-job.ts';
import { type Action, EXPIRES_AFTER_MS } from './actions.ts';
import { runAction } from './run-action.ts';

export type BulkContext = {
  space: string;
  now: Date;
  newId: () => string;
  /** Epoch milliseconds until which the request may work. */
  deadline: number;
};

/** Agents: ids, or KQL that chooses them. */
export type Chosen = {
  agents: string[] | string;
  batchSize?: number | undefined;
  includeInactive?: boolean | undefined;
};

/** Pages hold agents' ids; more than this at once are the worker's. */
const DEFAULT_BATCH = 10_000;
/** Milliseconds after its deadline in which a request still saves how far it came. */
const HOLD_MARGIN_MS = 5_000;

type Ordered = { total: number; ids: AsyncIterable<string> };

/**
 * Unenrols agents. Those chosen by id, or by KQL as far as they are one batch, before this returns; others in the background.
 *
 * @returns the id of the action, whatever becomes of the agents
 * @throws BadRequest when the KQL is malformed
 */
export async function bulkUnenroll(
  { agents, batchSize = DEFAULT_BATCH, includeInactive = false }: Chosen,
  { force, revoke }: { force: boolean; revoke: boolean },
  context: BulkContext,
): Promise<string> {
  const change: ActionChange = { type: revoke ? 'FORCE_UNENROLL' : 'UNENROLL', force };
  if (Array.isArray(agents)) {
    const found = await agentsById(agents, context.space);
    const id = context.newId();
    await orderAndRun(id, change, { total: found.length, ids: idsOf(found) }, context);
    return id;
  }
  const id = context.newId();
  const { pages, total } = await writeMatching(id, agents, includeInactive, () => true, context);
  await startAction(id, change, { total, pages, atOnce: total <= batchSize }, context);
  return id;
}

/**
 * Adds, removes or renames tags. For agents chosen by id before this returns, for those chosen by KQL in the background.
 *
 * @returns the id of the action; when no agent can be changed there is none of this id
 * @throws BadRequest when the KQL is malformed, a text cannot be a tag, or others kept writing some of the agents
 */
export async function bulkUpdateTags(
  { agents, includeInactive = false }: Chosen,
  tags: TagChange,
  context: BulkContext,
): Promise<string> {
  for (const tag of [...tags.tagsToAdd, ...tags.tagsToRemove]) checkTag(tag);
  const change: ActionChange = {
    type: 'UPDATE_TAGS',
    tagsToAdd: [...tags.tagsToAdd],
    tagsToRemove: [...tags.tagsToRemove],
  };
  const id = context.newId();
  if (Array.isArray(agents)) {
    const found = await agentsById(agents, context.space);
    const hosted = await hostedPolicies();
    const own = found.filter(({ policy_id }) => !hosted.has(policy_id));
    if (own.length === 0) return id;
    const { conflicts } = await orderAndRun(id, change, { total: own.length, ids: idsOf(own) }, context);
    if (conflicts > 0) throw new BadRequest(`Version conflict of ${conflicts} agents`);
    return id;
  }
  const hosted = await hostedPolicies();
  const kuery = kueryForTags(agents, tags);
  const mayChange = ({ policy_id }: Agent) => !hosted.has(policy_id);
  const { pages, total } = await writeMatching(id, kuery, includeInactive, mayChange, context);
  if (pages > 0) await startAction(id, change, { total, pages, atOnce: false }, context);
  return id;
}

/**
 * Agents that a single tag would not change are left out. The tag stands in the KQL as it is, as in Kibana: one that is no
 * KQL makes it malformed.
 */
function kueryForTags(kuery: string, { tagsToAdd, tagsToRemove }: TagChange): string {
  const [added] = tagsToAdd;
  const [removed] = tagsToRemove;
  const parts = [
    ...(kuery === '' ? [] : [kuery]),
    ...(tagsToAdd.length === 1 && tagsToRemove.length === 0 ? [`NOT (tags:${added})`] : []),
    ...(tagsToRemove.length === 1 && tagsToAdd.length === 0 ? [`tags:${removed}`] : []),
  ];
  return parts.map((part) => `(${part})`).join(' AND ');
}

/** The agents of these ids that the space sees; the others are dropped in silence. */
async function agentsById(ids: readonly string[], space: string): Promise<Agent[]> {
  const found = await findAgents(ids);
  return found.filter(({ namespaces }) => isSeenIn(space, namespaces));
}

async function* idsOf(agents: Iterable<Agent>): AsyncGenerator<string> {
  for (const { id } of agents) yield id;
}

async function hostedPolicies(): Promise<Set<string>> {
  const hosted = new Set<string>();
  for await (const { id, is_managed } of allPolicies()) if (is_managed) hosted.add(id);
  return hosted;
}

/** Writes down which agents match; counts all of them, and pages those that may be changed. */
async function writeMatching(
  actionId: string,
  kuery: string,
  showInactive: boolean,
  mayChange: (agent: Agent) => boolean,
  { space, now }: BulkContext,
): Promise<{ pages: number; total: number }> {
  const timeouts = await inactivityTimeouts();
  let total = 0;
  async function* ids() {
    for await (const agent of matchingAgents({ space, kuery, showInactive }, timeouts, now)) {
      total += 1;
      if (mayChange(agent)) yield agent.id;
    }
  }
  const pages = await writePages(actionId, ids(), now);
  return { pages, total };
}

async function orderAndRun(id: string, change: ActionChange, { total, ids }: Ordered, context: BulkContext) {
  const pages = await writePages(id, ids, context.now);
  return startAction(id, change, { total, pages, atOnce: true }, context);
}

async function startAction(
  action_id: string,
  change: ActionChange,
  { total, pages, atOnce }: { total: number; pages: number; atOnce: boolean },
  { space, now, deadline }: BulkContext,
): Promise<{ conflicts: number }> {
  const action: Action = {
    action_id,
    type: change.type,
    created_at: now.toISOString(),
    expiration: new Date(now.getTime() + EXPIRES_AFTER_MS).toISOString(),
    total,
    namespaces: [space],
  };
  if (!atOnce) {
    await orderAction(action, change, { pages });
    return { conflicts: 0 };
  }
  const ordered = await orderAction(action, change, { pages, heldUntil: deadline + HOLD_MARGIN_MS });
  return runAction(ordered, deadline);
}
