import { type Principal, profileUid } from '../security/principal.ts';
import type { User } from './contract.ts';

/** The caller as cases record who did something; the profile id is left out when there is none. */
export function userOf(principal: Principal): User {
  const { username, full_name, email } = principal;
  const uid = profileUid(principal);
  return { username, full_name, email, ...(uid !== undefined && { profile_uid: uid }) };
}
