import { KIBANA_APPLICATION, type RoleDescriptor, roleDescriptor } from '../../lib/security/role-descriptor.ts';
import { changeRole } from '../../lib/security/roles.ts';
import { changePassword, putUser } from '../../lib/security/users.ts';
import { PASSWORD, PASSWORD_HASH } from './password.ts';
import { createOwnTables } from './stack.ts';

let ready: Promise<void> | undefined;

/** Creates this file's tables and the superuser, once. */
export function storeIsReady(): Promise<void> {
  ready ??= prepare();
  return ready;
}

async function prepare(): Promise<void> {
  await createOwnTables();
  await changePassword('elastic', PASSWORD_HASH);
}

/** What a caller may do: names of roles, or what its own role (of the same name) holds. */
export type Grants = string[] | { cluster?: string[]; kibana?: string[]; spaces?: string[] };

/** Creates a user, past the API. Kibana privileges are named as they stand in a role: `feature_siemV3.all`. */
export async function givenUser(username: string, grants: Grants, { enabled = true } = {}): Promise<string> {
  await storeIsReady();
  const roles = Array.isArray(grants) ? grants : [username];
  if (!Array.isArray(grants)) await changeRole(username, () => descriptorOf(grants));
  await putUser(username, {
    password_hash: PASSWORD_HASH,
    roles,
    enabled,
    full_name: null,
    email: null,
    metadata: null,
  });
  return username;
}

/** A role's descriptor in short. */
export function descriptorOf({ cluster = [], kibana = [], spaces }: Exclude<Grants, string[]>): RoleDescriptor {
  const resources = spaces?.map((space) => `space:${space}`) ?? ['*'];
  const applications = kibana.length === 0 ? [] : [{ application: KIBANA_APPLICATION, privileges: kibana, resources }];
  return roleDescriptor.parse({ cluster, applications });
}

export function basic(username: string, password: string = PASSWORD): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
