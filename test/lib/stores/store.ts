import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { beforeAll, onTestFinished, vi } from 'vitest';
import { type DynamoDB, wrapDynamoDB } from '../../../lib/stores/dynamodb.ts';
import { type Row, rows } from '../../../lib/stores/read.ts';
import type { Table } from '../../../lib/stores/tables.ts';
import { createOwnTables } from '../../support/stack.ts';

/** Gives the test file its own tables. */
export function ownTables(): void {
  beforeAll(createOwnTables);
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into requests and answers of every kind
type Anything = any;
export type Sent = { name: string; input: Anything };
export type Interceptor = (sent: Sent, send: () => Promise<Anything>) => Promise<Anything>;

/**
 * Puts `interceptor` between the stores and the client until the test ends. `send` sends the command as it stands, as
 * often as it is called. Gives the list of all commands that the stores sent.
 */
export function intercept(interceptor: Interceptor): Sent[] {
  const seen: Sent[] = [];
  const takeOff = wrapDynamoDB((inner) => {
    const send = (command: Anything) => {
      const sent = { name: command.constructor.name, input: command.input };
      seen.push(sent);
      return interceptor(sent, () => inner.send(command));
    };
    return { send } as unknown as DynamoDB;
  });
  onTestFinished(takeOff);
  return seen;
}

/** Lets every command through and gives the list of them. */
export const record = () => intercept((_sent, send) => send());

/** A deadline that no test reaches. */
export const later = () => Date.now() + 3_600_000;

/**
 * Stops the clock until the test ends, and gives a deadline and a way to let it pass. Timers run on. So a test says at
 * which request its time is over, on a machine of any speed.
 */
export function stoppedClock(): { deadline: number; pass: () => void } {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const deadline = Date.now() + 1_000;
  return { deadline, pass: () => void vi.setSystemTime(deadline + 1) };
}

/** Lets the time pass at the answer to the last of so many commands of the name; none of them is answered before. */
export function passAfter(count: number, name: string, clock: { pass: () => void }): Sent[] {
  const { promise, resolve } = Promise.withResolvers<void>();
  let sendings = 0;
  return intercept(async (sent, send) => {
    const answer = await send();
    if (sent.name !== name) return answer;
    if (++sendings === count) {
      clock.pass();
      resolve();
    }
    await promise;
    return answer;
  });
}

/** Throws `error` in place of the first `times` commands of the name. */
export function failFirst(name: string, times: number, error: (sent: Sent) => Error): Sent[] {
  let left = times;
  return intercept(async (sent, send) => {
    if (sent.name === name && left-- > 0) throw error(sent);
    return send();
  });
}

/**
 * Fixes the share of its time that the back-off waits, until the test ends: 0 for tests that go through all its attempts,
 * almost 1 for tests that measure it.
 */
export function jitter(share: number): void {
  const random = vi.spyOn(Math, 'random').mockReturnValue(share);
  onTestFinished(() => random.mockRestore());
}

/** What DynamoDB throws when it cancels a transaction; one code for each of its items. */
export function cancelled(...codes: string[]): TransactionCanceledException {
  return new TransactionCanceledException({
    $metadata: {},
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
}

/** An error of the service that the client has no class for. */
export function serviceError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  return await Array.fromAsync(items);
}

/** All rows of a partition. */
export const partition = (table: Table, pk: string): Promise<Row[]> => collect(rows({ table, pk }));

/** Hands on the items one by one, as a source that reads from afar does. */
export async function* slowly<T>(items: Iterable<T>, milliseconds = 0): AsyncGenerator<T> {
  for (const item of items) {
    if (milliseconds > 0) await sleep(milliseconds);
    yield item;
  }
}

export const numbered = (index: number): string => String(index).padStart(4, '0');
