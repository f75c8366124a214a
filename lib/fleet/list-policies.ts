import { kqlFilter } from '../kql/matches.ts';
import { valuesAt } from '../kql/record-values.ts';
import { countAgentsOf } from './agents/agent-totals.ts';
import { parseKuery } from './kuery.ts';
import { pageOf } from './paging.ts';
import { type AgentPolicy, allPolicies } from './policies.ts';
import { policyFields, policyKuery } from './policy-view.ts';
import { isSeenIn } from './spaces.ts';

export type ListPoliciesRequest = {
  page: number;
  perPage: number;
  sortField?: string | undefined;
  sortOrder?: 'asc' | 'desc' | undefined;
  kuery?: string | undefined;
  /** Also counts the agents of each. */
  withCount: boolean;
};

/** A page of the policies that a space sees. @throws BadRequest when the KQL is malformed, or for a page that cannot be */
export async function listPolicies(space: string, request: ListPoliciesRequest, now: Date) {
  const { page, perPage, kuery = '', sortField = 'updated_at', sortOrder = 'desc', withCount } = request;
  const matches = kqlFilter(parseKuery(policyKuery, kuery), now, policyFields);
  const found: AgentPolicy[] = [];
  for await (const policy of allPolicies()) {
    if (isSeenIn(space, policy.space_ids) && matches(policy)) found.push(policy);
  }
  const direction = sortOrder === 'desc' ? -1 : 1;
  found.sort(
    (one, other) => compare(sortValueOf(one, sortField), sortValueOf(other, sortField), direction) || byId(one, other),
  );
  const policies = pageOf(found, request);
  const counts = withCount ? await Promise.all(policies.map(({ id }) => countAgentsOf(id))) : [];
  const agents = new Map(policies.map(({ id }, index) => [id, counts[index] ?? 0]));
  return { policies, agents, total: found.length, page, perPage };
}

function sortValueOf(policy: AgentPolicy, field: string): string | number | undefined {
  const [value] = valuesAt(policy, field.replace(/\.keyword$/, ''));
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

/** What has no value comes last, in both directions. */
function compare(one: string | number | undefined, other: string | number | undefined, direction: 1 | -1): number {
  if (one === other) return 0;
  if (one === undefined) return 1;
  if (other === undefined) return -1;
  return (one < other ? -1 : 1) * direction;
}

function byId(one: AgentPolicy, other: AgentPolicy): number {
  return one.id < other.id ? -1 : 1;
}
