import * as z from 'zod';
import { NotFound } from '../errors/errors.ts';
import { fitsKey, type Key, key } from '../stores/keys.ts';
import { packJson, type StoredText, storedText, unpackJson } from '../stores/large-documents.ts';
import { type Row, readMany, rows } from '../stores/read.ts';
import { encodeVersion } from '../stores/versions.ts';
import type { Write } from '../stores/write.ts';
import { type CaseAttributes, caseAttributes, severities, statuses } from './contract.ts';

/**
 * Cases. Access: by id; all of a space, to filter and sort; who opened some.
 *
 *   case      pk case:<id>                     sk object   the case, its space and its incarnation
 *   listed    pk <space>#cases                 sk <id>     what lists filter and sort by, and what is counted of the case
 *   creator   pk <space>#creators#<owner>      sk <username> \0 <inverted created_at> \0 <id>   see reporters.ts
 *   comments  pk <space>#case#<incarnation>#comments       see comments.ts
 *   actions   pk <space>#case#<incarnation>#actions        see user-actions.ts
 *
 * The first three are written and deleted together. Without the first, nobody sees the last two.
 */
export const table = 'SavedObjects';

const caseRow = z.object({
  id: z.string(),
  space: z.string(),
  version: z.number(),
  incarnation: z.string(),
  document: storedText,
});

/** What lists see of a case. */
export const listedRow = z.object({
  sk: z.string(),
  owner: z.string(),
  title: z.string(),
  tags: z.array(z.string()),
  status: z.enum(statuses),
  severity: z.enum(severities),
  category: z.string().nullable(),
  assignees: z.array(z.string()),
  username: z.string().nullable(),
  profile_uid: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string().nullable(),
  closed_at: z.string().nullable(),
  comments: z.number(),
  alerts: z.number(),
  actions: z.number(),
});
export type ListedCase = z.infer<typeof listedRow>;

/** What is counted of a case, each in the transaction that adds or deletes. */
export type Totals = Pick<ListedCase, 'comments' | 'alerts' | 'actions'>;

export type Case = {
  id: string;
  space: string;
  /** Counts the writes. */
  version: number;
  /** The life of the case that its comments and user actions hang under. */
  incarnation: string;
  attributes: CaseAttributes;
  totals: Totals;
  /** Where the attributes lie now. */
  stored: StoredText;
};

export function caseKey(id: string): Key {
  return key(`case:${id}`, 'object');
}

/** The partition that lists the cases of a space. */
export function listPartition(space: string): string {
  return `${space}#cases`;
}

export function listedKey(space: string, id: string): Key {
  return key(listPartition(space), id);
}

/** Where the children of a case hang. */
export function childPartition(
  { space, incarnation }: Pick<Case, 'space' | 'incarnation'>,
  kind: 'comments' | 'actions',
) {
  return `${space}#case#${incarnation}#${kind}`;
}

/** What answers say about a case that is not there, or not in this space. */
export function caseNotFound(id: string): NotFound {
  return new NotFound(`Saved object [cases/${id}] not found`);
}

const noTotals: Totals = { comments: 0, alerts: 0, actions: 0 };

/** Cases of a space, in the order of the ids; undefined where the space has none of that id. One request for 50. */
export async function readCases(space: string, ids: readonly string[]): Promise<(Case | undefined)[]> {
  const readable = [...new Set(ids.filter(fitsKey))];
  const keys = readable.flatMap((id) => [caseKey(id), listedKey(space, id)]);
  const found = await readMany(table, keys);
  const cases = await Promise.all(readable.map((_, index) => openCase(space, found[2 * index], found[2 * index + 1])));
  const byId = new Map(cases.flatMap((each) => (each === undefined ? [] : [[each.id, each]])));
  return ids.map((id) => byId.get(id));
}

/** Ids of all cases of a space. */
export async function* caseIdsIn(space: string): AsyncGenerator<string> {
  for await (const { sk } of rows({ table, pk: listPartition(space), fields: ['sk'] })) yield String(sk);
}

/** One case. @throws NotFound */
export async function readCase(space: string, id: string): Promise<Case> {
  const [found] = await readCases(space, [id]);
  if (found === undefined) throw caseNotFound(id);
  return found;
}

async function openCase(space: string, row: Row | undefined, listed: Row | undefined): Promise<Case | undefined> {
  if (row === undefined) return undefined;
  const { document, ...record } = caseRow.parse(row);
  if (record.space !== space) return undefined;
  const attributes = caseAttributes.parse(await unpackJson(table, document));
  const totals = listed === undefined ? noTotals : listedRow.parse(listed);
  return { ...record, attributes, totals, stored: document };
}

/** The case's own row, and the writes of what does not fit into it. */
export async function caseRowOf(record: Omit<Case, 'stored' | 'totals'>, replaced?: StoredText) {
  const { id, space, version, incarnation, attributes } = record;
  const { stored, writes } = await packJson(table, attributes, replaced);
  return { row: { ...caseKey(id), id, space, version, incarnation, document: stored }, stored, parts: writes };
}

/** What the listed row has of the attributes. Half a surrogate pair cannot be stored here; the case itself keeps it. */
export function listedFields(attributes: CaseAttributes): Omit<ListedCase, 'sk' | keyof Totals> {
  const { owner, title, tags, status, severity, category, assignees } = attributes;
  const { created_at, updated_at, closed_at, created_by } = attributes;
  return {
    owner,
    title: title.toWellFormed(),
    tags: tags.map((tag) => tag.toWellFormed()),
    status,
    severity,
    category: category?.toWellFormed() ?? null,
    assignees: assignees.map(({ uid }) => uid.toWellFormed()),
    username: created_by.username,
    profile_uid: created_by.profile_uid ?? null,
    created_at,
    updated_at,
    closed_at,
  };
}

/** The writes that bring a case to its next version: its own row first, then its listed row. */
export async function nextVersion(
  was: Case,
  attributes: CaseAttributes,
  added: Partial<Totals>,
): Promise<{ next: Case; writes: Write[] }> {
  const version = was.version + 1;
  const { row, stored, parts } = await caseRowOf({ ...was, version, attributes }, was.stored);
  const { totals } = was;
  const next: Case = {
    ...was,
    version,
    attributes,
    stored,
    totals: {
      comments: totals.comments + (added.comments ?? 0),
      alerts: totals.alerts + (added.alerts ?? 0),
      actions: totals.actions + (added.actions ?? 0),
    },
  };
  const update: Write = { table, update: listedKey(was.space, was.id), set: listedFields(attributes), add: added };
  return { next, writes: [{ table, replace: row }, update, ...parts] };
}

/** A case as it is answered. */
export function caseView({ id, version, attributes, totals }: Case, comments: readonly object[] = []) {
  return {
    id,
    version: encodeVersion(version),
    comments,
    totalComment: totals.comments,
    totalAlerts: totals.alerts,
    ...attributes,
  };
}
