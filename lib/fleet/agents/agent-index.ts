import { key } from '../../stores/keys.ts';
import type { Row } from '../../stores/read.ts';
import type { Write } from '../../stores/write.ts';
import type { CountedWrites, Counting } from '../counters.ts';
import { dayOf, nameInKey, shardOf } from './agent-keys.ts';
import { type Agent, rowOf, table } from './agents.ts';

/**
 * What is found without looking at agents. All of it is about active agents and changes in the transaction that changes the
 * agent.
 *
 *   silence  pk agent-silence   sk <day>#<id>                                 who was last heard of when, longest ago first
 *   tag      pk agent-tags      sk <tag>#<policy>#<inverted day>#<id>         latest first under each tag and policy
 *   count    pk agent-counts    sk <policy>#<spaces>#<hash(id) mod 16>        how many agents
 *   revision pk agent-revisions#<policy>   sk <revision>#<hash(id) mod 16>    how many agents run it; from the second on
 *
 * Tags, policies and spaces stand in keys as hashes: they are free text.
 */
export const SILENCE = 'agent-silence';
export const TAGS = 'agent-tags';
export const COUNTS = 'agent-counts';

const LAST_DAY = 999_999;

/** Days since 1970 as text in the order of time. */
export function dayInKey(day: number): string {
  return String(day).padStart(6, '0');
}

/** When an agent was last heard of, in epoch milliseconds. */
export function lastHeardOf({ last_checkin, enrolled_at }: Pick<Agent, 'last_checkin' | 'enrolled_at'>): number {
  return Date.parse(last_checkin ?? enrolled_at);
}

/** The agent with the day under which it has to stand in the index. */
export function onItsDay(agent: Agent): Agent {
  return { ...agent, day: dayOf(agent.id, lastHeardOf(agent)) };
}

type IndexRow = Row & { pk: string; sk: string };

function indexRows({ id, active, day, policy_id, namespaces, tags }: Agent): IndexRow[] {
  if (!active) return [];
  const policy = nameInKey(policy_id);
  return [
    { ...key(SILENCE, `${dayInKey(day)}#${id}`), id, day, policy_id, namespaces },
    ...[...new Set(tags)].map((tag) => ({
      ...key(TAGS, `${nameInKey(tag)}#${policy}#${dayInKey(LAST_DAY - day)}#${id}`),
      id,
      day,
      policy_id,
      tag,
    })),
  ];
}

/** Where the agents of a policy are counted. */
export function countsOfPolicy(policyId: string): string {
  return `${nameInKey(policyId)}#`;
}

function counterOf({ id, active, policy_id, namespaces }: Agent): IndexRow | undefined {
  if (!active) return undefined;
  const spaces = nameInKey(JSON.stringify(namespaces));
  return { ...key(COUNTS, `${countsOfPolicy(policy_id)}${spaces}#${shardOf(id)}`), policy_id, namespaces, agents: 0 };
}

const REVISION_DIGITS = 15;
const LAST_REVISION = 10 ** REVISION_DIGITS - 1;

/** Where the agents of a policy are counted by the revision that they run. */
export function revisionsOfPolicy(policyId: string): string {
  return `agent-revisions#${nameInKey(policyId)}`;
}

/** Revisions as text in their order. Agents may name any number. */
export function revisionInKey(revision: number): string {
  return String(Math.min(revision, LAST_REVISION)).padStart(REVISION_DIGITS, '0');
}

function revisionCounterOf({ id, active, policy_id, policy_revision_idx = 0 }: Agent): IndexRow | undefined {
  // Every agent has the first revision: it is no change.
  if (!active || policy_revision_idx < 2) return undefined;
  const address = key(revisionsOfPolicy(policy_id), `${revisionInKey(policy_revision_idx)}#${shardOf(id)}`);
  return { ...address, revision: policy_revision_idx, agents: 0 };
}

/** What has to be written when an agent becomes another, begins (nothing before) or ends (nothing after). */
export function agentWrites(was: Agent | undefined, next: Agent | undefined): CountedWrites {
  const before = was === undefined ? [] : indexRows(was);
  const after = next === undefined ? [] : indexRows(next);
  const stays = new Set(after.map(({ sk }) => sk));
  const stood = new Set(before.map((row) => JSON.stringify(row)));
  return {
    writes: [
      ...ownWrite(was, next),
      ...before.filter(({ sk }) => !stays.has(sk)).map((row): Write => ({ table, delete: row })),
      ...after.filter((row) => !stood.has(JSON.stringify(row))).map((row): Write => ({ table, put: row })),
    ],
    counting: [
      ...countingOf(was && counterOf(was), next && counterOf(next)),
      ...countingOf(was && revisionCounterOf(was), next && revisionCounterOf(next)),
    ],
  };
}

function ownWrite(was: Agent | undefined, next: Agent | undefined): Write[] {
  if (was === undefined) return next === undefined ? [] : [{ table, create: rowOf(next) }];
  if (next === undefined) {
    const { pk, sk } = rowOf(was);
    return [{ table, delete: { pk, sk }, version: was.version }];
  }
  return [{ table, replace: rowOf({ ...next, version: was.version + 1 }) }];
}

function countingOf(was: IndexRow | undefined, next: IndexRow | undefined): Counting[] {
  if (was?.pk === next?.pk && was?.sk === next?.sk) return [];
  return [
    ...(was === undefined ? [] : [{ counter: was, add: { agents: -1 } }]),
    ...(next === undefined ? [] : [{ counter: next, add: { agents: 1 } }]),
  ];
}
