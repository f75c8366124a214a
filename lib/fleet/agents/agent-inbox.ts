import * as z from 'zod';
import { key } from '../../stores/keys.ts';
import { rows } from '../../stores/read.ts';
import type { Write } from '../../stores/write.ts';
import { ownPartition } from './agent-details.ts';
import { type Agent, table } from './agents.ts';

/**
 * Actions that wait for an agent, until it acknowledges them.
 *
 *   waiting  pk agent#<incarnation>   sk action#<number>   numbers grow with the agent, in the transaction that changes it
 */
const PREFIX = 'action#';

const inboxRow = z.object({
  sk: z.string(),
  action_id: z.string(),
  type: z.string(),
  created_at: z.string(),
  expiration: z.string(),
  /** Spaces of the action. */
  namespaces: z.array(z.string()),
});
export type WaitingAction = Omit<z.infer<typeof inboxRow>, 'sk'> & { seq: number };

function waitingKey(incarnation: string, seq: number) {
  return key(ownPartition(incarnation), `${PREFIX}${String(seq).padStart(12, '0')}`);
}

/** Days that a row stays after its action has expired. */
const KEPT_MS = 7 * 86_400_000;

/** The write that puts an action into an agent's inbox, under the number that the agent has then. */
export function putIntoInbox({ incarnation, action_seq }: Agent, action: Omit<WaitingAction, 'seq'>): Write {
  const ttl = Math.ceil((Date.parse(action.expiration) + KEPT_MS) / 1_000);
  return { table, create: { ...waitingKey(incarnation, action_seq), ...action, ttl } };
}

/** The write that takes an action out of an agent's inbox. */
export function takeFromInbox({ incarnation }: Agent, { seq }: WaitingAction): Write {
  return { table, delete: waitingKey(incarnation, seq) };
}

/** The actions that wait for an agent, oldest first. */
export async function waitingActions({ incarnation }: Agent): Promise<WaitingAction[]> {
  const waiting: WaitingAction[] = [];
  for await (const row of rows({ table, pk: ownPartition(incarnation), prefix: PREFIX })) {
    const { sk, ...action } = inboxRow.parse(row);
    waiting.push({ ...action, seq: Number(sk.slice(PREFIX.length)) });
  }
  return waiting;
}
