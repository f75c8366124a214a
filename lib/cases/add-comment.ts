import { BadRequest, Conflict } from '../errors/errors.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { write } from '../stores/write.ts';
import { type Attachment, alertsOf, checkRegistered } from './attachments.ts';
import { type Case, nextVersion, readCase, readCases } from './case-records.ts';
import { alertHash, commentOrder, writeComment } from './comments.ts';
import { authorize, type Caller } from './owners.ts';
import { type By, checkRoomFor, writeUserActions } from './user-actions.ts';

const MAX_ALERTS = 1_000;
const MAX_REFERENCES = 100;

/**
 * Attaches something to a case. Alerts that the case has already are left out; when none remains, nothing changes.
 *
 * @throws BadRequest, Forbidden, NotFound; Conflict when others keep changing the case
 */
export async function addComment(caller: Caller, caseId: string, attachment: Attachment, by: By): Promise<Case> {
  const [known] = await readCases(caller.space, [caseId]);
  checkRoomFor(1, caseId, known?.totals.actions ?? 0);
  if (attachment.type === 'alert') alertsOf(attachment);
  await authorize(caller, 'createComment', [attachment.owner]);
  checkRegistered(attachment);
  return retryOnConflict(
    async (round) => {
      const was = round === 1 && known !== undefined ? known : await readCase(caller.space, caseId);
      return addOnce(was, attachment, by);
    },
    { otherwise: (cause) => new Conflict(`Saved object [cases/${caseId}] conflict`, { cause }) },
  );
}

/** @throws WriteConflict when another write came in between */
async function addOnce(was: Case, attachment: Attachment, by: By): Promise<Case> {
  if (attachment.type === 'alert' && was.attributes.status === 'closed') {
    throw new BadRequest('Alert cannot be attached to a closed case');
  }
  if (attachment.owner !== was.attributes.owner) {
    throw new BadRequest('The owner field of the comment must match the case');
  }
  const added = await checkedAgainst(was, attachment);
  if (added === undefined) return was;
  const { user, now } = by;
  const counted = {
    actions: 1,
    comments: added.type === 'user' ? 1 : 0,
    alerts: added.type === 'alert' ? alertsOf(added).length : 0,
  };
  const attributes = { ...was.attributes, updated_at: now.toISOString(), updated_by: user };
  const { next, writes } = await nextVersion(was, attributes, counted);
  const comment = await writeComment(was, added, by);
  const action = { action: 'create', type: 'comment', payload: { comment: added }, comment_id: comment.id } as const;
  await write(...writes, ...comment.writes, ...(await writeUserActions(was, [action], by)));
  return next;
}

/** What of the attachment is new to the case; undefined when nothing is. */
async function checkedAgainst(was: Case, attachment: Attachment): Promise<Attachment | undefined> {
  switch (attachment.type) {
    case 'alert': {
      const attached = new Set<string>();
      for await (const { alerts = [] } of commentOrder(was)) for (const hash of alerts) attached.add(hash);
      const alerts = alertsOf(attachment);
      checkLimit(attached.size + alerts.length, MAX_ALERTS, 'alerts');
      // An alert that is named twice counts once, with the index that is named first.
      const fresh = new Map<string, string>();
      for (const { id, index } of alerts) {
        if (!fresh.has(id) && !attached.has(alertHash(id))) fresh.set(id, index);
      }
      if (fresh.size === 0) return undefined;
      return { ...attachment, alertId: [...fresh.keys()], index: [...fresh.values()] };
    }
    case 'externalReference':
    case 'persistableState': {
      let references = 0;
      for await (const { type } of commentOrder(was)) {
        if (type === 'externalReference' || type === 'persistableState') references += 1;
      }
      checkLimit(references + 1, MAX_REFERENCES, 'persistable state and external reference attachments');
      return attachment;
    }
    default:
      return attachment;
  }
}

function checkLimit(count: number, limit: number, noun: string): void {
  if (count > limit)
    throw new BadRequest(`Case has reached the maximum allowed number (${limit}) of attached ${noun}.`);
}
