import { notesOf } from './notes.ts';
import { pinnedEventsOf } from './pinned-events.ts';
import type { Timeline } from './timeline-fields.ts';
import { findTimelines } from './timelines.ts';

/** Most timelines that one export takes (Kibana's setting `maxTimelineImportExportSize`). */
export const MAX_EXPORTED = 10_000;

/** Timelines that are read at once; each may be as large as a request. */
const CHUNK = 25;

/**
 * Timelines as lines of JSON, in the order of the ids, each with its notes and pinned events; then one line for each id
 * that has no timeline. An id that is named twice gives one line.
 */
export async function* exportTimelines(space: string, ids: readonly string[]): AsyncGenerator<string> {
  const distinct = [...new Set(ids)];
  const missing: string[] = [];
  for (let start = 0; start < distinct.length; start += CHUNK) {
    const chunk = distinct.slice(start, start + CHUNK);
    const timelines = await findTimelines(space, chunk);
    const lines = await Promise.all(timelines.map((timeline) => timeline && exportLine(space, timeline)));
    for (const [index, line] of lines.entries()) {
      if (line === undefined) missing.push(chunk[index] ?? '');
      else yield `${JSON.stringify(line)}\n`;
    }
  }
  for (const id of missing) yield `${JSON.stringify(missingLine(id))}\n`;
}

async function exportLine(space: string, timeline: Timeline) {
  const { savedObjectId, status: _, excludedRowRendererIds: __, ...fields } = timeline;
  const [notes, pins] = await Promise.all([notesOf(space, savedObjectId), pinnedEventsOf(space, savedObjectId)]);
  const isOfEvent = ({ eventId }: { eventId?: string | null | undefined }) => eventId !== undefined && eventId !== null;
  return {
    savedObjectId,
    ...fields,
    eventNotes: notes.filter(isOfEvent),
    globalNotes: notes.filter((note) => !isOfEvent(note)),
    pinnedEventIds: pins.map(({ eventId }) => eventId),
  };
}

function missingLine(id: string) {
  return { statusCode: 404, error: 'Not Found', message: `Saved object [siem-ui-timeline/${id}] not found` };
}
