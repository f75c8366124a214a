import * as z from 'zod';
import { Conflict, NotFound, WriteConflict } from '../errors/errors.ts';
import { mergeObjects } from '../json/merge.ts';
import { profileUid } from '../security/principal.ts';
import { key } from '../stores/keys.ts';
import { read } from '../stores/read.ts';
import { registerType } from '../stores/saved-object-types.ts';
import {
  createObject,
  deleteObject,
  findObject,
  findObjects,
  type SavedObject,
  updateObject,
} from '../stores/saved-objects.ts';
import { orderSweep } from '../stores/sweeps.ts';
import { encodeVersion } from '../stores/versions.ts';
import type { Write } from '../stores/write.ts';
import { type Actor, displayName } from './author.ts';
import { notesOf, partitionsOfNotes } from './notes.ts';
import { pinnedEventsOf } from './pinned-events.ts';
import { childrenOf, table } from './timeline-children.ts';
import { type SavedTimeline, savedTimeline, type Timeline } from './timeline-fields.ts';

/**
 * Timelines are saved objects. Templates are also found by an id of their own:
 *
 *   template  pk <space>#timeline_template   sk =<template id>   id: the timeline
 */
export const TIMELINE = 'siem-ui-timeline';

registerType(TIMELINE, {
  namespaces: 'multiple-isolated',
  importableAndExportable: true,
  summary: ({ title, timelineType, status, templateTimelineId }) => ({
    title,
    timelineType,
    status,
    templateTimelineId,
  }),
});

const templateRow = z.object({ id: z.string() });

function templateKey(space: string, templateId: string) {
  return key(`${space}#timeline_template`, `=${templateId}`);
}

/** A timeline without its notes and pinned events. */
export function timelineView({
  id,
  version,
  attributes,
}: Pick<SavedObject, 'id' | 'version' | 'attributes'>): Timeline {
  const { timelineType, status, sort, savedSearchId, ...fields } = savedTimeline.parse(attributes);
  return {
    savedObjectId: id,
    version: encodeVersion(version),
    ...fields,
    timelineType: timelineType ?? 'default',
    status: status ?? 'active',
    sort: sort ? [sort].flat() : [],
    savedSearchId,
  };
}

/** One timeline; undefined when the space has none of this id. */
export async function findTimeline(space: string, id: string): Promise<Timeline | undefined> {
  const object = await findObject({ type: TIMELINE, id, space });
  return object && timelineView(object);
}

/** The timeline that is the template of this id; undefined when there is none. */
export async function findTemplate(space: string, templateId: string): Promise<Timeline | undefined> {
  if (!templateId.isWellFormed()) return undefined;
  const row = await read(table, templateKey(space, templateId));
  return row && findTimeline(space, templateRow.parse(row).id);
}

/** Many timelines, in the order of the ids; undefined where there is none. */
export async function findTimelines(space: string, ids: readonly string[]): Promise<(Timeline | undefined)[]> {
  const objects = await findObjects(
    space,
    ids.map((id) => ({ type: TIMELINE, id })),
  );
  return objects.map((object) => object && timelineView(object));
}

/** A timeline with its notes and pinned events, and of its favourites only the caller's own. */
export async function withChildren(timeline: Timeline, { space, principal }: Actor): Promise<Timeline> {
  const [notes, pins] = await Promise.all([
    notesOf(space, timeline.savedObjectId),
    pinnedEventsOf(space, timeline.savedObjectId),
  ]);
  return {
    ...timeline,
    favorite: (timeline.favorite ?? []).filter(({ userName }) => userName === principal.username),
    eventIdToNoteIds: notes.filter(({ eventId }) => isSet(eventId)),
    noteIds: notes.filter(({ eventId }) => !isSet(eventId)).map(({ noteId }) => noteId),
    notes,
    pinnedEventIds: pins.map(({ eventId }) => eventId),
    pinnedEventsSaveObject: pins,
  };
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Stores a new timeline. @throws WriteConflict when a template of its id stands already */
export async function createTimeline(
  fields: SavedTimeline,
  { space, principal, now, newId }: Actor,
): Promise<Timeline> {
  const by = displayName(principal);
  const time = now.getTime();
  const id = newId();
  const attributes = settled({ ...fields, created: time, createdBy: by, updated: time, updatedBy: by });
  const { templateTimelineId } = attributes;
  const claims: Write[] = isTemplate(attributes) && templateTimelineId ? [claim(space, templateTimelineId, id)] : [];
  const actor = { space, now, profileUid: profileUid(principal) };
  return timelineView(await createObject({ type: TIMELINE, id, attributes }, actor, { with: claims }));
}

function claim(space: string, templateId: string, id: string): Write {
  return { table, create: { ...templateKey(space, templateId), id } };
}

function isTemplate({ timelineType }: SavedTimeline): boolean {
  return timelineType === 'template';
}

/** What saving a timeline decides by itself: a title makes a draft an active timeline, only templates have template ids. */
function settled(fields: SavedTimeline): SavedTimeline {
  const { status, title, timelineType, excludedRowRendererIds } = fields;
  return {
    ...fields,
    status: status && status !== 'draft' ? status : title ? 'active' : 'draft',
    ...(timelineType === 'default' && { templateTimelineId: null, templateTimelineVersion: null }),
    excludedRowRendererIds: excludedRowRendererIds ?? [],
  };
}

/**
 * Changes the fields of a timeline that are given.
 *
 * @param version what the client has read; absent: whatever stands
 * @throws NotFound, or Conflict when another version stands
 */
export async function updateTimeline(
  id: string,
  fields: SavedTimeline,
  version: string | undefined,
  { space, principal, now }: Actor,
): Promise<Timeline> {
  const { created: _, createdBy: __, ...changes } = fields;
  const updated = { updated: now.getTime(), updatedBy: displayName(principal) };
  const next = given(settled({ ...changes, ...updated }));
  const object = await updateObject(
    { type: TIMELINE, id, space },
    ({ attributes }) => ({ attributes: mergeObjects(attributes, next) }),
    { now, profileUid: profileUid(principal) },
    { version },
  );
  return timelineView(object);
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Deletes a timeline; its notes and pinned events go with it at once, and are swept later. @throws NotFound */
export async function deleteTimeline(id: string, { space }: Pick<Actor, 'space'>): Promise<void> {
  const where = { type: TIMELINE, id, space };
  const object = await findObject(where);
  if (object === undefined) throw new NotFound(`Saved object [${TIMELINE}/${id}] not found`);
  const { templateTimelineId, ...fields } = savedTimeline.parse(object.attributes);
  const claims: Write[] =
    isTemplate(fields) && templateTimelineId ? [{ table, delete: templateKey(space, templateTimelineId) }] : [];
  const partitions = [childrenOf(space, id), ...(await partitionsOfNotes(space, id))];
  try {
    await deleteObject(where, { with: [...claims, orderSweep(table, `timeline-${id}`, partitions)] });
  } catch (error) {
    if (error instanceof WriteConflict)
      throw new Conflict(`Saved object [${TIMELINE}/${id}] conflict`, { cause: error });
    throw error;
  }
}
