import { createHash } from 'node:crypto';
import * as z from 'zod';
import { NotFound, WriteConflict } from '../errors/errors.ts';
import { type Key, key } from '../stores/keys.ts';
import { deletionsOf, packJson, type StoredText, storedText, unpackJson } from '../stores/large-documents.ts';
import { type Row, read, readMany, rows } from '../stores/read.ts';
import { encodeVersion, firstVersion } from '../stores/versions.ts';
import { type Write, write } from '../stores/write.ts';
import { type Attachment, alertsOf } from './attachments.ts';
import { type Case, caseKey, childPartition, listedKey, readCases, table } from './case-records.ts';
import { incarnationOf, newCommentId } from './comment-ids.ts';
import { type CommentAttributes, commentAttributes } from './contract.ts';
import { authorize, authorizedOwners, type Caller } from './owners.ts';
import { type Paging, windowOf } from './paging.ts';
import { type By, writeUserActions } from './user-actions.ts';

/**
 * What is attached to cases. Access: by id (see comment-ids.ts); all of a case by time.
 *
 *   comment  pk <space>#case#<incarnation>#comments   sk id#<comment id>                   the comment
 *   order    pk the same                              sk at#<created_at>#<comment id>      type, hashes of its alerts
 */
const commentRow = z.object({ id: z.string(), case_id: z.string(), version: z.number(), document: storedText });

const orderRow = z.object({ sk: z.string(), type: z.string(), alerts: z.array(z.string()).optional() });
export type CommentOrder = z.infer<typeof orderRow>;

const ORDER = 'at#';

type Place = Pick<Case, 'space' | 'incarnation'>;

function commentKey(place: Place, id: string): Key {
  return key(childPartition(place, 'comments'), `id#${id}`);
}

function orderKey(place: Place, createdAt: string, id: string): Key {
  return key(childPartition(place, 'comments'), `${ORDER}${createdAt}#${id}`);
}

/** A short name of an alert, by which a case knows what is attached to it. */
export function alertHash(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 22);
}

type Comment = { id: string; caseId: string; version: number; attributes: CommentAttributes; stored: StoredText };

async function openComment(row: Row): Promise<Comment> {
  const { id, case_id, version, document } = commentRow.parse(row);
  return {
    id,
    caseId: case_id,
    version,
    attributes: commentAttributes.parse(await unpackJson(table, document)),
    stored: document,
  };
}

/** A comment as it is answered. */
function commentView({ id, version, attributes: { attachment, ...attributes } }: Comment) {
  return { id, version: encodeVersion(version), ...attachment, ...attributes };
}

/** The writes that add a comment to a case. */
export async function writeComment(place: Case, attachment: Attachment, { user, now, newId }: By) {
  const id = newCommentId(place.incarnation, newId);
  const created_at = now.toISOString();
  const none = { pushed_at: null, pushed_by: null, updated_at: null, updated_by: null };
  const { stored, writes } = await packJson(table, { attachment, created_at, created_by: user, ...none });
  const row = { ...commentKey(place, id), id, case_id: place.id, version: firstVersion(now), document: stored };
  const alerts = attachment.type === 'alert' ? alertsOf(attachment).map((alert) => alertHash(alert.id)) : undefined;
  const order = {
    ...orderKey(place, created_at, id),
    type: attachment.type,
    ...(alerts !== undefined && { alerts }),
  };
  const all: Write[] = [{ table, create: row }, { table, create: order }, ...writes];
  return { id, writes: all };
}

/** What is known of the comments of a case without reading them, by time. */
export async function* commentOrder(place: Place, descending = false): AsyncGenerator<CommentOrder> {
  const found = rows({ table, pk: childPartition(place, 'comments'), prefix: ORDER, descending });
  for await (const row of found) yield orderRow.parse(row);
}

/** All comments of a case as they are answered, by time. */
export async function allComments(place: Place): Promise<object[]> {
  const found: Comment[] = [];
  for await (const row of rows({ table, pk: childPartition(place, 'comments'), prefix: 'id#' })) {
    found.push(await openComment(row));
  }
  const position = ({ id, attributes }: Comment) => `${attributes.created_at}#${id}`;
  return found.sort((one, other) => (position(one) < position(other) ? -1 : 1)).map(commentView);
}

/** One page of the comments of a case, by time; nothing for a case that the caller does not see. */
export async function findComments(caller: Caller, caseId: string, paging: Paging) {
  const { page, perPage, start, end } = windowOf(paging);
  const owners = await authorizedOwners(caller, 'findComments');
  const [found] = await readCases(caller.space, [caseId]);
  if (found === undefined || !owners.includes(found.attributes.owner)) {
    return { comments: [], page, per_page: perPage, total: 0 };
  }
  const order = await Array.fromAsync(commentOrder(found, paging.sortOrder === 'desc'));
  const wanted = order.slice(start, end).map(({ sk }) => commentKey(found, sk.slice(sk.lastIndexOf('#') + 1)));
  const stored = (await readMany(table, wanted)).filter((row) => row !== undefined);
  const comments = await Promise.all(stored.map(openComment));
  return { comments: comments.map(commentView), page, per_page: perPage, total: order.length };
}

/**
 * Deletes a comment. It is looked for by its own id, before anybody asks who may; the case that is named is only
 * compared. The case's own row stays as it is.
 *
 * @throws NotFound, Forbidden
 */
export async function deleteComment(caller: Caller, caseId: string, commentId: string, by: By): Promise<void> {
  const comment = await findComment(caller.space, commentId);
  if (comment === undefined) throw commentNotFound(commentId);
  const { attributes, stored, version, place } = comment;
  const { attachment } = attributes;
  await authorize(caller, 'deleteComment', [attachment.owner]);
  if (comment.caseId !== caseId) throw new NotFound(`This comment ${commentId} does not exist in ${caseId}.`);
  const deleted = {
    action: 'delete',
    type: 'comment',
    payload: { comment: attachment },
    comment_id: commentId,
  } as const;
  const alerts = attachment.type === 'alert' ? alertsOf(attachment).length : 0;
  const counted = { actions: 1, comments: attachment.type === 'user' ? -1 : 0, alerts: 0 - alerts };
  try {
    await write(
      { table, delete: commentKey(place, commentId), version },
      { table, delete: orderKey(place, attributes.created_at, commentId) },
      { table, require: caseKey(caseId), equals: { incarnation: place.incarnation } },
      { table, update: listedKey(caller.space, caseId), add: counted },
      ...deletionsOf(table, stored),
      ...(await writeUserActions(place, [deleted], by)),
    );
  } catch (error) {
    // Somebody else deleted it, or its case.
    if (error instanceof WriteConflict) throw commentNotFound(commentId);
    throw error;
  }
}

function commentNotFound(id: string): NotFound {
  return new NotFound(`Saved object [cases-comments/${id}] not found`);
}

/** A comment by its id, and the case that it hangs under; what hung under a deleted case is gone. */
async function findComment(space: string, id: string): Promise<(Comment & { place: Case }) | undefined> {
  const incarnation = incarnationOf(id);
  if (incarnation === undefined) return undefined;
  const row = await read(table, commentKey({ space, incarnation }, id));
  if (row === undefined) return undefined;
  const comment = await openComment(row);
  const [place] = await readCases(space, [comment.caseId]);
  return place?.incarnation === incarnation ? { ...comment, place } : undefined;
}
