import * as z from 'zod';
import { BadRequest } from '../errors/errors.ts';
import { type FieldTypes, kqlFilter } from '../kql/matches.ts';
import { parseKql } from '../kql/parse.ts';
import { KqlSyntaxError } from '../kql/syntax-error.ts';

export type FindRequest = {
  page: number;
  per_page: number;
  sort_field?: string | undefined;
  sort_order?: 'asc' | 'desc' | undefined;
  cursor?: string | undefined;
  filter?: string | undefined;
};

/** Where a record stands in an order: its sort value, then its tie breaker. */
type Position = { value: string | number | undefined; tieBreaker: string };

export type Source<Item> = {
  items: AsyncIterable<Item>;
  /** The record that filters and sort fields see. */
  fieldsOf: (item: Item) => Record<string, unknown>;
  tieBreakerOf: (item: Item) => string;
  fields: FieldTypes;
  /** What a field sorts by, where that is not what filters see. */
  sortValueOf?: (item: Item, field: string) => unknown;
};

/** Most that Elasticsearch gives in one page. */
const MAX_PAGE = 10_000;

/**
 * One page of a collection: filter, total and order look at every record, one page of the collection at a time, and keep
 * no more than the records up to the end of the page asked for.
 */
export async function findPage<Item>(source: Source<Item>, request: FindRequest, now: Date) {
  const { page, per_page, sort_field, sort_order = 'asc', filter } = request;
  if (per_page > MAX_PAGE) throw new BadRequest(`per_page must be at most ${MAX_PAGE}`);
  const start = Math.max(0, (page - 1) * per_page);
  const { skipped, after } = cursorOf(request, start);
  const matches = testOf(filter, source.fields, now);
  const direction = sort_field !== undefined && sort_order === 'desc' ? -1 : 1;
  const { sortValueOf = (item, field) => source.fieldsOf(item)[field] } = source;
  const positionOf = (item: Item): Position => ({
    value: sort_field === undefined ? undefined : sortable(sortValueOf(item, sort_field)),
    tieBreaker: source.tieBreakerOf(item),
  });
  const wanted = start - skipped + per_page;
  let total = 0;
  let kept: { item: Item; position: Position }[] = [];
  for await (const item of source.items) {
    if (!matches(source.fieldsOf(item))) continue;
    total += 1;
    const position = positionOf(item);
    if (after !== undefined && compare(position, after, direction) <= 0) continue;
    kept.push({ item, position });
    if (kept.length >= 2 * wanted + 1_000) kept = firstOf(kept, wanted, direction);
  }
  const data = firstOf(kept, wanted, direction).slice(start - skipped);
  return {
    cursor: nextCursor(page * per_page, data.at(-1)?.position),
    data: data.map(({ item }) => item),
    page,
    per_page,
    total,
  };
}

function firstOf<Entry extends { position: Position }>(entries: Entry[], count: number, direction: 1 | -1): Entry[] {
  return entries.sort((one, other) => compare(one.position, other.position, direction)).slice(0, count);
}

/** Records without the sort value come last; equal ones by tie breaker, ascending. */
function compare(one: Position, other: Position, direction: 1 | -1): number {
  if (one.value !== other.value) {
    if (one.value === undefined) return 1;
    if (other.value === undefined) return -1;
    return (one.value < other.value ? -1 : 1) * direction;
  }
  return one.tieBreaker < other.tieBreaker ? -1 : one.tieBreaker > other.tieBreaker ? 1 : 0;
}

function sortable(value: unknown): string | number | undefined {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

function testOf(filter: string | undefined, fields: FieldTypes, now: Date) {
  try {
    return kqlFilter(parseKql(filter ?? ''), now, fields);
  } catch (error) {
    if (error instanceof KqlSyntaxError) throw new BadRequest(error.message);
    throw error;
  }
}

const cursorShape = z.union([
  z.tuple([z.number()]),
  z.tuple([z.number(), z.union([z.tuple([z.string()]), z.tuple([z.union([z.string(), z.number()]), z.string()])])]),
]);

/** A cursor is base64 of where the page before ended: its end index, and the position of its last record. */
function nextCursor(index: number, last: Position | undefined): string {
  const searchAfter = last && (last.value === undefined ? [last.tieBreaker] : [last.value, last.tieBreaker]);
  return Buffer.from(JSON.stringify(searchAfter === undefined ? [index] : [index, searchAfter])).toString('base64');
}

function cursorOf(
  { cursor, sort_field }: FindRequest,
  start: number,
): { skipped: number; after: Position | undefined } {
  if (cursor === undefined) return { skipped: 0, after: undefined };
  const parsed = cursorShape.safeParse(jsonOf(Buffer.from(cursor, 'base64').toString()));
  if (!parsed.success) throw new BadRequest('Error decoding cursor structure');
  const [index, searchAfter] = parsed.data;
  if (index < 0) throw new BadRequest('index of cursor cannot be less 0');
  if (index > start) {
    throw new BadRequest(`index: ${index} of cursor cannot be greater than the start page index: ${start}`);
  }
  if (searchAfter === undefined) return { skipped: 0, after: undefined };
  if (searchAfter.length === 2 && sort_field === undefined) throw new BadRequest('Bad Request');
  const [value, tieBreaker] = searchAfter.length === 2 ? searchAfter : [undefined, searchAfter[0]];
  return { skipped: index, after: { value, tieBreaker } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest('Error parsing JSON from base64 encoded cursor');
  }
}
