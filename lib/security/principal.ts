import { createHash } from 'node:crypto';
import { fitsKey } from '../stores/keys.ts';
import { readMany } from '../stores/read.ts';
import { type ApiKey, findApiKey, isSecretOf } from './api-keys.ts';
import { BAD_KEY_VALUE, type Credentials, type UnreadableCredentials } from './credentials.ts';
import { verifyPassword } from './passwords.ts';
import type { RoleDescriptor } from './role-descriptor.ts';
import { epochKey, epochOf, resolveRoles } from './roles.ts';
import { type User, userKey, userOf } from './users.ts';

/** Who calls, proven, and what its roles give. */
export type Principal = {
  username: string;
  full_name: string | null;
  email: string | null;
  metadata: Record<string, unknown>;
  /** Names of the roles assigned to the user; none for an API key. */
  roles: string[];
  /** Those of them that do not exist (any more). They give nothing. */
  missingRoles: string[];
  realm: { name: string; type: string };
  /** Set when the call was made with an API key; the attributes above are then its owner's. */
  apiKey: { id: string; name: string } | undefined;
  /**
   * Sets of role descriptors by name; the caller may do what each set allows. A user has one; an API key with descriptors
   * of its own has two: those, and what its owner could do when the key was made.
   */
  grants: RoleDescriptor[][];
};

/** Who calls without credentials, where an endpoint lets them: somebody without a name who may do nothing. */
export const anonymous: Principal = {
  username: '',
  full_name: null,
  email: null,
  metadata: {},
  roles: [],
  missingRoles: [],
  realm: { name: '__anonymous', type: '__anonymous' },
  apiKey: undefined,
  grants: [[]],
};

/** Why nobody could be identified. */
export type AuthenticationFailure =
  | { kind: 'missing' }
  | UnreadableCredentials
  | { kind: 'user'; username: string }
  | { kind: 'api-key'; detail: string };

export class AuthenticationError extends Error {
  override readonly name = 'AuthenticationError';
  readonly failure: AuthenticationFailure;

  constructor(failure: AuthenticationFailure) {
    super(`authentication failed: ${failure.kind}`);
    this.failure = failure;
  }
}

/**
 * Proves who calls. One read for a user in a warm process (record and role epoch together), one for an API key.
 *
 * @throws AuthenticationError
 */
export async function authenticate(credentials: Credentials, now: Date): Promise<Principal> {
  switch (credentials.scheme) {
    case 'none':
      throw new AuthenticationError({ kind: 'missing' });
    case 'unreadable':
      throw new AuthenticationError(credentials.failure);
    case 'basic':
      return authenticateUser(credentials.username, credentials.password);
    case 'apikey':
      return authenticateApiKey(credentials.id, credentials.secret, now);
  }
}

async function authenticateUser(username: string, password: string): Promise<Principal> {
  const { user, epoch } = await readUser(username);
  const verified = await verifyPassword(password, user?.enabled === true ? user.password_hash : undefined);
  if (user === undefined || !verified) throw new AuthenticationError({ kind: 'user', username });
  return principalOf(user, await resolveRoles(user.roles, epoch));
}

async function readUser(username: string): Promise<{ user: User | undefined; epoch: string }> {
  if (!fitsKey(username)) return { user: undefined, epoch: '' };
  const [userRow, epochRow] = await readMany('Security', [userKey(username), epochKey()]);
  return { user: userOf(username, userRow), epoch: epochOf(epochRow) };
}

function principalOf(user: User, resolved: Map<string, RoleDescriptor>): Principal {
  const { username, full_name, email, roles, reserved } = user;
  const realm = realmOf({ reserved });
  return {
    username,
    full_name,
    email,
    metadata: user.metadata ?? {},
    roles,
    missingRoles: roles.filter((name) => !resolved.has(name)),
    realm,
    apiKey: undefined,
    grants: [[...resolved.values()]],
  };
}

async function authenticateApiKey(id: string, secret: string, now: Date): Promise<Principal> {
  const apiKey = fitsKey(id) ? await findApiKey(id) : undefined;
  const unknown = id === '' ? BAD_KEY_VALUE : `unable to find apikey with id ${id}`;
  const refusal = apiKey === undefined ? unknown : refusalOf(apiKey, secret, now);
  if (apiKey === undefined || refusal !== undefined) {
    throw new AuthenticationError({ kind: 'api-key', detail: `API key: ${refusal}` });
  }
  const own = Object.values(apiKey.role_descriptors);
  const limit = Object.values(apiKey.limited_by);
  return {
    username: apiKey.username,
    full_name: apiKey.full_name,
    email: apiKey.email,
    metadata: {},
    roles: [],
    missingRoles: [],
    realm: { name: '_es_api_key', type: '_es_api_key' },
    apiKey: { id: apiKey.id, name: apiKey.name },
    grants: own.length === 0 ? [limit] : [own, limit],
  };
}

function refusalOf(apiKey: ApiKey, secret: string, now: Date): string | undefined {
  if (apiKey.invalidation !== undefined) return `api key [${apiKey.id}] has been invalidated`;
  if (!isSecretOf(apiKey, secret)) return `invalid credentials for API key [${apiKey.id}]`;
  if (apiKey.expiration !== undefined && apiKey.expiration <= now.getTime()) return 'api key is expired';
  return undefined;
}

/** The realm that knows a user by name and password. */
export function realmOf({ reserved }: { reserved: boolean }) {
  return reserved ? { name: 'reserved', type: 'reserved' } : { name: 'default_native', type: 'native' };
}

/** The id of the caller's user profile, as `created_by` of saved objects has it; API keys have none. */
export function profileUid({
  username,
  realm,
  apiKey,
}: Pick<Principal, 'username' | 'realm' | 'apiKey'>): string | undefined {
  if (apiKey !== undefined) return undefined;
  return `u_${createHash('sha256')
    .update(JSON.stringify([realm.name, username]))
    .digest('base64url')}_0`;
}
