import * as z from 'zod';
import { BadRequest } from '../errors/errors.ts';
import { key } from '../stores/keys.ts';
import { packJson, storedText, unpackJson } from '../stores/large-documents.ts';
import { type Row, rows } from '../stores/read.ts';
import { encodeVersion, firstVersion } from '../stores/versions.ts';
import type { Write } from '../stores/write.ts';
import { type Case, childPartition, readCases, table } from './case-records.ts';
import {
  MAX_USER_ACTIONS_PER_CASE,
  type User,
  type UserActionAttributes,
  userActionAttributes,
  type userActionFilters,
} from './contract.ts';
import { authorizedOwners, type Caller } from './owners.ts';
import { type Paging, pageOf } from './paging.ts';

/**
 * The history of a case: one row for each change, written with the change and never again. It ends with the case.
 *
 *   action  pk <space>#case#<incarnation>#actions   sk <created_at>#<position in its change>#<id>
 *           type, attachment: what filters ask for    document: the action as JSON text
 */
export type NewUserAction = Pick<UserActionAttributes, 'action' | 'type' | 'payload'> & { comment_id?: string };

/** Who changes something, and when. */
export type By = { user: User; now: Date; newId: () => string };

const actionRow = z.object({
  id: z.string(),
  version: z.number(),
  type: z.string(),
  action: z.string(),
  attachment: z.string().optional(),
  document: storedText,
});
type ActionRow = z.infer<typeof actionRow>;

/** The writes that add actions to the history of a case. */
export async function writeUserActions(
  { space, incarnation, attributes }: Pick<Case, 'space' | 'incarnation' | 'attributes'>,
  actions: readonly NewUserAction[],
  { user, now, newId }: By,
): Promise<Write[]> {
  const written = actions.map(async ({ action, type, payload, comment_id = null }, index): Promise<Write[]> => {
    const id = newId();
    const created_at = now.toISOString();
    const { owner } = attributes;
    const document: UserActionAttributes = { action, type, payload, created_at, created_by: user, owner, comment_id };
    const { stored, writes } = await packJson(table, document);
    const attachment = attachmentType(payload);
    const address = key(
      childPartition({ space, incarnation }, 'actions'),
      `${created_at}#${String(index).padStart(2, '0')}#${id}`,
    );
    const row = {
      ...address,
      id,
      version: firstVersion(now),
      type,
      action,
      ...(attachment !== undefined && { attachment }),
      document: stored,
    };
    return [{ table, create: row }, ...writes];
  });
  return (await Promise.all(written)).flat();
}

function attachmentType({ comment }: UserActionAttributes['payload']): string | undefined {
  return z.object({ type: z.string() }).safeParse(comment).data?.type;
}

/** @throws BadRequest when the history of the case has no room for so many more */
export function checkRoomFor(more: number, id: string, had: number): void {
  if (had + more <= MAX_USER_ACTIONS_PER_CASE) return;
  throw new BadRequest(
    `The case with case id ${id} has reached the limit of ${MAX_USER_ACTIONS_PER_CASE} user actions.`,
  );
}

type Filter = (typeof userActionFilters)[number];

/** One page of the history of a case, by time; nothing for a case that the caller does not see. Reads all of it. */
export async function findUserActions(
  caller: Caller,
  caseId: string,
  { types = [], ...paging }: Paging & { types?: readonly Filter[] | undefined },
) {
  const owners = await authorizedOwners(caller, 'findUserActions');
  const [found] = await readCases(caller.space, [caseId]);
  const visible = found !== undefined && owners.includes(found.attributes.owner);
  const matching = visible ? matchingActions(found, types, paging.sortOrder === 'desc') : [];
  const { items, page, perPage, total } = await pageOf(matching, paging);
  return { userActions: await Promise.all(items.map(view)), page, perPage, total };
}

async function* matchingActions(found: Case, types: readonly Filter[], descending: boolean): AsyncGenerator<ActionRow> {
  const stored: AsyncIterable<Row> = rows({ table, pk: childPartition(found, 'actions'), descending });
  for await (const row of stored) {
    const action = actionRow.parse(row);
    if (types.length === 0 || types.some((type) => matches(action, type))) yield action;
  }
}

function matches({ type, action, attachment }: ActionRow, asked: Filter): boolean {
  switch (asked) {
    case 'action':
      return attachment !== 'user';
    case 'user':
      return type === 'comment' && action === 'create' && attachment === 'user';
    case 'alert':
      return type === 'comment' && attachment === 'alert';
    case 'attachment':
      return type === 'comment' && (attachment === 'persistableState' || attachment === 'externalReference');
    default:
      return type === asked;
  }
}

async function view({ id, version, document }: ActionRow) {
  return { id, version: encodeVersion(version), ...userActionAttributes.parse(await unpackJson(table, document)) };
}
