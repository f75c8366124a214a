import * as z from 'zod';
import { type Key, key, newestFirst } from '../stores/keys.ts';
import { readPage } from '../stores/read.ts';
import type { Write } from '../stores/write.ts';
import { table } from './case-records.ts';
import { type CaseAttributes, type User, user } from './contract.ts';
import { authorizedOwners, type Caller } from './owners.ts';

/**
 * Who opened cases, as they were then.
 *
 *   creator  pk <space>#creators#<owner>   sk <username> \0 <inverted created_at> \0 <case id>   creator: the user
 *
 * One row for each case, written and deleted with it: nobody counts, so it is exact at any time. The rows of a user stand
 * together, the newest first; a list jumps from user to user and costs a request for each, however many cases there are.
 */
const SEPARATOR = '\0';
/** Sorts directly behind the separator: past all rows of a user. */
const BEHIND_SEPARATOR = '\x01';
/** Most users that are listed. */
const LIMIT = 10_000;

type Created = Pick<CaseAttributes, 'owner' | 'created_at' | 'created_by'>;

/** A creator without a name forms no group, and has no row. */
function creatorKey(space: string, id: string, { owner, created_at, created_by }: Created): Key | undefined {
  if (created_by.username === null) return undefined;
  return key(partition(space, owner), [created_by.username, newestFirst(created_at), id].join(SEPARATOR));
}

function partition(space: string, owner: string): string {
  return `${space}#creators#${owner}`;
}

/** The write that records the creator of a case. */
export function writeCreator(space: string, id: string, created: Created): Write[] {
  const address = creatorKey(space, id, created);
  const { created_at, created_by } = created;
  return address === undefined ? [] : [{ table, create: { ...address, created_at, creator: created_by } }];
}

/** The write that forgets the creator of a case. */
export function deleteCreator(space: string, id: string, created: Created): Write[] {
  const address = creatorKey(space, id, created);
  return address === undefined ? [] : [{ table, delete: address }];
}

const creatorRow = z.object({ created_at: z.string(), creator: user });

/**
 * The users who opened cases that the caller may read, in the order of their names; of several blocks of a name the
 * newest. An owner asked for that the caller may not read only narrows the list.
 *
 * @throws Forbidden when the caller may read the cases of no owner
 */
export async function findReporters(caller: Caller, asked: readonly string[] | undefined) {
  const owners = (await authorizedOwners(caller, 'getReporters')).filter((owner) => asked?.includes(owner) ?? true);
  const creators = (await Promise.all(owners.map((owner) => newestByUser(caller.space, owner)))).flat();
  const newest = new Map<string, (typeof creators)[number]>();
  for (const each of creators) {
    const name = each.creator.username ?? '';
    const known = newest.get(name);
    if (known === undefined || known.created_at < each.created_at) newest.set(name, each);
  }
  return [...newest]
    .sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .slice(0, LIMIT)
    .map(([, { creator }]) => view(creator));
}

async function newestByUser(space: string, owner: string) {
  const found: z.infer<typeof creatorRow>[] = [];
  let after: string | undefined;
  while (found.length < LIMIT) {
    const { rows } = await readPage({
      table,
      pk: partition(space, owner),
      limit: 1,
      ...(after !== undefined && { after }),
    });
    const [row] = rows;
    if (row === undefined) break;
    const newest = creatorRow.parse(row);
    found.push(newest);
    after = `${newest.creator.username}${BEHIND_SEPARATOR}`;
  }
  return found;
}

function view({ username, full_name, email, profile_uid }: User) {
  return { username, full_name, email, ...(profile_uid !== undefined && { profile_uid }) };
}
