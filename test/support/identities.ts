import { createApiKey, type NewApiKey } from '../../lib/security/api-keys.ts';
import { anonymous, type Principal } from '../../lib/security/principal.ts';
import { type RoleDescriptor, roleDescriptor } from '../../lib/security/role-descriptor.ts';
import { changeRole } from '../../lib/security/roles.ts';
import { putUser, type UserChange } from '../../lib/security/users.ts';
import { PASSWORD, PASSWORD_HASH } from './password.ts';

export type Descriptor = Partial<RoleDescriptor>;

/** Stores a user with `PASSWORD`. */
export async function givenUser(username: string, change: Partial<UserChange> = {}): Promise<void> {
  await putUser(username, {
    roles: [],
    full_name: null,
    email: null,
    metadata: null,
    enabled: true,
    password_hash: PASSWORD_HASH,
    ...change,
  });
}

/** Stores a role; a role of that name is replaced. */
export async function givenRole(name: string, descriptor: Descriptor): Promise<void> {
  await changeRole(name, () => descriptorWith(descriptor));
}

/** Stores a user whose only role, named like the user, has these cluster privileges. */
export async function givenUserWith(username: string, cluster: string[]): Promise<void> {
  await givenRole(username, { cluster });
  await givenUser(username, { roles: [username] });
}

/** Stores an API key of a native user that may do what the descriptor says. */
export async function givenApiKey(username: string, descriptor: Descriptor, more: Partial<NewApiKey> = {}) {
  const { id, secret } = await createApiKey({
    name: 'a key',
    owner: { username, full_name: null, email: null, realm: 'default_native', realm_type: 'native' },
    role_descriptors: {},
    limited_by: { owner: descriptorWith(descriptor) },
    metadata: {},
    creation: Date.now(),
    expiration: undefined,
    ...more,
  });
  return { id, secret, headers: { authorization: apiKeyHeader(id, secret) } };
}

export function apiKeyHeader(id: string, secret: string): string {
  return `ApiKey ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

export function basicHeader(username: string, password: string = PASSWORD): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** A whole role descriptor from the parts that matter. */
export function descriptorWith(descriptor: Descriptor): RoleDescriptor {
  return roleDescriptor.parse(descriptor);
}

/** Somebody with these sets of descriptors: one set for a user, two for an API key with descriptors of its own. */
export function principalWith(...sets: Descriptor[][]): Principal {
  return { ...anonymous, username: 'jdoe', grants: sets.map((set) => set.map(descriptorWith)) };
}
