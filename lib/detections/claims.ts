import * as z from 'zod';
import { type Key, key } from '../stores/keys.ts';
import { readMany } from '../stores/read.ts';
import { firstVersion } from '../stores/versions.ts';
import type { Write } from '../stores/write.ts';

/**
 * What only one rule of a space may have. Access: by what is claimed.
 *
 *   claim  pk <space>#rule_id        sk =<rule_id>   id: the rule that has it   version: tells one claim from the next
 *   claim  pk <space>#rule_default   sk =<list_id>   the same, for default exception lists
 */
const table = 'SavedObjects';

const claimRow = z.object({ id: z.string(), version: z.number() });
export type Claim = z.infer<typeof claimRow>;

/** The equals sign keeps the key of an empty text from being empty. */
export function claimKey(space: string, what: 'rule_id' | 'rule_default', text: string): Key {
  return key(`${space}#${what}`, `=${text}`);
}

export async function readClaims(addresses: readonly Key[]): Promise<(Claim | undefined)[]> {
  const rows = await readMany(table, addresses);
  return rows.map((row) => row && claimRow.parse(row));
}

/** The write that gives a claim to a rule: one that nobody has, or the one that stands there. */
export function claim(address: Key, id: string, now: Date, standing?: Claim): Write {
  return standing === undefined
    ? { table, create: { ...address, id, version: firstVersion(now) } }
    : { table, replace: { ...address, id, version: standing.version + 1 } };
}

/** The deletions of a rule's claims. One that names another rule is not this rule's to give back. */
export async function releaseOf(addresses: readonly Key[], id: string): Promise<Write[]> {
  const claims = await readClaims(addresses);
  return addresses.flatMap((address, index) => {
    const standing = claims[index];
    return standing?.id === id ? [{ table, delete: address, version: standing.version } as const] : [];
  });
}
