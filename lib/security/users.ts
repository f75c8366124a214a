import * as z from 'zod';
import { NotFound } from '../errors/errors.ts';
import { mergeObjects } from '../json/merge.ts';
import { fitsKey, key } from '../stores/keys.ts';
import { type Row, read, readMany, rows } from '../stores/read.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { firstInnerVersion } from '../stores/versions.ts';
import { write } from '../stores/write.ts';

/**
 * Users of the native realm, and the reserved ones. Access: by name on every request; all, for the list.
 *
 *   user  pk users   sk <username>   metadata is kept as JSON text
 *
 * A reserved user has a row once its password or `enabled` was set; everything else of it is built in.
 */
const table = 'Security';
const PARTITION = 'users';

export type User = {
  username: string;
  password_hash: string | undefined;
  roles: string[];
  full_name: string | null;
  email: string | null;
  metadata: Record<string, unknown> | null;
  enabled: boolean;
  reserved: boolean;
};

const userRow = z.object({
  sk: z.string(),
  version: z.number(),
  password_hash: z.string().optional(),
  roles: z.array(z.string()).default([]),
  full_name: z.string().nullable().default(null),
  email: z.string().nullable().default(null),
  metadata: z
    .string()
    .transform((text): Record<string, unknown> => JSON.parse(text))
    .nullable()
    .default(null),
  enabled: z.boolean(),
});

/** Built-in users and the roles they have. Their password can be changed, nothing else. */
const reservedUsers = new Map<string, string[]>([
  ['elastic', ['superuser']],
  ['kibana', ['kibana_system']],
  ['kibana_system', ['kibana_system']],
  ['logstash_system', ['logstash_system']],
  ['beats_system', ['beats_system']],
  ['apm_system', ['apm_system']],
  ['remote_monitoring_user', ['remote_monitoring_collector', 'remote_monitoring_agent']],
]);

/** Elasticsearch's own users: nobody can log in as one. */
const internalUsers = new Set([
  '_system',
  '_xpack',
  '_xpack_security',
  '_async_search',
  '_storage',
  '_security_profile',
  '_data_stream_lifecycle',
  '_reindex_data_stream',
  '_synonyms',
  '_lazy_rollover',
  '_cross_cluster_access',
]);

export function isReservedUser(username: string): boolean {
  return reservedUsers.has(username);
}
export function isAnonymousUser(username: string): boolean {
  return username === '_anonymous';
}
export function isInternalUser(username: string): boolean {
  return internalUsers.has(username);
}

/** Address of a user's row, for who reads it together with other rows. */
export function userKey(username: string) {
  return key(PARTITION, username);
}

/** The user that a row of `userKey` describes; a reserved user has no row before its password is set. */
export function userOf(username: string, row: Row | undefined): User | undefined {
  const roles = reservedUsers.get(username);
  const stored = row && userRow.parse(row);
  if (roles !== undefined) {
    const { password_hash, enabled = true } = stored ?? {};
    const metadata = { _reserved: true };
    return { username, password_hash, roles, full_name: null, email: null, metadata, enabled, reserved: true };
  }
  if (stored === undefined) return undefined;
  const { sk, version, ...attributes } = stored;
  return { username, ...attributes, password_hash: stored.password_hash, reserved: false };
}

/** One user, as of now. */
export async function findUser(username: string): Promise<User | undefined> {
  return userOf(username, await read(table, userKey(username)));
}

/** The users of these names that exist, in the order of the names. */
export async function findUsers(usernames: readonly string[]): Promise<User[]> {
  const names = usernames.filter(fitsKey);
  const found = await readMany(table, names.map(userKey));
  return names.map((username, index) => userOf(username, found[index])).filter((user) => user !== undefined);
}

/** All users by name, the reserved ones included. */
export async function allUsers(): Promise<User[]> {
  const found = new Map([...reservedUsers.keys()].map((username) => [username, userOf(username, undefined)]));
  for await (const row of rows({ table, pk: PARTITION })) {
    const username = String(row.sk);
    found.set(username, userOf(username, row));
  }
  const users = [...found.values()].filter((user) => user !== undefined);
  return users.sort((one, other) => (one.username < other.username ? -1 : 1));
}

export type UserChange = Omit<User, 'username' | 'reserved' | 'password_hash'> & { password_hash?: string };

/**
 * Creates a user, or gives it other attributes. With a password everything is replaced. Without one the user must exist:
 * its hash stays, and metadata that is given merges into what it has.
 *
 * @returns whether the user was created
 * @throws NotFound when there is no such user and no password
 */
export async function putUser(username: string, change: UserChange): Promise<{ created: boolean }> {
  return changeRow(username, (was) => {
    if (change.password_hash !== undefined) return storedUser(change, change.password_hash);
    if (was === undefined) throw new NotFound(`user [${username}] does not exist`);
    const metadata = change.metadata === null ? null : mergeObjects(was.metadata ?? {}, change.metadata);
    return storedUser({ ...change, metadata }, was.password_hash);
  });
}

/**
 * Sets a password hash; a reserved user needs no record before.
 *
 * @throws NotFound when there is no such user
 */
export async function changePassword(username: string, password_hash: string): Promise<void> {
  if (!fitsKey(username)) throw new NotFound(`user [${username}] does not exist`);
  await changeRow(username, (was) => {
    if (was !== undefined) return storedUser(was, password_hash);
    if (isReservedUser(username)) return { password_hash, enabled: true };
    throw new NotFound(`user [${username}] does not exist`);
  });
}

/** Deletes a user; false when there was none. */
export async function deleteUser(username: string): Promise<boolean> {
  if (!fitsKey(username)) return false;
  const address = userKey(username);
  const row = await read(table, address);
  if (row === undefined) return false;
  await write({ table, delete: address });
  return true;
}

type StoredUser = z.infer<typeof userRow>;

function storedUser(user: UserChange | StoredUser, password_hash: string | undefined): Row {
  const { roles, full_name, email, metadata, enabled } = user;
  return { roles, full_name, email, enabled, metadata: metadata && JSON.stringify(metadata), password_hash };
}

/** Changes a user's row against what stands there, again when somebody else was faster: the last write wins. */
function changeRow(username: string, change: (was: StoredUser | undefined) => Row): Promise<{ created: boolean }> {
  const address = userKey(username);
  return retryOnConflict(async () => {
    const row = await read(table, address);
    const was = row && userRow.parse(row);
    const next = { ...address, ...change(was), version: was === undefined ? firstInnerVersion() : was.version + 1 };
    await write(was === undefined ? { table, create: next } : { table, replace: next });
    return { created: was === undefined };
  });
}
