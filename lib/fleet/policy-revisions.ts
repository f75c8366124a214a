import * as z from 'zod';
import { key, newestFirst } from '../stores/keys.ts';
import type { Write } from '../stores/write.ts';
import { nameInKey } from './agents/agent-keys.ts';
import type { AgentPolicy } from './policies.ts';
import { rowsOnDemand } from './rows-on-demand.ts';

/**
 * Revisions of agent policies after their first, which agents are told of. Access: newest first.
 *
 *   revision  pk policy-revisions   sk <inverted time>#<policy>#<revision>
 */
const table = 'Fleet';
const REVISIONS = 'policy-revisions';

const revisionRow = z.object({
  policy_id: z.string(),
  revision: z.number(),
  created_at: z.string(),
  namespaces: z.array(z.string()),
});
export type PolicyRevision = z.infer<typeof revisionRow>;

/** The write that makes a revision of a policy known. */
export function revisionWrite({ id, revision, updated_at, space_ids }: AgentPolicy): Write {
  const made: PolicyRevision = { policy_id: id, revision, created_at: updated_at, namespaces: space_ids };
  return { table, put: { ...key(REVISIONS, `${newestFirst(updated_at)}#${nameInKey(id)}#${revision}`), ...made } };
}

/** Revisions of the policies of all spaces, newest first. `wanted`: how many the caller will probably take. */
export async function* revisionsNewestFirst(wanted: number): AsyncGenerator<PolicyRevision> {
  for await (const row of rowsOnDemand({ table, pk: REVISIONS }, Math.max(1, Math.ceil(wanted)))) {
    yield revisionRow.parse(row);
  }
}
