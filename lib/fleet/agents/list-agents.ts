import { inactivityTimeouts } from '../policies.ts';
import { isSeenIn } from '../spaces.ts';
import { readAllDetails } from './agent-details.ts';
import { matchingAgents } from './agent-filter.ts';
import { agentOrder, type Position, type SortRequest } from './agent-order.ts';
import { agentStatuses, statusOf, type Timeouts } from './agent-status.ts';
import { countAgents, countInactive } from './agent-totals.ts';
import { agentView } from './agent-view.ts';
import type { Agent } from './agents.ts';
import { newestAgents } from './newest-agents.ts';
import { isUpgradeable } from './upgradeable.ts';

export type ListAgentsRequest = SortRequest & {
  page: number;
  perPage: number;
  kuery?: string | undefined;
  showInactive: boolean;
  showUpgradeable: boolean;
  withMetrics: boolean;
  getStatusSummary: boolean;
  /** Where the page before ended. */
  searchAfter?: Position | undefined;
};

type Found = { agents: Agent[]; total: number; summary?: Record<string, number> };

/**
 * A page of the agents that a space sees. The plain list reads little more than its page; a filter, another order, or a
 * summary looks at all agents.
 *
 * @throws BadRequest when the KQL is malformed
 */
export async function listAgents(space: string, request: ListAgentsRequest, now: Date) {
  const timeouts = await inactivityTimeouts();
  const order = agentOrder(request, timeouts, now);
  const isPlain = (request.kuery ?? '').trim() === '' && !request.showUpgradeable && !request.getStatusSummary;
  const { agents, total, summary } =
    isPlain && order.isNewestFirst
      ? await plainPage(space, request, timeouts, now)
      : await filteredPage(space, request, timeouts, now);
  const details = await readAllDetails(agents.map(({ incarnation }) => incarnation));
  const items = agents.map((agent, index) =>
    agentView(agent, details[index] ?? { local_metadata: {} }, {
      timeouts,
      now,
      sort: order.positionOf(agent),
      withMetrics: request.withMetrics,
    }),
  );
  const last = items.at(-1)?.sort;
  return {
    items,
    total,
    page: request.searchAfter === undefined ? request.page : 0,
    perPage: request.perPage,
    ...(last !== undefined && { nextSearchAfter: JSON.stringify(last) }),
    ...(summary && { statusSummary: summary }),
  };
}

/** How many agents of the order a page skips and takes. */
function boundsOf({ page, perPage, searchAfter }: ListAgentsRequest): { skip: number; take: number } {
  const take = Math.max(0, Math.floor(perPage));
  return { take, skip: searchAfter === undefined ? Math.max(0, page - 1) * take : 0 };
}

async function plainPage(space: string, request: ListAgentsRequest, timeouts: Timeouts, now: Date): Promise<Found> {
  const [agents, total] = await Promise.all([
    newestPage(space, request, timeouts, now),
    totalOf(space, request.showInactive, timeouts, now),
  ]);
  return { agents, total };
}

async function totalOf(space: string, showInactive: boolean, timeouts: Timeouts, now: Date): Promise<number> {
  const [all, inactive] = await Promise.all([
    countAgents(space),
    showInactive ? 0 : countInactive(space, timeouts, now),
  ]);
  return all - inactive;
}

async function newestPage(space: string, request: ListAgentsRequest, timeouts: Timeouts, now: Date): Promise<Agent[]> {
  const { skip, take } = boundsOf(request);
  const agents: Agent[] = [];
  if (take === 0) return agents;
  const order = agentOrder(request, timeouts, now);
  const { searchAfter, showInactive } = request;
  const notAfter = typeof searchAfter?.[0] === 'number' ? isoTime(searchAfter[0]) : undefined;
  let skipped = 0;
  for await (const agent of newestAgents(skip + take, notAfter)) {
    if (!isSeenIn(space, agent.namespaces)) continue;
    if (!showInactive && statusOf(agent, timeouts, now) === 'inactive') continue;
    if (searchAfter !== undefined && order.compare(order.positionOf(agent), searchAfter) <= 0) continue;
    if (skipped < skip) skipped += 1;
    else if (agents.push(agent) === take) break;
  }
  return agents;
}

/** Undefined for numbers that are no time. */
function isoTime(time: number): string | undefined {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

async function filteredPage(space: string, request: ListAgentsRequest, timeouts: Timeouts, now: Date): Promise<Found> {
  const { skip, take } = boundsOf(request);
  const { kuery, showInactive, showUpgradeable, searchAfter, getStatusSummary } = request;
  const order = agentOrder(request, timeouts, now);
  const compare = (one: Agent, other: Agent) =>
    order.compare(order.positionOf(one), order.positionOf(other)) || (one.id < other.id ? -1 : 1);
  const counts = new Map<string, number>(agentStatuses.map((status) => [status, 0]));
  const wanted = skip + take;
  let total = 0;
  let kept: Agent[] = [];
  for await (const agent of matchingAgents({ space, kuery, showInactive }, timeouts, now)) {
    if (showUpgradeable && !isUpgradeable(agent, now)) continue;
    total += 1;
    const status = statusOf(agent, timeouts, now);
    counts.set(status, (counts.get(status) ?? 0) + 1);
    if (searchAfter !== undefined && order.compare(order.positionOf(agent), searchAfter) <= 0) continue;
    kept.push(agent);
    if (kept.length >= 2 * wanted + 1_000) kept = kept.sort(compare).slice(0, wanted);
  }
  const agents = kept.sort(compare).slice(skip, wanted);
  return { agents, total, ...(getStatusSummary && { summary: Object.fromEntries(counts) }) };
}
