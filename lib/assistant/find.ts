import * as z from 'zod';
import { BadRequest, ElasticsearchError, ServerError } from '../errors/errors.ts';
import { type FieldTypes, kqlFilter } from '../kql/matches.ts';
import { parseKql } from '../kql/parse.ts';
import { KqlSyntaxError } from '../kql/syntax-error.ts';
import { queryInteger } from '../validation/zod-types.ts';

/** How deep Elasticsearch pages into results. */
const RESULT_WINDOW = 10_000;

/** The query of a `_find`; `fields` is read and then has no effect, in Kibana too. */
export function findQuery<const Field extends string>(sortFields: readonly [Field, ...Field[]]) {
  return z.object({
    fields: z
      .preprocess((value) => (typeof value === 'string' ? value.split(',') : value), z.array(z.string()))
      .optional(),
    filter: z.string().optional(),
    sort_field: z.enum(sortFields).optional(),
    sort_order: z.enum(['asc', 'desc']).optional(),
    page: queryInteger.min(1).default(1),
    per_page: queryInteger.min(0).default(20),
  });
}

export type FindRequest = {
  filter?: string | undefined;
  sort_field?: string | undefined;
  sort_order?: 'asc' | 'desc' | undefined;
  page: number;
  per_page: number;
};

/** The answer of a `_find`. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ perPage: z.number(), page: z.number(), total: z.number(), data: z.array(item) });
}

/** What filters and sorting see of a document: `_id` besides its fields. */
export type Searched = Record<string, unknown>;

/**
 * The filter that a KQL text stands for. An empty text asks for everything.
 *
 * @throws ServerError for a text that is no KQL, as Kibana's assistant has it
 */
export function filterOf(text: string, types: FieldTypes, now: Date): (document: Searched) => boolean {
  try {
    // Whole values and wildcards find an id, free text does not: that is how this type compares.
    return kqlFilter(parseKql(text), now, { _id: 'boolean', ...types });
  } catch (error) {
    if (error instanceof KqlSyntaxError) throw new ServerError(error.message, { cause: error });
    if (error instanceof ElasticsearchError) throw new BadRequest(`${error.type}: ${error.reason}`, { cause: error });
    throw error;
  }
}

/** Characters of alternatives in one filter; longer KQL is refused. */
const ALTERNATIVES = 9_000;

/** `name:a OR name:b` for all values, as they are, in as few texts as the length of KQL allows. */
export function alternativesIn(name: string, values: readonly string[]): string[] {
  const texts: string[] = [];
  for (const clause of values.map((value) => `${name}:${value}`)) {
    const text = texts.at(-1);
    if (text !== undefined && text.length + clause.length <= ALTERNATIVES)
      texts[texts.length - 1] = `${text} OR ${clause}`;
    else texts.push(clause);
  }
  return texts;
}

/** One page of the documents that match; `searched` is what filters and sorting see of each. */
export function findPage<Item>(
  items: readonly Item[],
  searched: (item: Item) => Searched,
  types: FieldTypes,
  request: FindRequest,
  now: Date,
) {
  const { filter = '', sort_field, page, per_page } = request;
  const sort_order = sort_field === undefined ? 'desc' : (request.sort_order ?? 'asc');
  const matches = filterOf(filter, types, now);
  if (page * per_page > RESULT_WINDOW) throw new BadRequest('search_phase_execution_exception: all shards failed');
  const found = items.map((item) => ({ item, fields: searched(item) })).filter(({ fields }) => matches(fields));
  const sorted = found.sort((one, other) => {
    const field = sort_field ?? 'updated_at';
    return compareValues(one.fields[field], other.fields[field], sort_order);
  });
  const data = sorted.slice((page - 1) * per_page, page * per_page).map(({ item }) => item);
  return { perPage: per_page, page, total: found.length, data };
}

/** Ids that a refusal names at the most. */
const NAMED_IDS = 100;

/** Ids of documents that stand in the way, the latest changed first, as texts of refusals name them. */
export function namedIds(found: Iterable<{ id: string; fields: { updated_at?: string | undefined } }>): string {
  return Array.from(found)
    .sort((one, other) => compareValues(one.fields.updated_at, other.fields.updated_at, 'desc'))
    .slice(0, NAMED_IDS)
    .map(({ id }) => id)
    .join(',');
}

/** Texts (times too) and booleans; what has no value comes last, whatever the direction. */
function compareValues(one: unknown, other: unknown, direction: 'asc' | 'desc'): number {
  const [first, second] = [sortable(one), sortable(other)];
  if (first === second) return 0;
  if (first === undefined) return 1;
  if (second === undefined) return -1;
  return first < second === (direction === 'asc') ? -1 : 1;
}

function sortable(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}
