import { BadRequest } from '../errors/errors.ts';
import { allObjects, findObjects, listObjects } from '../stores/saved-objects.ts';
import { fullView, listedView } from './alerting-view.ts';
import { type RuleFilter, ruleFilter } from './rule-filter.ts';
import { type ListedRule, listedRule, type Rule, rule } from './rule-types.ts';
import { RULE, ruleOf } from './rules.ts';

/** What rules can be sorted by. No rule has run yet, so what concerns runs leaves them in the order of creation. */
export const ruleSortFields = [
  'created_at',
  'createdAt',
  'enabled',
  'execution_summary.last_execution.date',
  'execution_summary.last_execution.metrics.execution_gap_duration_s',
  'execution_summary.last_execution.metrics.total_indexing_duration_ms',
  'execution_summary.last_execution.metrics.total_search_duration_ms',
  'execution_summary.last_execution.status',
  'name',
  'risk_score',
  'riskScore',
  'severity',
  'updated_at',
  'updatedAt',
] as const;
type SortField = (typeof ruleSortFields)[number];

export type FindRequest = {
  page: number;
  per_page: number;
  sort_field?: SortField | undefined;
  sort_order?: 'asc' | 'desc' | undefined;
  filter?: string | undefined;
};

/** Most that Elasticsearch gives in one page, counted from the first record. */
const MAX_WINDOW = 10_000;

type Entry = { id: string; key: string | number; createdAt: string };

/**
 * A page of a space's rules. Filter, total and order look at every rule, from narrow rows where these are enough, and
 * keep no more than the records up to the end of the page asked for; only the rules of the page are read whole.
 */
export async function findRulePage(space: string, request: FindRequest, now: Date) {
  const { page, per_page, sort_field, sort_order = 'asc', filter = '' } = request;
  const end = page * per_page;
  if (end > MAX_WINDOW) {
    throw new BadRequest(`Result window is too large, page * per_page must be less than or equal to ${MAX_WINDOW}`);
  }
  const direction = sort_order === 'desc' ? -1 : 1;
  const order = (one: Entry, other: Entry) =>
    compare(one.key, other.key) * direction || compare(one.createdAt, other.createdAt) || compare(one.id, other.id);
  let total = 0;
  let kept: Entry[] = [];
  for await (const each of matching(space, ruleFilter(filter, now))) {
    total += 1;
    kept.push({
      id: each.id,
      key: sort_field === undefined ? '' : sortKey(each, sort_field),
      createdAt: each.created_at,
    });
    if (kept.length >= 2 * end + 1_000) kept = kept.sort(order).slice(0, end);
  }
  const ids = kept.sort(order).slice(end - per_page, end);
  const found = await findObjects(
    space,
    ids.map(({ id }) => ({ type: RULE, id })),
  );
  const data: Rule[] = found.filter((object) => object !== undefined).map(ruleOf);
  return { page, perPage: per_page, total, data };
}

async function* matching(space: string, { matches, needsAll }: RuleFilter): AsyncGenerator<ListedRule> {
  const objects = needsAll ? allObjects(RULE, space) : listObjects(RULE, space);
  for await (const { attributes } of objects) {
    const listed = listedRule.parse(attributes);
    if (matches(needsAll ? fullView(rule.parse(attributes)) : listedView(listed))) yield listed;
  }
}

const severities = ['low', 'medium', 'high', 'critical'];

function sortKey(rule: ListedRule, field: SortField): string | number {
  switch (field) {
    case 'name':
      return rule.name.toLowerCase();
    case 'enabled':
      return Number(rule.enabled);
    case 'risk_score':
    case 'riskScore':
      return rule.risk_score;
    case 'severity':
      return severities.indexOf(rule.severity);
    case 'created_at':
    case 'createdAt':
      return rule.created_at;
    case 'updated_at':
    case 'updatedAt':
      return rule.updated_at;
    default:
      return '';
  }
}

function compare(one: string | number, other: string | number): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
