import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { PayloadTooLarge, WriteConflict } from '../errors/errors.ts';
import { backOff } from './backoff.ts';
import { dynamodb } from './dynamodb.ts';
import type { Key } from './keys.ts';
import type { Row } from './read.ts';
import { type Table, tableName } from './tables.ts';

/** One change, or one condition, of a `write`. */
export type Write = { table: Table } & (
  | { /** A row that must not exist yet. */ create: Key & Row }
  | {
      /** The next version of a row: what stands there must have `version - 1`. */ replace: Key &
        Row & { version: number };
    }
  | { /** A row that overwrites whatever stands there. */ put: Key & Row }
  | { /** Deletes a row; with `version`, only while it stands there in that version. */ delete: Key; version?: number }
  | { /** Changes single attributes of a row that must exist. */ update: Key; set?: Row; add?: Record<string, number> }
  | { /** Changes nothing: the row must exist, with these attribute values. */ require: Key; equals?: Row }
  | { /** Changes nothing: no row may stand there. */ absent: Key }
);

/** Attempts of a write that loses to another transaction, after the first; with the back-off three seconds on average. */
const ATTEMPTS = 10;

/**
 * Does all writes or none. One write costs a plain request, several a transaction (at most 100 writes and 4 MB), which
 * costs twice as much; see `sendAlone` for the single writes that are transactions, too.
 *
 * Every row carries the `writeId` of its last write, so that a write whose answer was lost and that is then refused by
 * its own result counts as done. Losing to another transaction in flight is retried.
 *
 * @throws WriteConflict when a condition does not hold.
 */
export async function write(...writes: readonly Write[]): Promise<void> {
  const writeId = randomUUID();
  const requests = writes.map((each) => requestOf(each, writeId));
  const [single] = requests;
  if (single === undefined) return;
  for (let attempt = 0; ; attempt++) {
    try {
      if (requests.length === 1) await sendAlone(single, writeId);
      else await dynamodb().send(new TransactWriteCommand({ TransactItems: requests, ClientRequestToken: writeId }));
      return;
    } catch (error) {
      const refusal = refusalIn(error, writeId);
      if (refusal !== undefined) {
        if (refusal.found?.writeId === writeId) return;
        throw refusal;
      }
      if (isTooLarge(error))
        throw new PayloadTooLarge('A record is larger than 400 KB and cannot be stored.', { cause: error });
      if (!isPassing(error) || attempt === ATTEMPTS) throw error;
      await backOff(attempt);
    }
  }
}

/**
 * A deletion under a condition, and a condition alone, are transactions of one: only their token tells a repetition, after
 * a lost answer, from a conflict. A row that stands has its `writeId` for that; a row that is gone has none.
 */
async function sendAlone(request: Request, writeId: string): Promise<void> {
  if (request.Put) await dynamodb().send(new PutCommand(request.Put));
  else if (request.Delete && request.Delete.ConditionExpression === undefined)
    await dynamodb().send(new DeleteCommand(request.Delete));
  else if (request.Update) await dynamodb().send(new UpdateCommand(request.Update));
  else await dynamodb().send(new TransactWriteCommand({ TransactItems: [request], ClientRequestToken: writeId }));
}

type Condition = {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD';
};
type Target = { TableName: string };
type Request = {
  Put?: Target & Condition & { Item: Row };
  Delete?: Target & Condition & { Key: Key };
  Update?: Target & Condition & { Key: Key; UpdateExpression: string };
  ConditionCheck?: Target & Condition & { Key: Key; ConditionExpression: string };
};

const unconditional: Condition = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
const rowAbsent = { ...unconditional, ConditionExpression: 'attribute_not_exists(pk)' };

function rowAt(version: number): Condition {
  return {
    ...unconditional,
    ConditionExpression: '#version = :was',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':was': version },
  };
}

