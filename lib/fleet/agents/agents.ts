import * as z from 'zod';
import { fitsKey } from '../../stores/keys.ts';
import { type Row, read, readMany, rows } from '../../stores/read.ts';
import { agentKey, partitionOf, shards } from './agent-keys.ts';

/**
 * Agents: what lists, filters and status need of each. Access: by id; all, over 16 partitions; the active ones by enrolment.
 *
 *   agent  pk agents#<hash(id) mod 16>   sk <id>   index enrolled_at: only while the agent is active
 *
 * What else belongs to an agent hangs under its incarnation, so that an agent enrolled again does not inherit it.
 */
export const table = 'Fleet';
export const BY_ENROLMENT = 'enrolled_at';

const json = z
  .string()
  .transform((text): Record<string, unknown> => z.record(z.string(), z.unknown()).parse(JSON.parse(text)));
const keyHistory = z.array(z.object({ id: z.string(), retired_at: z.string() }));

/** API keys besides the one for Fleet Server. */
const otherKeys = z.object({
  default_api_key_id: z.string().optional(),
  default_api_key_history: keyHistory.optional(),
  outputs: z
    .record(
      z.string(),
      z.object({ api_key_id: z.string(), type: z.string(), to_retire_api_key_ids: keyHistory.optional() }),
    )
    .optional(),
});

const agentRow = z.object({
  sk: z.string(),
  version: z.number(),
  incarnation: z.string(),
  active: z.boolean(),
  type: z.enum(['PERMANENT', 'EPHEMERAL', 'TEMPORARY']),
  policy_id: z.string(),
  namespaces: z.array(z.string()),
  /** ISO time; the index has its own copy while the agent is active. */
  enrolled: z.string(),
  access_api_key_id: z.string(),
  agent_version: z.string(),
  tags: z.array(z.string()),
  /** What filters can name of the local metadata, as JSON text. */
  facts: json,
  local_metadata_hash: z.string(),
  components_hash: z.string().optional(),
  /** Number of the last action that was put into the agent's inbox. */
  action_seq: z.number(),
  /** The day under which the index rows stand: see `dayOf`. */
  day: z.number(),
  keys: z
    .string()
    .transform((text) => otherKeys.parse(JSON.parse(text)))
    .optional(),
  enrollment_id: z.string().optional(),
  replace_token: z.string().optional(),
  last_checkin: z.string().optional(),
  last_checkin_status: z.string().optional(),
  last_checkin_message: z.string().optional(),
  policy_revision_idx: z.number().optional(),
  unhealthy_reason: z.array(z.string()).nullable().optional(),
  unenrolled_at: z.string().optional(),
  unenrollment_started_at: z.string().optional(),
  unenrolled_reason: z.string().optional(),
  audit_unenrolled_reason: z.string().optional(),
  upgraded_at: z.string().nullable().optional(),
  upgrade_started_at: z.string().nullable().optional(),
  upgrade_details: json.nullable().optional(),
  updated_at: z.string().optional(),
});

/** An agent; its own id for `sk`, and `enrolled_at` for what the row calls `enrolled`. */
export type Agent = Omit<z.infer<typeof agentRow>, 'sk' | 'enrolled'> & { id: string; enrolled_at: string };

export function agentOf(row: Row): Agent {
  const { sk, enrolled, ...agent } = agentRow.parse(row);
  return { ...agent, id: sk, enrolled_at: enrolled };
}

/** The row of an agent. */
export function rowOf(agent: Agent) {
  const { id, enrolled_at, facts, keys, upgrade_details, ...fields } = agent;
  return {
    ...agentKey(id),
    ...fields,
    enrolled: enrolled_at,
    [BY_ENROLMENT]: agent.active ? enrolled_at : undefined,
    facts: JSON.stringify(facts),
    keys: keys && JSON.stringify(keys),
    upgrade_details: upgrade_details && JSON.stringify(upgrade_details),
  };
}

/** One agent, whatever its status and space. */
export async function findAgent(id: string): Promise<Agent | undefined> {
  if (!fitsKey(id)) return undefined;
  const row = await read(table, agentKey(id));
  return row && agentOf(row);
}

/** The agents of these ids that exist. */
export async function findAgents(ids: Iterable<string>): Promise<Agent[]> {
  const wanted = [...new Set(ids)].filter(fitsKey);
  const found = await readMany(table, wanted.map(agentKey));
  return found.filter((row) => row !== undefined).map(agentOf);
}

/** All agents, one of each partition in turn: all partitions are read at once. */
export async function* allAgents(): AsyncGenerator<Agent> {
  let open = shards.map((shard) => rows({ table, pk: partitionOf(shard) }));
  while (open.length > 0) {
    const rest: typeof open = [];
    for (const partition of open) {
      const { value, done } = await partition.next();
      if (done === true) continue;
      yield agentOf(value);
      rest.push(partition);
    }
    open = rest;
  }
}

/** Ids of every API key that an agent has, or had and that may still be good. */
export function apiKeysOf({ access_api_key_id, keys = {} }: Agent): string[] {
  const { default_api_key_id, default_api_key_history = [], outputs = {} } = keys;
  const ofOutputs = Object.values(outputs).flatMap(({ api_key_id, to_retire_api_key_ids = [] }) => [
    api_key_id,
    ...to_retire_api_key_ids.map(({ id }) => id),
  ]);
  const ids = [
    access_api_key_id,
    default_api_key_id ?? '',
    ...default_api_key_history.map(({ id }) => id),
    ...ofOutputs,
  ];
  return [...new Set(ids.filter((id) => id !== ''))];
}
