import { Forbidden } from '../errors/errors.ts';
import type { Principal } from '../security/principal.ts';
import { mayUseSavedObjects } from '../security/privileges.ts';

const actions = { bulk_get: 'read', bulk_create: 'write' } as const;

/** Who asks, and where. */
export type Caller = { principal: Principal; space: string };

/** Refuses a caller who may not do this with objects of every one of the types in the space. @throws Forbidden */
export function requireTypes(caller: Caller, action: keyof typeof actions, types: Iterable<string>): void {
  const refused = [...new Set(types)].filter((type) => !mayUse(caller, action, type));
  if (refused.length > 0) throw new Forbidden(`Unable to ${action} ${refused.sort().join(',')}`);
}

/** True when the caller may do this with objects of the type in the space. */
export function mayUse({ principal, space }: Caller, action: keyof typeof actions, type: string): boolean {
  return mayUseSavedObjects(principal, space, type, actions[action]);
}