function requestOf(write: Write, writeId: string): Request {
  const target = { TableName: tableName(write.table) };
  if ('create' in write) return { Put: { ...target, ...rowAbsent, Item: { ...write.create, writeId } } };
  if ('put' in write) return { Put: { ...target, ...unconditional, Item: { ...write.put, writeId } } };
  if ('replace' in write) {
    return { Put: { ...target, ...rowAt(write.replace.version - 1), Item: { ...write.replace, writeId } } };
  }
  if ('delete' in write) {
    const condition = write.version === undefined ? unconditional : rowAt(write.version);
    return { Delete: { ...target, ...condition, Key: keyOf(write.delete) } };
  }
  if ('update' in write) {
    return { Update: { ...target, Key: keyOf(write.update), ...changesOf(write.set ?? {}, write.add ?? {}, writeId) } };
  }
  if ('require' in write) {
    return { ConditionCheck: { ...target, Key: keyOf(write.require), ...rowWith(write.equals ?? {}) } };
  }
  return { ConditionCheck: { ...target, Key: keyOf(write.absent), ...rowAbsent } };
}

function keyOf({ pk, sk }: Key): Key {
  return { pk, sk };
}

function changesOf(set: Row, add: Record<string, number>, writeId: string) {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const clause = (changes: Row, letter: string, sign: string) =>
    Object.entries(changes).map(([name, value], position) => {
      names[`#${letter}${position}`] = name;
      values[`:${letter}${position}`] = value;
      return `#${letter}${position} ${sign} :${letter}${position}`;
    });
  const sets = clause({ ...set, writeId }, 's', '=');
  const adds = clause(add, 'a', '');
  return {
    ...unconditional,
    // A repetition of this very write must fail, or it would add twice.
    ConditionExpression: `attribute_exists(pk) AND #s${sets.length - 1} <> :s${sets.length - 1}`,
    UpdateExpression: `SET ${sets.join(', ')}${adds.length > 0 ? ` ADD ${adds.join(', ')}` : ''}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

function rowWith(equals: Row): Condition & { ConditionExpression: string } {
  const fields = Object.entries(equals);
  const conditions = ['attribute_exists(pk)', ...fields.map((_, position) => `#e${position} = :e${position}`)];
  return {
    ...unconditional,
    ConditionExpression: conditions.join(' AND '),
    ...(fields.length > 0 && {
      ExpressionAttributeNames: Object.fromEntries(fields.map(([name], position) => [`#e${position}`, name])),
      ExpressionAttributeValues: Object.fromEntries(fields.map(([, value], position) => [`:e${position}`, value])),
    }),
  };
}

function refusalIn(error: unknown, writeId: string): WriteConflict | undefined {
  if (error instanceof ConditionalCheckFailedException) {
    return new WriteConflict(0, error.Item && unmarshall(error.Item));
  }
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const reasons = error.CancellationReasons ?? [];
  const own = reasons.findIndex(({ Item }) => Item?.writeId?.S === writeId);
  const index = own >= 0 ? own : reasons.findIndex(({ Code }) => Code === 'ConditionalCheckFailed');
  if (index < 0) return undefined;
  const item = reasons[index]?.Item;
  return new WriteConflict(index, item && Object.keys(item).length > 0 ? unmarshall(item) : undefined);
}

const TOO_LARGE = /item size|transaction request cannot include more than|aggregate size|collection size/i;

/** DynamoDB's limits: 400 KB a row, 4 MB a transaction. What areas keep apart from their rows never meets them. */
function isTooLarge(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    const reasons = error.CancellationReasons ?? [];
    return reasons.some(({ Code, Message = '' }) => Code === 'ValidationError' && TOO_LARGE.test(Message));
  }
  return error instanceof Error && error.name === 'ValidationException' && TOO_LARGE.test(error.message);
}

/** Lost to another transaction, or throttled inside one: the SDK does not retry these by itself. */
function isPassing(error: unknown): boolean {
  if (error instanceof TransactionConflictException) return true;
  if (!(error instanceof TransactionCanceledException)) return false;
  const passing = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];
  return (error.CancellationReasons ?? []).some(({ Code }) => Code !== undefined && passing.includes(Code));
}
