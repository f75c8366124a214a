import * as z from 'zod';
import { key } from '../stores/keys.ts';
import { read } from '../stores/read.ts';

const row = z.object({ disabledFeatures: z.array(z.string()) });

/** Ids of the features that a space switches off. They stand in its record, which `lib/spaces` writes. */
export async function disabledFeatures(space: string): Promise<readonly string[]> {
  // It exists without a record, and has all features.
  if (space === 'default') return [];
  const found = await read('SavedObjects', key('spaces', space));
  return found === undefined ? [] : row.parse(found).disabledFeatures;
}
