import { hashPassword } from '../security/passwords.ts';
import { changePassword, findUser } from '../security/users.ts';

const FIRST_USER = { username: 'elastic', password: 'changeme' };

/**
 * Gives the superuser a first password when it has none; undefined when one was set before. Everybody knows this
 * password: only for a store of this machine.
 */
export async function ensureFirstUser(): Promise<{ username: string; password: string } | undefined> {
  const user = await findUser(FIRST_USER.username);
  if (user?.password_hash !== undefined) return undefined;
  await changePassword(FIRST_USER.username, await hashPassword(FIRST_USER.password));
  return FIRST_USER;
}
