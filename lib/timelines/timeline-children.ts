import { key } from '../stores/keys.ts';
import type { Table } from '../stores/tables.ts';

/**
 * Notes and pinned events lie under their timeline. Ids of timelines are never used twice, so deleting a timeline hides
 * them at once; they are swept later.
 *
 *   note    pk <space>#timeline#<timeline>   sk note#<note>   notes without a timeline: <timeline> is empty
 *   pinned  pk <space>#timeline#<timeline>   sk pin#<event>   an event is pinned once
 */
export const table: Table = 'SavedObjects';

export function noteKey(space: string, timelineId: string, noteId: string) {
  return key(childrenOf(space, timelineId), `note#${noteId}`);
}

export function pinKey(space: string, timelineId: string, eventId: string) {
  return key(childrenOf(space, timelineId), `pin#${eventId}`);
}

/** The partition of a timeline's notes and pinned events. */
export function childrenOf(space: string, timelineId: string): string {
  return `${space}#timeline#${timelineId}`;
}
