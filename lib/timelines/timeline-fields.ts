import * as z from 'zod';

/** What timelines, notes and pinned events hold, as the API documents it. Almost everything may be null or left out. */

const text = z.string().nullish();
const number = z.number().nullish();
const flag = z.boolean().nullish();

const column = z.object({
  aggregatable: flag,
  category: text,
  columnHeaderType: text,
  description: text,
  example: text,
  indexes: z.array(z.string()).nullish(),
  id: text,
  name: text,
  placeholder: text,
  searchable: flag,
  type: text,
});

const queryMatch = z.object({
  field: text,
  displayField: text,
  value: z.union([z.string(), z.array(z.string())]).nullish(),
  displayValue: text,
  operator: text,
});

const dataProviderFields = {
  enabled: flag,
  excluded: flag,
  id: text,
  kqlQuery: text,
  name: text,
  queryMatch: queryMatch.nullish(),
  type: z.enum(['default', 'template']).nullish(),
};
const dataProvider = z.object({ and: z.array(z.object(dataProviderFields)).nullish(), ...dataProviderFields });

const filter = z.object({
  exists: text,
  meta: z
    .object({
      alias: text,
      controlledBy: text,
      disabled: flag,
      field: text,
      formattedValue: text,
      index: text,
      key: text,
      negate: flag,
      params: text,
      type: text,
      value: text,
    })
    .nullish(),
  match_all: text,
  missing: text,
  query: text,
  range: text,
  script: text,
});

const favorite = z.object({ favoriteDate: number, fullName: text, keySearch: text, userName: text });

const kqlQuery = z.object({
  filterQuery: z
    .object({ kuery: z.object({ kind: text, expression: text }).nullish(), serializedQuery: text })
    .nullish(),
});

const eqlOptions = z.object({
  eventCategoryField: text,
  query: text,
  size: z.union([z.string(), z.number()]).nullish(),
  tiebreakerField: text,
  timestampField: text,
});

const moment = z.union([z.string(), z.number()]).nullish();
const sort = z.object({ columnId: text, columnType: text, sortDirection: text });

const rowRenderer = z.enum([
  'alert',
  'alerts',
  'auditd',
  'auditd_file',
  'library',
  'netflow',
  'plain',
  'registry',
  'suricata',
  'system',
  'system_dns',
  'system_endgame_process',
  'system_file',
  'system_fim',
  'system_security_event',
  'system_socket',
  'threat_match',
  'zeek',
]);

export const timelineType = z.enum(['default', 'template']);
export const timelineStatus = z.enum(['active', 'draft', 'immutable']);

/** A timeline as clients send it and as it is stored, in the order of answers. */
export const savedTimeline = z.object({
  columns: z.array(column).nullish(),
  dataProviders: z.array(dataProvider).nullish(),
  dataViewId: text,
  description: text,
  eqlOptions: eqlOptions.nullish(),
  eventType: text,
  excludedRowRendererIds: z.array(rowRenderer).nullish(),
  favorite: z.array(favorite).nullish(),
  filters: z.array(filter).nullish(),
  indexNames: z.array(z.string()).nullish(),
  kqlMode: text,
  kqlQuery: kqlQuery.nullish(),
  title: text,
  templateTimelineId: text,
  templateTimelineVersion: number,
  dateRange: z.object({ start: moment, end: moment }).nullish(),
  savedQueryId: text,
  created: number,
  createdBy: text,
  updated: number,
  updatedBy: text,
  timelineType: timelineType.nullish(),
  status: timelineStatus.nullish(),
  sort: z.union([sort, z.array(sort)]).nullish(),
  savedSearchId: text,
});
export type SavedTimeline = z.infer<typeof savedTimeline>;

const history = { created: number, createdBy: text, updated: number, updatedBy: text };

/** A note as clients send it. Without a timeline it belongs to the event alone. */
export const bareNote = z.object({ timelineId: z.string(), eventId: text, note: text, ...history });
export type BareNote = z.infer<typeof bareNote>;

export const note = z.object({
  noteId: z.string(),
  version: z.string(),
  timelineId: z.string(),
  eventId: text,
  note: text,
  ...history,
});
export type Note = z.infer<typeof note>;

export const pinnedEvent = z.object({
  pinnedEventId: z.string(),
  version: z.string(),
  timelineId: z.string(),
  created: z.number(),
  createdBy: z.string(),
  eventId: z.string(),
  updated: z.number(),
  updatedBy: z.string(),
});
export type PinnedEvent = z.infer<typeof pinnedEvent>;

/** A timeline as the API answers it; reading one adds its notes and pinned events. */
export const timeline = z.object({
  savedObjectId: z.string(),
  version: z.string(),
  ...savedTimeline.shape,
  timelineType,
  status: timelineStatus,
  sort: z.array(sort),
  eventIdToNoteIds: z.array(note).optional(),
  noteIds: z.array(z.string()).optional(),
  notes: z.array(note).optional(),
  pinnedEventIds: z.array(z.string()).optional(),
  pinnedEventsSaveObject: z.array(pinnedEvent).optional(),
});
export type Timeline = z.infer<typeof timeline>;
