import { randomUUID } from 'node:crypto';
import { createList, type NewList, type ValueList } from '../../../lib/lists/lists.ts';

/** Who writes, and when. */
export const by = () => ({ username: 'elastic', now: new Date(), newId: randomUUID });

/** Creates a list past the API. */
export function givenList(fields: Partial<NewList> = {}, space = 'default'): Promise<ValueList> {
  const list = { id: randomUUID(), type: 'keyword', name: 'A list', description: 'For a test', version: 1 } as const;
  return createList(space, { ...list, ...fields }, by());
}
