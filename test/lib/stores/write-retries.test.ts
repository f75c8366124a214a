import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { WriteConflict } from '../../../lib/errors/errors.ts';
import type { Key } from '../../../lib/stores/keys.ts';
import { type Row, read } from '../../../lib/stores/read.ts';
import { type Write, write } from '../../../lib/stores/write.ts';
import { cancelled, failFirst, intercept, jitter, ownTables, type Sent, serviceError } from './store.ts';

ownTables();

const table = 'Documents';
let tests = 0;
const fresh = (): Key => ({ pk: `test ${tests++}`, sk: 'a' });

async function given(row: Row = {}): Promise<Key> {
  const address = fresh();
  await write({ table, put: { ...address, version: 5, count: 0, ...row } });
  return address;
}

const isWrite = ({ name }: Sent) => /^(Put|Update|Delete|TransactWrite)Command$/.test(name);

/**
 * Every write arrives twice: what happens when an answer is lost and the SDK sends its request again. Long after, when
 * DynamoDB has forgotten the token of a transaction, or where the emulator does not heed it, the repetition is a new
 * request: `forgetful`.
 */
function answersGetLost({ forgetful = false } = {}): Sent[] {
  return intercept(async (sent, send) => {
    if (!isWrite(sent)) return send();
    await send();
    if (forgetful && sent.input.ClientRequestToken !== undefined) sent.input.ClientRequestToken = crypto.randomUUID();
    return send();
  });
}

const changes: [string, (there: Key, free: Key) => Write][] = [
  ['create', (_there, free) => ({ table, create: { ...free, name: 'new' } })],
  ['put', (there) => ({ table, put: { ...there, name: 'new' } })],
  ['replace', (there) => ({ table, replace: { ...there, version: 6 } })],
  ['delete', (there) => ({ table, delete: there })],
  ['delete of a version', (there) => ({ table, delete: there, version: 5 })],
  ['update', (there) => ({ table, update: there, set: { name: 'new' } })],
  ['update that adds', (there) => ({ table, update: there, add: { count: 1 } })],
];

// A single row that is gone holds no sign of who deleted it: only a token can tell, so there is no forgetful case.
const alone = changes.filter(([name]) => name !== 'delete of a version');

describe.each([
  ['within the time of its token', false, changes],
  ['without its token', true, alone],
])('a write that arrives again %s', (_when, forgetful, changesAlone) => {
  it.each(changesAlone)('counts as done, once: %s', async (_name, change) => {
    const [there, free] = [await given(), fresh()];
    const expected = await outcomeOf(change);
    answersGetLost({ forgetful });
    await write(change(there, free));
    expect(await contentOf([there, free])).toEqual(expected);
  });

  it.each(changes)('counts as done, once, in a transaction: %s', async (_name, change) => {
    const [there, free, beside] = [await given(), fresh(), fresh()];
    const expected = await outcomeOf(change);
    answersGetLost({ forgetful });
    await write(change(there, free), { table, create: beside });
    expect(await contentOf([there, free])).toEqual(expected);
    expect(await read(table, beside)).toBeDefined();
  });
});

async function contentOf(addresses: Key[]) {
  const found = await Promise.all(addresses.map((address) => read(table, address)));
  return found.map((row) => row && { ...row, pk: '', writeId: '' });
}

/** What the change leaves when nothing goes wrong. */
async function outcomeOf(change: (there: Key, free: Key) => Write) {
  const [there, free] = [await given(), fresh()];
  await write(change(there, free));
  return contentOf([there, free]);
}

it('tells its own row from that of another who was faster', async () => {
  const address = fresh();
  intercept(async (sent, send) => {
    if (sent.input.Item?.name !== 'ours') return send();
    await write({ table, create: { ...address, name: 'theirs' } });
    return send();
  });
  const refusal = await write({ table, create: { ...address, name: 'ours' } }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ name: 'WriteConflict', found: { name: 'theirs' } });
});

it('hands on a network error that the SDK could not mend', async () => {
  const address = fresh();
  const sent = failFirst('PutCommand', 1, () => serviceError('TimeoutError', 'socket hang up'));
  await expect(write({ table, create: address })).rejects.toThrow('socket hang up');
  expect(sent).toHaveLength(1);
});

