import { goesByObject, idsInSpace, type SpaceContent } from '../stores/leave-space.ts';
import { deleteUnassignedNote, unassignedNoteIdsIn } from './notes.ts';
import { deleteTimeline, TIMELINE } from './timelines.ts';

/** The timelines of a space, with their notes and pinned events. */
export const timelines: SpaceContent = goesByObject(
  (space) => idsInSpace(space, TIMELINE),
  (id, space) => deleteTimeline(id, { space }),
);

/** Notes that belong to an event and no timeline. */
export const unassignedNotes: SpaceContent = goesByObject(unassignedNoteIdsIn, deleteUnassignedNote);
