import * as z from 'zod';
import { key } from '../stores/keys.ts';
import { read } from '../stores/read.ts';

/** The partition of the spaces' records: `lib/spaces` writes them, and says what is in them. */
export const SPACES = 'spaces';

const row = z.object({ disabledFeatures: z.array(z.string()) });

/** Ids of the features that a space switches off. */
export async function disabledFeatures(space: string): Promise<readonly string[]> {
  // It exists without a record, and has all features.
  if (space === 'default') return [];
  const found = await read('SavedObjects', key(SPACES, space));
  return found === undefined ? [] : row.parse(found).disabledFeatures;
}
