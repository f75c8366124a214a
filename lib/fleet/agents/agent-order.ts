import { valuesAt } from '../../kql/record-values.ts';
import { hostText, recordOf } from './agent-facts.ts';
import { type AgentStatus, statusOf, type Timeouts } from './agent-status.ts';
import type { Agent } from './agents.ts';

export type SortRequest = {
  sortField?: string | undefined;
  sortOrder?: 'asc' | 'desc' | undefined;
  /** Positions end with what tells agents of one place apart, as those of a point in time do. */
  isPointInTime?: boolean | undefined;
};

/** Where an agent stands in an order: what `sort` of its item shows. */
export type Position = readonly (string | number | null)[];

export type AgentOrder = {
  /** The order that the index has. */
  isNewestFirst: boolean;
  positionOf: (agent: Agent) => (string | number | null)[];
  compare: (one: Position, other: Position) => number;
};

const TIMES = ['enrolled_at', 'last_checkin', 'unenrolled_at', 'unenrollment_started_at', 'upgraded_at', 'updated_at'];

/** The order of a list: latest enrolment first, then by host name, unless the client names a field. */
export function agentOrder(
  { sortField = 'enrolled_at', sortOrder = 'desc', isPointInTime = false }: SortRequest,
  timeouts: Timeouts,
  now: Date,
): AgentOrder {
  const isNewestFirst = sortField === 'enrolled_at' && sortOrder === 'desc';
  const direction = sortOrder === 'desc' ? -1 : 1;
  return {
    isNewestFirst,
    positionOf: (agent) => [
      ...(isNewestFirst
        ? [Date.parse(agent.enrolled_at), hostText(agent, 'hostname') ?? null]
        : [sortValueOf(agent, statusOf(agent, timeouts, now), sortField)]),
      ...(isPointInTime ? [agent.id] : []),
    ],
    compare: (one, other) =>
      compareValues(one[0], other[0], direction) ||
      compareValues(one[1], other[1], 1) ||
      compareValues(one[2], other[2], 1),
  };
}

function sortValueOf(agent: Agent, status: AgentStatus, field: string): string | number | null {
  const [value] = valuesAt(recordOf(agent, status), field.replace(/\.keyword$/, ''));
  if (typeof value === 'string') return TIMES.includes(field) ? Date.parse(value) : value;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' ? value : null;
}

/** What has no value comes last, in both directions. */
function compareValues(
  one: Position[number] | undefined,
  other: Position[number] | undefined,
  direction: 1 | -1,
): number {
  const [left, right] = [one ?? null, other ?? null];
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  return (left < right ? -1 : 1) * direction;
}
