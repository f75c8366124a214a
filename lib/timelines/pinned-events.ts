import * as z from 'zod';
import { NotFound, WriteConflict } from '../errors/errors.ts';
import { fitsKey } from '../stores/keys.ts';
import { type Row, rows } from '../stores/read.ts';
import { encodeVersion, firstVersion } from '../stores/versions.ts';
import { write } from '../stores/write.ts';
import { type Actor, displayName } from './author.ts';
import { childrenOf, pinKey, table } from './timeline-children.ts';
import type { PinnedEvent } from './timeline-fields.ts';

/** Pinned events that reading a timeline gives. */
const MAX_SHOWN = 10_000;

const pinRow = z.object({
  pinnedEventId: z.string(),
  version: z.number(),
  timelineId: z.string(),
  created: z.number(),
  createdBy: z.string(),
  eventId: z.string(),
  updated: z.number(),
  updatedBy: z.string(),
});

function pinOf(row: Row): PinnedEvent & { stored: number } {
  const { version, ...pin } = pinRow.parse(row);
  return { ...pin, version: encodeVersion(version), stored: version };
}

function pinView({ stored: _, ...pin }: ReturnType<typeof pinOf>): PinnedEvent {
  const { pinnedEventId, version, timelineId, created, createdBy, eventId, updated, updatedBy } = pin;
  return { pinnedEventId, version, timelineId, created, createdBy, eventId, updated, updatedBy };
}

/** The pinned events of a timeline, 10,000 at the most. */
export async function pinnedEventsOf(space: string, timelineId: string): Promise<PinnedEvent[]> {
  const found: PinnedEvent[] = [];
  for await (const row of rows({ table, pk: childrenOf(space, timelineId), prefix: 'pin#' })) {
    if (found.push(pinView(pinOf(row))) === MAX_SHOWN) break;
  }
  return found;
}

export type Pin = { timelineId: string; eventId: string };

/** Pins an event to a timeline. One that is pinned already stays as it is. */
export async function pinEvent(
  { timelineId, eventId }: Pin,
  { space, principal, now, newId }: Actor,
): Promise<PinnedEvent> {
  const by = displayName(principal);
  const time = now.getTime();
  const row = {
    pinnedEventId: newId(),
    version: firstVersion(now),
    timelineId,
    created: time,
    createdBy: by,
    eventId,
    updated: time,
    updatedBy: by,
  };
  try {
    await write({ table, create: { ...pinKey(space, timelineId, eventId), ...row } });
    return pinView(pinOf(row));
  } catch (error) {
    if (!(error instanceof WriteConflict) || error.found === undefined) throw error;
    return pinView(pinOf(error.found));
  }
}

/** Unpins an event, by the id that pinning it gave. @throws NotFound */
export async function unpinEvent(pinnedEventId: string, timelineId: string, space: string): Promise<void> {
  const missing = new NotFound(`Saved object [siem-ui-timeline-pinned-event/${pinnedEventId}] not found`);
  if (!fitsKey(`pin#${pinnedEventId}`)) throw missing;
  for await (const row of rows({ table, pk: childrenOf(space, timelineId), prefix: 'pin#' })) {
    const pin = pinOf(row);
    if (pin.pinnedEventId !== pinnedEventId) continue;
    try {
      await write({ table, delete: pinKey(space, timelineId, pin.eventId), version: pin.stored });
      return;
    } catch (error) {
      if (error instanceof WriteConflict) throw missing;
      throw error;
    }
  }
  throw missing;
}
