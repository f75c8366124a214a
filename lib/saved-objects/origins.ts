import { isShareable } from '../stores/saved-object-rows.ts';
import { savedObjectType } from '../stores/saved-object-types.ts';
import { listObjects } from '../stores/saved-objects.ts';
import { type Caller, mayUse } from './authorization.ts';

/** An object as an import names it among those that stand in its way. */
export type Candidate = { id: string; title: unknown; updatedAt: string | undefined };

/** Finds the objects of a space that have an id, or come from one. */
export type OriginLookup = (type: string, id: string) => Promise<Candidate[]>;

/**
 * Looks objects up by where they come from. Reads the narrow rows of a type once, at the first question about it; types of
 * a single space have no origins, and what the caller may not read is not found.
 */
export function originLookup(caller: Caller): OriginLookup {
  const byType = new Map<string, Promise<Map<string, Candidate[]>>>();
  return async (type, id) => {
    const registered = savedObjectType(type);
    if (registered === undefined || !isShareable(registered) || !mayUse(caller, 'bulk_get', type)) return [];
    const known = byType.get(type) ?? candidatesOf(type, caller.space);
    byType.set(type, known);
    return (await known).get(id) ?? [];
  };
}

async function candidatesOf(type: string, space: string): Promise<Map<string, Candidate[]>> {
  const found = new Map<string, Candidate[]>();
  for await (const { id, originId, attributes, updated_at: updatedAt } of listObjects(type, space)) {
    const candidate = { id, title: attributes.title, updatedAt };
    for (const name of new Set([id, originId ?? id])) {
      const candidates = found.get(name) ?? [];
      candidates.push(candidate);
      found.set(name, candidates);
    }
  }
  return found;
}
