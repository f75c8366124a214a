import * as z from 'zod';
import { key, newestFirst } from '../../stores/keys.ts';
import { type Row, readMany, rows } from '../../stores/read.ts';
import type { Write } from '../../stores/write.ts';
import { shardOf, shards } from '../agents/agent-keys.ts';
import type { CountedWrites } from '../counters.ts';
import { rowsOnDemand } from '../rows-on-demand.ts';

/**
 * Actions on agents and what came of them. Access: newest first; the results of one action.
 *
 *   action  pk actions                                sk <inverted creation>#<action>
 *   tally   pk action-tallies#<action>                sk <hash(agent) mod 16>          counts of its results
 *   error   pk action-errors#<action>                 sk <inverted time>#<agent>       newest first
 *   result  pk action-results#<action>#<shard>        sk result#<agent>                the agent has answered
 *   done    pk action-results#<action>#<shard>        sk done#<agent>                  the action was applied to the agent
 *
 * Results are counted in the transaction that writes them, sixteen-fold: reading a status costs the same whatever the number
 * of agents.
 */
const table = 'Fleet';
const ACTIONS = 'actions';

/** Milliseconds that an action waits for its agents: 30 days. */
export const EXPIRES_AFTER_MS = 2_592_000_000;

const actionRow = z.object({
  action_id: z.string(),
  type: z.string(),
  created_at: z.string(),
  expiration: z.string(),
  total: z.number(),
  namespaces: z.array(z.string()),
});
export type Action = z.infer<typeof actionRow>;

/** The write that makes an action known. */
export function actionWrite(action: Action): Write {
  return { table, create: { ...key(ACTIONS, `${newestFirst(action.created_at)}#${action.action_id}`), ...action } };
}

/** All actions of all spaces, newest first. `wanted`: how many the caller will probably take. */
export async function* actionsNewestFirst(wanted: number): AsyncGenerator<Action> {
  for await (const row of rowsOnDemand({ table, pk: ACTIONS }, Math.max(1, Math.ceil(wanted)))) {
    yield actionRow.parse(row);
  }
}

function resultsPartition(actionId: string, agentId: string): string {
  return `action-results#${actionId}#${shardOf(agentId)}`;
}

function doneKey(actionId: string, agentId: string) {
  return key(resultsPartition(actionId, agentId), `done#${agentId}`);
}

function resultKey(actionId: string, agentId: string) {
  return key(resultsPartition(actionId, agentId), `result#${agentId}`);
}

/** Whether an action was applied to each of these agents, in their order. */
export async function areDone(actionId: string, agentIds: readonly string[]): Promise<boolean[]> {
  const found = await readMany(
    table,
    agentIds.map((id) => doneKey(actionId, id)),
  );
  return found.map((row) => row !== undefined);
}

/** The mark that an action was applied to an agent; refused when it is there. */
export function doneWrite(actionId: string, agentId: string): Write {
  return { table, create: doneKey(actionId, agentId) };
}

/** Whether an agent has answered an action. */
export async function hasResult(actionId: string, agentId: string): Promise<boolean> {
  const [row] = await readMany(table, [resultKey(actionId, agentId)]);
  return row !== undefined;
}

/** What is counted of an action, per agent. */
export type Count = {
  /** The agent stands in the action. */
  created?: number;
  /** The agent has a result, good or bad. */
  results?: number;
};

/** Counts an agent. */
export function counted(actionId: string, agentId: string, count: Count, now: Date): CountedWrites {
  const counter = { ...key(`action-tallies#${actionId}`, String(shardOf(agentId)).padStart(2, '0')), created: 0 };
  const set: Row = count.results === undefined ? {} : { latest: now.toISOString() };
  return { writes: [], counting: [{ counter, add: { ...count }, set }] };
}

/** An agent's own answer to an action; refused when it has answered. */
export function answered(actionId: string, agentId: string, error: string | undefined, now: Date): CountedWrites {
  return {
    writes: [{ table, create: resultKey(actionId, agentId) }, ...errorWrites(actionId, agentId, error, now)],
    counting: counted(actionId, agentId, { results: 1, ...failure(error) }, now).counting,
  };
}

/** What went wrong for an agent, as its result. */
export function failed(actionId: string, agentId: string, error: string, count: Count, now: Date): CountedWrites {
  return {
    writes: errorWrites(actionId, agentId, error, now),
    counting: counted(actionId, agentId, { ...count, results: 1, ...failure(error) }, now).counting,
  };
}

function failure(error: string | undefined): { errors?: number } {
  return error === undefined ? {} : { errors: 1 };
}

function errorWrites(actionId: string, agentId: string, error: string | undefined, now: Date): Write[] {
  if (error === undefined) return [];
  const timestamp = now.toISOString();
  const address = key(`action-errors#${actionId}`, `${newestFirst(timestamp)}#${agentId}`);
  return [{ table, put: { ...address, agent_id: agentId, error: error.slice(0, ERROR_CHARACTERS), timestamp } }];
}

/** An agent may send any text; the status shows its beginning. */
const ERROR_CHARACTERS = 10_000;

const tallyRow = z.object({
  created: z.number().default(0),
  results: z.number().default(0),
  errors: z.number().default(0),
  latest: z.string().optional(),
});
export type Tally = z.infer<typeof tallyRow>;

/** What was counted of an action so far. */
export async function tallyOf(actionId: string): Promise<Tally> {
  const sum: Tally = { created: 0, results: 0, errors: 0 };
  for await (const row of rows({ table, pk: `action-tallies#${actionId}`, limit: shards.length })) {
    const { created, results, errors, latest } = tallyRow.parse(row);
    sum.created += created;
    sum.results += results;
    sum.errors += errors;
    if (latest !== undefined && latest > (sum.latest ?? '')) sum.latest = latest;
  }
  return sum;
}

const errorRow = z.object({ agent_id: z.string(), error: z.string(), timestamp: z.string() });
export type ActionError = z.infer<typeof errorRow>;

/** The newest errors of an action. */
export async function latestErrors(actionId: string, count: number): Promise<ActionError[]> {
  const errors: ActionError[] = [];
  if (count <= 0) return errors;
  for await (const row of rowsOnDemand({ table, pk: `action-errors#${actionId}` }, Math.ceil(count))) {
    errors.push(errorRow.parse(row));
    if (errors.length >= count) break;
  }
  return errors;
}
