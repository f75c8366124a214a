import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, GetCommand, QueryCommand, TransactGetCommand } from '@aws-sdk/lib-dynamodb';
import { backOff } from './backoff.ts';
import { dynamodb } from './dynamodb.ts';
import { type Key, key } from './keys.ts';
import { type Table, tableName } from './tables.ts';

/** A row as it lies in a table; areas parse it with their own schema before they use it. */
export type Row = Record<string, unknown>;

/** Rows that one BatchGetItem or TransactGetItems takes. */
const BATCH_LIMIT = 100;
const ATTEMPTS = 8;

/** Reads one row as of now (strongly consistent). */
export async function read(table: Table, { pk, sk }: Key): Promise<Row | undefined> {
  const { Item } = await dynamodb().send(
    new GetCommand({ TableName: tableName(table), Key: { pk, sk }, ConsistentRead: true }),
  );
  return Item;
}

/** Reads many rows as of now; the answer has the order of the keys, undefined where there is no row. */
export async function readMany(table: Table, keys: readonly Key[]): Promise<(Row | undefined)[]> {
  const found = new Map<string, Row>();
  const distinct = [...new Map(keys.map((key) => [nameOf(key), { pk: key.pk, sk: key.sk }])).values()];
  for (let start = 0; start < distinct.length; start += BATCH_LIMIT) {
    let wanted: Key[] = distinct.slice(start, start + BATCH_LIMIT);
    for (let attempt = 0; wanted.length > 0; attempt++) {
      if (attempt === ATTEMPTS) throw new Error(`${wanted.length} keys stayed unprocessed after ${ATTEMPTS} attempts`);
      if (attempt > 0) await backOff(attempt);
      const name = tableName(table);
      const { Responses, UnprocessedKeys } = await dynamodb().send(
        new BatchGetCommand({ RequestItems: { [name]: { Keys: wanted, ConsistentRead: true } } }),
      );
      for (const row of Responses?.[name] ?? []) found.set(nameOf(row), row);
      wanted = (UnprocessedKeys?.[name]?.Keys ?? []).map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
    }
  }
  return keys.map((key) => found.get(nameOf(key)));
}

function nameOf({ pk, sk }: Row | Key): string {
  return JSON.stringify([pk, sk]);
}

/**
 * Reads up to 100 rows as they stood at one moment: no transaction is ever seen half. Costs twice a plain read; for what
 * must agree with each other.
 */
export async function readSnapshot(table: Table, keys: readonly Key[]): Promise<(Row | undefined)[]> {
  const TransactItems = keys.map(({ pk, sk }) => ({ Get: { TableName: tableName(table), Key: { pk, sk } } }));
  for (let attempt = 0; ; attempt++) {
    try {
      const { Responses } = await dynamodb().send(new TransactGetCommand({ TransactItems }));
      return keys.map((_, index) => Responses?.[index]?.Item);
    } catch (error) {
      if (!(error instanceof TransactionCanceledException) || attempt === ATTEMPTS) throw error;
      await backOff(attempt);
    }
  }
}

export type Selection = {
  table: Table;
  pk: string;
  /** Only sort keys that begin with this text. */
  prefix?: string;
  /** Only sort keys after this one (before it, when descending). */
  after?: string;
  /** A local secondary index to read instead of the table. */
  index?: { name: string; from?: string };
  descending?: boolean;
  /** Attributes to bring over the wire; all when absent. Does not change what is billed. */
  fields?: readonly string[];
  /** Rows to read at the most, per page. */
  limit?: number;
};

export type Page = { rows: Row[]; next: Record<string, unknown> | undefined };

/** Reads one page (at most 1 MB, or `limit` rows) of a partition in key order, as of now. */
export async function readPage(selection: Selection, start?: Record<string, unknown>): Promise<Page> {
  const { Items, LastEvaluatedKey } = await dynamodb().send(new QueryCommand(queryOf(selection, start)));
  return { rows: Items ?? [], next: LastEvaluatedKey };
}

/**
 * All rows of a partition, page by page in key order. The next page is asked for while the caller works on this one.
 */
export async function* rows(selection: Selection): AsyncGenerator<Row> {
  let page: Page | undefined = await readPage(selection);
  while (page !== undefined) {
    const following: Promise<Page> | undefined = page.next && readPage(selection, page.next);
    // A caller that stops early leaves the request behind; its failure is nobody's.
    following?.catch(() => undefined);
    yield* page.rows;
    page = await following;
  }
}

/** Partitions whose first page is fetched before it is their turn. */
const LOOK_AHEAD = 4;

/** All rows of several partitions, one partition after the other; the first pages of the next ones are under way. */
export async function* rowsInTurn(selections: readonly Selection[]): AsyncGenerator<Row> {
  const begun = new Map<number, { rest: AsyncGenerator<Row>; first: Promise<IteratorResult<Row>> }>();
  const begin = (index: number) => {
    const selection = selections[index];
    if (selection === undefined || begun.has(index)) return;
    const rest = rows(selection);
    const first = rest.next();
    first.catch(() => undefined);
    begun.set(index, { rest, first });
  };
  for (let index = 0; index < selections.length; index++) {
    for (let ahead = 0; ahead <= LOOK_AHEAD; ahead++) begin(index + ahead);
    const current = begun.get(index);
    begun.delete(index);
    if (current === undefined) continue;
    const first = await current.first;
    if (first.done === true) continue;
    yield first.value;
    yield* current.rest;
  }
}

/** Number of rows of a selection. Reads (and is billed for) all of them: for partitions that stay small. */
export async function countRows(selection: Selection): Promise<number> {
  let count = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const { fields: _, ...counted } = selection;
    const query = queryOf(counted, start);
    const { Count, LastEvaluatedKey } = await dynamodb().send(new QueryCommand({ ...query, Select: 'COUNT' }));
    count += Count ?? 0;
    start = LastEvaluatedKey;
  } while (start !== undefined);
  return count;
}

function queryOf(selection: Selection, start: Record<string, unknown> | undefined) {
  const { table, pk, prefix, after, index, descending, fields, limit } = selection;
  // Free text in a selection gets the same refusal as in an address.
  key(pk, prefix ?? after ?? 'any');
  const names: Record<string, string> = { '#pk': 'pk' };
  const values: Record<string, unknown> = { ':pk': pk };
  const conditions = ['#pk = :pk'];
  const begin = prefix !== undefined && after !== undefined ? { pk, sk: after } : undefined;
  if (prefix !== undefined) {
    names['#sk'] = 'sk';
    values[':prefix'] = prefix;
    conditions.push('begins_with(#sk, :prefix)');
  } else if (after !== undefined) {
    names['#sk'] = 'sk';
    values[':after'] = after;
    conditions.push(descending === true ? '#sk < :after' : '#sk > :after');
  } else if (index?.from !== undefined) {
    names['#index'] = index.name;
    values[':from'] = index.from;
    conditions.push('#index >= :from');
  }
  fields?.forEach((field, position) => {
    names[`#f${position}`] = field;
  });
  return {
    TableName: tableName(table),
    ConsistentRead: true,
    KeyConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ...(fields && { ProjectionExpression: fields.map((_, position) => `#f${position}`).join(', ') }),
    ...(index && { IndexName: index.name }),
    ...(descending === true && { ScanIndexForward: false }),
    ...(limit !== undefined && { Limit: limit }),
    ...((start ?? begin) && { ExclusiveStartKey: start ?? begin }),
  };
}
