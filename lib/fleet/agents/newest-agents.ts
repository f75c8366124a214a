import { rowsOnDemand } from '../rows-on-demand.ts';
import { hostText } from './agent-facts.ts';
import { partitionOf, SHARDS, shards } from './agent-keys.ts';
import { type Agent, agentOf, BY_ENROLMENT, table } from './agents.ts';

/** Active agents of one partition, latest enrolment first. Reads on only when asked. */
async function* ofPartition(shard: number, first: number, notAfter: string | undefined): AsyncGenerator<Agent> {
  const pk = partitionOf(shard);
  // No agent has this id: the page begins with what is not newer.
  const start = notAfter === undefined ? undefined : { pk, sk: LAST_ID, [BY_ENROLMENT]: notAfter };
  const selection = { table, pk, index: { name: BY_ENROLMENT }, descending: true } as const;
  for await (const row of rowsOnDemand(selection, first, start)) yield agentOf(row);
}

const LAST_ID = '\u{10ffff}'.repeat(8);

/**
 * Active agents, latest enrolment first; of one moment by host name. Sixteen partitions are read side by side, each a few
 * rows at a time.
 *
 * @param wanted how many the caller will probably take
 * @param notAfter ISO time: agents enrolled later are left out
 */
export async function* newestAgents(wanted: number, notAfter?: string): AsyncGenerator<Agent> {
  const share = Math.ceil(wanted / SHARDS) + MARGIN;
  const partitions = shards.map((shard) => ofPartition(shard, share, notAfter));
  const heads = await Promise.all(partitions.map((partition) => partition.next()));
  for (;;) {
    const times = heads.map(({ value, done }) => (done === true ? '' : value.enrolled_at));
    const latest = times.toSorted().at(-1) ?? '';
    if (latest === '') return;
    const same: Agent[] = [];
    for (const [shard, partition] of partitions.entries()) {
      let head = heads[shard];
      while (head !== undefined && head.done !== true && head.value.enrolled_at === latest) {
        same.push(head.value);
        head = await partition.next();
        heads[shard] = head;
      }
    }
    yield* same.sort(byHostName);
  }
}

/** Rows beyond the average that a partition is asked for at once, because agents are not spread evenly. */
const MARGIN = 4;

/** Agents without a host name come last. */
export function byHostName(one: Agent, other: Agent): number {
  const [left, right] = [hostText(one, 'hostname'), hostText(other, 'hostname')];
  if (left === right) return one.id < other.id ? -1 : 1;
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  return left < right ? -1 : 1;
}