const passing: [string, string, () => Error, Write[]][] = [
  [
    'a plain write that meets a transaction',
    'PutCommand',
    () => new TransactionConflictException({ $metadata: {}, message: 'busy' }),
    [{ table, put: fresh() }],
  ],
  [
    'a transaction that meets another',
    'TransactWriteCommand',
    () => cancelled('None', 'TransactionConflict'),
    [
      { table, put: fresh() },
      { table, put: fresh() },
    ],
  ],
  [
    'a condition alone that meets a transaction',
    'TransactWriteCommand',
    () => cancelled('TransactionConflict'),
    [{ table, absent: fresh() }],
  ],
  [
    'a throttled transaction',
    'TransactWriteCommand',
    () => cancelled('ThrottlingError', 'None'),
    [
      { table, put: fresh() },
      { table, put: fresh() },
    ],
  ],
  [
    'a transaction beyond the throughput',
    'TransactWriteCommand',
    () => cancelled('None', 'ProvisionedThroughputExceeded'),
    [
      { table, put: fresh() },
      { table, put: fresh() },
    ],
  ],
];

it.each(passing)('tries again: %s', async (_name, command, error, writes) => {
  const sent = failFirst(command, 2, error);
  await write(...writes);
  expect(sent.filter(({ name }) => name === command)).toHaveLength(3);
});

it.each(passing)('gives up at last, with what it met: %s', async (_name, command, error, writes) => {
  jitter(0);
  const sent = failFirst(command, 1_000, error);
  await expect(write(...writes)).rejects.toThrow(error().message);
  expect(sent.length).toBeGreaterThanOrEqual(8);
  expect(sent.length).toBeLessThan(20);
});

it('repeats a transaction under the same token and with the same content', async () => {
  const sent = failFirst('TransactWriteCommand', 3, () => cancelled('TransactionConflict', 'None'));
  await write({ table, put: fresh() }, { table, put: fresh() });
  await write({ table, put: fresh() }, { table, put: fresh() });
  const [first, ...repeated] = sent.slice(0, 4).map(({ input }) => JSON.stringify(input));
  expect(repeated).toEqual([first, first, first]);
  expect(sent[4]?.input.ClientRequestToken).not.toBe(sent[0]?.input.ClientRequestToken);
});

it('waits longer from attempt to attempt', async () => {
  const times: number[] = [];
  intercept(async (_sent, send) => {
    times.push(performance.now());
    if (times.length <= 3) throw cancelled('TransactionConflict', 'None');
    return send();
  });
  jitter(0.999);
  await write({ table, put: fresh() }, { table, put: fresh() });
  const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  for (const [attempt, wait] of waits.entries()) expect(wait).toBeGreaterThan(18 * 2 ** attempt);
});

it.each([
  [
    'a condition that fails beside a conflict',
    () => cancelled('TransactionConflict', 'ConditionalCheckFailed'),
    WriteConflict,
  ],
  ['a transaction that DynamoDB finds invalid', () => cancelled('ValidationError', 'None'), Error],
  ['any other error', () => serviceError('AccessDeniedException'), Error],
])('does not try again: %s', async (_name, error, expected) => {
  const sent = failFirst('TransactWriteCommand', 1, error);
  await expect(write({ table, put: fresh() }, { table, put: fresh() })).rejects.toBeInstanceOf(expected);
  expect(sent).toHaveLength(1);
});

it('takes a refusal without a row for what it is', async () => {
  failFirst('PutCommand', 1, () => new ConditionalCheckFailedException({ $metadata: {}, message: 'refused' }));
  const refusal = await write({ table, create: fresh() }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ name: 'WriteConflict', index: 0, found: undefined });
});

it('loses nothing of 20 increments of one row at the same time', async () => {
  const address = await given();
  const increment = async (): Promise<number> => {
    for (let attempt = 1; ; attempt++) {
      const row = await read(table, address);
      const [version, count] = [Number(row?.version), Number(row?.count)];
      try {
        await write({ table, replace: { ...address, version: version + 1, count: count + 1 } });
        return attempt;
      } catch (error) {
        if (!(error instanceof WriteConflict)) throw error;
      }
    }
  };
  const attempts = await Promise.all(Array.from({ length: 20 }, increment));
  expect(await read(table, address)).toMatchObject({ version: 25, count: 20 });
  expect(Math.max(...attempts), 'they met each other').toBeGreaterThan(1);
});

it('loses nothing of 20 increments by update at the same time', async () => {
  const address = await given();
  await Promise.all(Array.from({ length: 20 }, () => write({ table, update: address, add: { count: 1, version: 1 } })));
  expect(await read(table, address)).toMatchObject({ version: 25, count: 20 });
});

it('lets one of 20 creations of one row win', async () => {
  const address = fresh();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, by) => write({ table, create: { ...address, by } })),
  );
  const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      expect(outcome.reason).toMatchObject({ name: 'WriteConflict', found: { by: winner } });
  }
});
