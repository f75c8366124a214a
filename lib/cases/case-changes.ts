import { isDeepStrictEqual } from 'node:util';
import type { CaseAttributes, CasePatch, Status, User } from './contract.ts';
import { sanitizedAssignees } from './create-case.ts';
import type { NewUserAction } from './user-actions.ts';

/** The fields of a patch that would change the case. Lists are compared as sets. */
export function changedFields({ id: _, version: __, ...patch }: CasePatch, was: CaseAttributes): Partial<CasePatch> {
  const current = new Map<string, unknown>(Object.entries(was));
  return Object.fromEntries(
    Object.entries(patch).filter(([field, value]) => value !== undefined && !isSame(value, current.get(field))),
  );
}

function isSame(value: unknown, was: unknown): boolean {
  if (!Array.isArray(value) || !Array.isArray(was)) return isDeepStrictEqual(value, was);
  return without(value, was).length === 0 && without(was, value).length === 0;
}

function without<Item>(items: readonly Item[], others: readonly Item[]): Item[] {
  return items.filter((item) => !others.some((other) => isDeepStrictEqual(item, other)));
}

/** The case after a patch, and what its history says about it. */
export function applyChanges(
  was: CaseAttributes,
  changes: Partial<CasePatch>,
  { user, now }: { user: User; now: Date },
) {
  const { title, description, tags, category, assignees, severity, connector, settings, status } = changes;
  const time = now.toISOString();
  const next: CaseAttributes = {
    ...was,
    ...(title !== undefined && { title: title.trim() }),
    ...(description !== undefined && { description: description.trim() }),
    ...(tags !== undefined && { tags: tags.map((tag) => tag.trim()) }),
    ...(category !== undefined && { category: category?.trim() ?? null }),
    ...(assignees !== undefined && { assignees: sanitizedAssignees(assignees) }),
    ...(severity !== undefined && { severity }),
    ...(connector !== undefined && { connector }),
    ...(settings !== undefined && { settings }),
    ...(status !== undefined && { status, ...timesOf(status, was, { user, time }) }),
    updated_at: time,
    updated_by: user,
  };
  const actions = Object.keys(changes).flatMap((field) => actionsOn(field, was, next));
  return { next, actions };
}

/** Whole seconds between two ISO times. */
function seconds(from: string, to: string): number {
  return Math.floor((Date.parse(to) - Date.parse(from)) / 1_000);
}

/** What a new status does to the dates and durations of a case. */
function timesOf(
  status: Status,
  was: CaseAttributes,
  { user, time }: { user: User; time: string },
): Partial<CaseAttributes> {
  const { created_at, in_progress_at } = was;
  const open = { closed_at: null, closed_by: null, duration: null };
  switch (status) {
    case 'open':
      return { ...open, time_to_acknowledge: null, time_to_investigate: null, time_to_resolve: null };
    case 'in-progress':
      return {
        ...open,
        in_progress_at: in_progress_at ?? time,
        time_to_acknowledge: seconds(created_at, time),
        time_to_investigate: null,
        time_to_resolve: null,
      };
    case 'closed':
      return {
        closed_at: time,
        closed_by: user,
        duration: seconds(created_at, time),
        time_to_acknowledge: seconds(created_at, in_progress_at ?? time),
        time_to_investigate: in_progress_at == null ? 0 : seconds(in_progress_at, time),
        time_to_resolve: seconds(created_at, time),
      };
  }
}

function actionsOn(field: string, was: CaseAttributes, next: CaseAttributes): NewUserAction[] {
  switch (field) {
    case 'tags':
      return addedAndDeleted('tags', was.tags, next.tags);
    case 'assignees':
      return addedAndDeleted('assignees', was.assignees, next.assignees);
    case 'title':
    case 'description':
    case 'category':
    case 'severity':
    case 'connector':
    case 'settings':
    case 'status':
      return [{ action: 'update', type: field, payload: { [field]: next[field] } }];
    default:
      return [];
  }
}

function addedAndDeleted<Item>(type: string, was: readonly Item[], is: readonly Item[]): NewUserAction[] {
  const added = without(is, was);
  const deleted = without(was, is);
  return [
    ...(added.length > 0 ? [{ action: 'add', type, payload: { [type]: added } } as const] : []),
    ...(deleted.length > 0 ? [{ action: 'delete', type, payload: { [type]: deleted } } as const] : []),
  ];
}
