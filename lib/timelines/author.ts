import type { Principal } from '../security/principal.ts';

/** Who acts, and where. */
export type Actor = { space: string; principal: Principal; now: Date; newId: () => string };

/** The name under which a user stands in timelines. */
export function displayName({ full_name, email, username }: Principal): string {
  return full_name || email || username;
}
