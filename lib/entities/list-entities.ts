import * as z from 'zod';
import { BadRequest, HttpError } from '../errors/errors.ts';
import type { JsonObject } from '../json/merge.ts';
import { parseJson } from '../json/parse-json.ts';
import { kqlFilter } from '../kql/matches.ts';
import type { KqlNode } from '../kql/node.ts';
import { parseKql } from '../kql/parse.ts';
import { KqlSyntaxError } from '../kql/syntax-error.ts';
import { wildcard } from '../kql/wildcard.ts';
import { expandDottedKeys, leavesIn, valueAt } from './dotted-keys.ts';
import { type Entity, entitiesOf } from './entities.ts';
import { entityFieldTypes } from './entity-shapes.ts';
import { type ListQuery, RESULT_WINDOW } from './list-contract.ts';
import { queryDsl } from './query-dsl.ts';
import { compareValues, firstOf, only } from './ranking.ts';

/** Entities that an answer has where the query does not say how many. */
const DEFAULT_SIZE = 10;

const position = z.tuple([z.number(), z.string()]);
type Position = z.output<typeof position>;

/** Where an entity stands in the order of cursors: the newest first, and by id where they are of the same time. */
function positionOf({ timestamp, id }: Entity): Position {
  return [Date.parse(timestamp), id];
}

function comparePositions([time, id]: Position, [otherTime, otherId]: Position): number {
  return otherTime - time || (id < otherId ? -1 : Number(id > otherId));
}

/** The entities that follow a cursor, newest first; `nextSearchAfter` leads to those that follow these. */
export async function entitiesAfter(space: string, query: ListQuery, now: Date) {
  const { size = DEFAULT_SIZE, source, fields } = query;
  const after = cursorOf(query.searchAfter);
  const matches = testOf(() => parseKql(query.filter ?? ''), 'Invalid filter', now);
  const wanted = only(entitiesOf(space), (entity) => {
    if (after !== undefined && comparePositions(positionOf(entity), after) <= 0) return false;
    return matches(entity.document);
  });
  // One more than asked for tells whether there is anything behind them.
  const { first } = await firstOf(wanted, size + 1, (one, other) =>
    comparePositions(positionOf(one), positionOf(other)),
  );
  const found = first.slice(0, size);
  const last = found.at(-1);
  return {
    entities: found.map(({ document }) => (source === undefined ? document : projected(document, source))),
    ...(first.length > size && last && { nextSearchAfter: positionOf(last) }),
    ...(fields && { fields: found.map(({ document }) => fieldsOf(document, fields)) }),
  };
}

/** One page of the entities, in any order. */
export async function entitiesOnPage(space: string, query: ListQuery, now: Date) {
  const {
    page = 1,
    per_page = DEFAULT_SIZE,
    sort_field = '@timestamp',
    sort_order = 'desc',
    entity_types = [],
  } = query;
  if (page * per_page > RESULT_WINDOW) {
    throw new BadRequest(`Bad request: page * per_page must not be over ${RESULT_WINDOW}`);
  }
  const { filterQuery } = query;
  const matches = testOf(
    () => (filterQuery === undefined ? { type: 'all' } : queryDsl(parsed(filterQuery))),
    'Invalid filterQuery',
    now,
  );
  const wanted = only(
    entitiesOf(space),
    ({ type, document }) => (entity_types.length === 0 || entity_types.includes(type)) && matches(document),
  );
  const { first, total } = await firstOf(
    wanted,
    page * per_page,
    (one, other) =>
      compareValues(valueAt(one.document, sort_field), valueAt(other.document, sort_field), sort_order) ||
      comparePositions(positionOf(one), positionOf(other)),
  );
  const records = first.slice((page - 1) * per_page).map(({ document }) => document);
  return { records, entities: records, total, page, per_page };
}

function testOf(nodeOf: () => KqlNode, problem: string, now: Date): (document: JsonObject) => boolean {
  try {
    return kqlFilter(nodeOf(), now, entityFieldTypes);
  } catch (error) {
    const isTold = error instanceof KqlSyntaxError || error instanceof HttpError || error instanceof SyntaxError;
    if (isTold) throw new BadRequest(`${problem}: ${error.message}`);
    throw error;
  }
}

function cursorOf(text: string | undefined): Position | undefined {
  if (text === undefined) return undefined;
  try {
    return position.parse(parsed(text));
  } catch {
    throw new BadRequest('Bad request: Invalid searchAfter: must be a valid JSON-encoded value');
  }
}

function parsed(text: string): unknown {
  return parseJson(text);
}

/** The leaves of a document that lie at or under one of the paths; `*` in a path stands for any text. */
function* chosen(document: JsonObject, paths: readonly string[]) {
  const tests = paths.flatMap((path) => [wildcard(path.split('*')), wildcard(`${path}.*`.split('*'))]);
  for (const leaf of leavesIn(document)) if (tests.some((test) => test(leaf.path))) yield leaf;
}

function projected(document: JsonObject, paths: readonly string[]): JsonObject {
  const leaves = Array.from(chosen(document, paths), ({ path, value }): [string, unknown] => [path, value]);
  const { value } = expandDottedKeys(Object.fromEntries(leaves));
  return z.record(z.string(), z.unknown()).parse(value);
}

/** Values by dotted path, each as a list, as Elasticsearch gives them for `fields`. */
function fieldsOf(document: JsonObject, paths: readonly string[]): Record<string, unknown[]> {
  return Object.fromEntries(Array.from(chosen(document, paths), ({ path, value }) => [path, [value].flat()]));
}
