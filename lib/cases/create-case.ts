import { BadRequest } from '../errors/errors.ts';
import { firstVersion } from '../stores/versions.ts';
import { write } from '../stores/write.ts';
import { type Case, caseRowOf, listedFields, listedKey, table } from './case-records.ts';
import { newIncarnation } from './comment-ids.ts';
import type { CaseAttributes, NewCase } from './contract.ts';
import { authorize, type Caller } from './owners.ts';
import { writeCreator } from './reporters.ts';
import { type By, writeUserActions } from './user-actions.ts';

/**
 * Opens a case. Its own row, its listed row, its creator's row and the first user action are one transaction.
 *
 * @throws Forbidden, or BadRequest for custom fields, which nobody can configure
 */
export async function createCase(caller: Caller, request: NewCase, by: By): Promise<Case> {
  checkCustomFields(request.customFields);
  const assignees = sanitizedAssignees(request.assignees ?? []);
  await authorize(caller, assignees.length > 0 ? ['assignCase', 'createCase'] : 'createCase', [request.owner]);
  const { space } = caller;
  const { user, now, newId } = by;
  const content = {
    title: request.title.trim(),
    description: request.description.trim(),
    tags: request.tags.map((tag) => tag.trim()),
    connector: request.connector,
    settings: request.settings,
    owner: request.owner,
    severity: request.severity ?? 'low',
    assignees,
    category: request.category?.trim() ?? null,
    customFields: request.customFields ?? [],
  };
  const attributes: CaseAttributes = {
    ...content,
    status: 'open',
    observables: [],
    duration: null,
    closed_at: null,
    closed_by: null,
    created_at: now.toISOString(),
    created_by: user,
    updated_at: null,
    updated_by: null,
    external_service: null,
  };
  const record = { id: newId(), space, version: firstVersion(now), incarnation: newIncarnation(newId), attributes };
  const totals = { comments: 0, alerts: 0, actions: 1 };
  const { row, stored, parts } = await caseRowOf(record);
  const created = { action: 'create', type: 'create_case', payload: { ...content, status: 'open' } } as const;
  await write(
    { table, create: row },
    { table, create: { ...listedKey(space, record.id), ...listedFields(attributes), ...totals } },
    ...writeCreator(space, record.id, attributes),
    ...(await writeUserActions(record, [created], by)),
    ...parts,
  );
  return { ...record, totals, stored };
}

/** Custom fields must be configured before a case can have them; this API has no configuration. */
export function checkCustomFields(fields: readonly unknown[] | undefined): void {
  if (fields !== undefined && fields.length > 0) throw new BadRequest('No custom fields configured.');
}

/** Each user once, none without an id. */
export function sanitizedAssignees(assignees: readonly { uid: string }[]): { uid: string }[] {
  return [...new Set(assignees.map(({ uid }) => uid))].filter((uid) => uid !== '').map((uid) => ({ uid }));
}
