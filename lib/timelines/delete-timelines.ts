import { Forbidden } from '../errors/errors.ts';
import { mayUseSavedObjects } from '../security/privileges.ts';
import { deleteObject } from '../stores/saved-objects.ts';
import type { Actor } from './author.ts';
import { deleteTimeline } from './timelines.ts';

/** Timelines that are deleted at once. */
const CHUNK = 10;

/**
 * Deletes timelines, and the saved searches that belong to them. Each is deleted whole; one that is missing ends the work.
 *
 * @throws NotFound; Forbidden for who may not delete saved searches
 */
export async function deleteTimelines(
  ids: readonly string[],
  searchIds: readonly string[],
  { space, principal }: Pick<Actor, 'space' | 'principal'>,
): Promise<void> {
  if (searchIds.length > 0 && !mayUseSavedObjects(principal, space, 'search', 'write')) {
    throw new Forbidden('Unable to delete search');
  }
  await inChunks(ids, (id) => deleteTimeline(id, { space }));
  await inChunks(searchIds, (id) => deleteObject({ type: 'search', id, space }));
}

async function inChunks(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const distinct = [...new Set(ids)];
  for (let start = 0; start < distinct.length; start += CHUNK) {
    await Promise.all(distinct.slice(start, start + CHUNK).map(work));
  }
}
