import { ProvisionedThroughputExceededException, ThrottlingException } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { backOff } from './backoff.ts';
import { dynamodb } from './dynamodb.ts';
import type { Key } from './keys.ts';
import type { Row } from './read.ts';
import { type Table, tableName } from './tables.ts';

/** Rows that one BatchWriteItem takes. */
const BATCH_SIZE = 25;
/** Batches under way at once: enough to use a table's 4,000 writes a second, few enough not to flood it. */
const IN_FLIGHT = 8;
/** Attempts of one batch; with the back-off five seconds on average. */
const ATTEMPTS = 16;

type Request = { PutRequest: { Item: Row } } | { DeleteRequest: { Key: Key } };

export type BulkOptions = {
  /** Milliseconds since the epoch after which no further batch is started. */
  deadline?: number;
};

/** How far a bulk write came: rows that stand for sure, and what cut it short: the deadline, or a failure. */
export type BulkResult = { written: number; complete: boolean; failure?: unknown };

/**
 * Puts many rows, not as a transaction: whatever stands there is overwritten, and a failure in the middle leaves the
 * rows written so far. A batch must not name one key twice.
 */
export function putRows(table: Table, rows: AsyncIterable<Key & Row>, options?: BulkOptions): Promise<BulkResult> {
  return writeBatches(table, rows, (Item) => ({ PutRequest: { Item } }), options);
}

/** Deletes many rows; those that are not there count as deleted. */
export function deleteRows(
  table: Table,
  keys: AsyncIterable<Key> | Iterable<Key>,
  options?: BulkOptions,
): Promise<BulkResult> {
  return writeBatches(table, keys, ({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }), options);
}

/**
 * Deletes rows that only another row leads to, before that one goes: cut off in between, a repeat still finds them, as long
 * as it does not have to read them.
 *
 * @throws whatever a deletion failed with
 */
export async function deleteFirst(table: Table, keys: readonly Key[]): Promise<void> {
  if (keys.length === 0) return;
  const { failure } = await deleteRows(table, keys);
  if (failure !== undefined) throw failure;
}

async function writeBatches<T>(
  table: Table,
  items: AsyncIterable<T> | Iterable<T>,
  requestOf: (item: T) => Request,
  { deadline = Number.POSITIVE_INFINITY }: BulkOptions = {},
): Promise<BulkResult> {
  const batches = batchesOf(items);
  let written = 0;
  let complete = true;
  let stopped = false;
  // Each lane takes the next batch when its own is written, so at most IN_FLIGHT are under way.
  const lane = async (): Promise<void> => {
    try {
      while (!stopped) {
        const { value: batch, done } = await batches.next();
        if (done === true || stopped) return;
        const isLate = Date.now() >= deadline;
        const left = isLate
          ? batch.length
          : await writeBatch(table, batch.map(requestOf), deadline, (count) => {
              written += count;
            });
        if (left === 0) continue;
        complete = false;
        stopped = true;
      }
    } catch (error) {
      stopped = true;
      throw error;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: IN_FLIGHT }, lane));
  await batches.return(undefined);
  const failed = lanes.find((result) => result.status === 'rejected');
  return failed === undefined ? { written, complete } : { written, complete: false, failure: failed.reason };
}

async function* batchesOf<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T[], undefined> {
  let batch: T[] = [];
  for await (const item of items) {
    if (batch.push(item) === BATCH_SIZE) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
  return undefined;
}

/** Writes one batch, retrying what DynamoDB leaves unprocessed; tells `count` what stands, returns what the deadline cut off. */
async function writeBatch(
  table: Table,
  batch: Request[],
  deadline: number,
  count: (rows: number) => void,
): Promise<number> {
  const name = tableName(table);
  let requests = batch;
  for (let attempt = 1; ; attempt++) {
    const left = await unprocessedOf(name, requests);
    count(requests.length - left.length);
    if (left.length === 0 || Date.now() >= deadline) return left.length;
    if (attempt === ATTEMPTS) throw new Error(`${left.length} rows stayed unprocessed after ${ATTEMPTS} attempts`);
    requests = left;
    await backOff(attempt - 1);
  }
}

async function unprocessedOf(name: string, requests: Request[]): Promise<Request[]> {
  try {
    const { UnprocessedItems } = await dynamodb().send(new BatchWriteCommand({ RequestItems: { [name]: requests } }));
    return (UnprocessedItems?.[name] ?? []).flatMap(asRequest);
  } catch (error) {
    // What DynamoDB answers when it has room for none of them.
    if (error instanceof ProvisionedThroughputExceededException || error instanceof ThrottlingException)
      return requests;
    throw error;
  }
}

/** The SDK types an unprocessed request as either kind, both optional. */
function asRequest({
  PutRequest,
  DeleteRequest,
}: {
  PutRequest?: { Item: Row | undefined } | undefined;
  DeleteRequest?: { Key: Row | undefined } | undefined;
}): Request[] {
  if (PutRequest?.Item) return [{ PutRequest: { Item: PutRequest.Item } }];
  if (DeleteRequest?.Key) {
    const { pk, sk } = DeleteRequest.Key;
    return [{ DeleteRequest: { Key: { pk: String(pk), sk: String(sk) } } }];
  }
  return [];
}
