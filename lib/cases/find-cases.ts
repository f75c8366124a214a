import { BadRequest } from '../errors/errors.ts';
import { instantsOf } from '../kql/date-math.ts';
import { rows } from '../stores/read.ts';
import { type Case, type ListedCase, listedRow, listPartition, readCases, table } from './case-records.ts';
import { type CasesFind, severities, statuses } from './contract.ts';
import { authorizedOwners, type Caller } from './owners.ts';
import { windowOf } from './paging.ts';
import { textTest } from './search-text.ts';

/** Cases whose descriptions are read at once, for a search. */
const BATCH = 50;

/**
 * One page of the cases that the caller may read. Filter, totals and order look at the listed rows of the space, one after
 * the other, and keep only what may stand on the page; then the page's cases are read. Only a search that its title does
 * not decide reads a case itself.
 *
 * @throws Forbidden, BadRequest
 */
export async function findCases(caller: Caller, query: CasesFind, now: Date) {
  const { page, perPage, start, end } = windowOf(query);
  const owners = await authorizedOwners(caller, 'findCases');
  const passes = filterOf(query, now);
  const counts = { open: 0, 'in-progress': 0, closed: 0 };
  const statusAsked = new Set(query.status ?? statuses);
  const top = new TopOf(end, orderOf(query));
  for await (const listed of searched(query, caller.space, candidates())) top.add(listed);

  async function* candidates(): AsyncGenerator<ListedCase> {
    for await (const row of rows({ table, pk: listPartition(caller.space) })) {
      const listed = listedRow.parse(row);
      if (!owners.includes(listed.owner) || !passes(listed)) continue;
      counts[listed.status] += 1;
      if (statusAsked.has(listed.status)) yield listed;
    }
  }

  const ids = top
    .items()
    .slice(start)
    .map(({ sk }) => sk);
  return {
    cases: (await readCases(caller.space, ids)).filter((each) => each !== undefined),
    page,
    per_page: perPage,
    total: top.total,
    count_open_cases: counts.open,
    count_in_progress_cases: counts['in-progress'],
    count_closed_cases: counts.closed,
  };
}

/** Everything but status and search, neither of which the counts by status look at. */
function filterOf(query: CasesFind, now: Date): (listed: ListedCase) => boolean {
  const { tags, severity, assignees, reporters, owner, category } = query;
  const from = instantOf(query.from, now)?.from ?? Number.NEGATIVE_INFINITY;
  const to = instantOf(query.to, now)?.to ?? Number.POSITIVE_INFINITY;
  const created = from > Number.NEGATIVE_INFINITY || to < Number.POSITIVE_INFINITY;
  return (listed) =>
    isAmong(tags, listed.tags) &&
    isAmong(severity, [listed.severity]) &&
    isAmong(assignees, listed.assignees.length === 0 ? ['none'] : listed.assignees) &&
    isAmong(reporters, [listed.username, listed.profile_uid]) &&
    isAmong(owner, [listed.owner]) &&
    isAmong(category, [listed.category]) &&
    (!created || isBetween(from, Date.parse(listed.created_at), to));
}

function isAmong(asked: readonly string[] | undefined, values: readonly (string | null)[]): boolean {
  return asked === undefined || asked.length === 0 || asked.some((each) => values.includes(each));
}

function isBetween(from: number, value: number, to: number): boolean {
  return from <= value && value <= to;
}

function instantOf(text: string | undefined, now: Date) {
  if (text === undefined) return undefined;
  const instants = instantsOf(text, now);
  if (instants === undefined) throw new BadRequest('Invalid "from" and/or "to" query parameters');
  return instants;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The cases that a search finds; a UUID is searched among ids. */
async function* searched(
  { search = '', searchFields = [], defaultSearchOperator = 'OR' }: CasesFind,
  space: string,
  candidates: AsyncIterable<ListedCase>,
): AsyncGenerator<ListedCase> {
  if (search === '' || search === '*') {
    yield* candidates;
    return;
  }
  if (uuid.test(search)) {
    for await (const listed of candidates) if (listed.sk === search) yield listed;
    return;
  }
  const fields = searchFields.length === 0 ? ['title', 'description'] : searchFields;
  const test = textTest(search, defaultSearchOperator);
  if (!fields.includes('description')) {
    for await (const listed of candidates) if (test.matches([listed.title])) yield listed;
    return;
  }
  for await (const batch of inBatches(candidates)) {
    const cases = await readCases(
      space,
      batch.map(({ sk }) => sk),
    );
    for (const [index, listed] of batch.entries()) {
      const found: Case | undefined = cases[index];
      const texts = [...(fields.includes('title') ? [listed.title] : []), found?.attributes.description ?? ''];
      if (test.matches(texts)) yield listed;
    }
  }
}

async function* inBatches<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    if (batch.push(item) < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** What the list is sorted by; the newest case first when the client says nothing. */
function orderOf({ sortField = 'createdAt', sortOrder = 'desc' }: CasesFind) {
  const direction = sortOrder === 'desc' ? -1 : 1;
  const value = sortValues[sortField];
  return (one: ListedCase, other: ListedCase): number => {
    const [first, second] = [value(one), value(other)];
    if (first === second) return one.sk < other.sk ? -1 : 1;
    // Cases without a value come last, in either direction.
    if (first === null) return 1;
    if (second === null) return -1;
    return (first < second ? -1 : 1) * direction;
  };
}

type SortField = NonNullable<CasesFind['sortField']>;

const sortValues: Record<SortField, (listed: ListedCase) => string | number | null> = {
  title: ({ title }) => title,
  category: ({ category }) => category,
  createdAt: ({ created_at }) => created_at,
  updatedAt: ({ updated_at }) => updated_at,
  closedAt: ({ closed_at }) => closed_at,
  status: ({ status }) => statuses.indexOf(status),
  severity: ({ severity }) => severities.indexOf(severity),
};

/** The first items of an order, and how many there were; holds about twice as many as asked for. */
class TopOf<Item> {
  total = 0;
  private kept: Item[] = [];
  private readonly size: number;
  private readonly order: (one: Item, other: Item) => number;

  constructor(size: number, order: (one: Item, other: Item) => number) {
    this.size = size;
    this.order = order;
  }

  add(item: Item): void {
    this.total += 1;
    this.kept.push(item);
    if (this.kept.length >= 2 * this.size + 1_000) this.kept = this.items();
  }

  items(): Item[] {
    return this.kept.sort(this.order).slice(0, this.size);
  }
}
