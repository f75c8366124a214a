import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { WriteConflict } from '../errors/errors.ts';
import { fitsKey, key } from '../stores/keys.ts';
import { type Row, read, readMany, rows } from '../stores/read.ts';
import { write } from '../stores/write.ts';
import { type RoleDescriptor, roleDescriptor } from './role-descriptor.ts';

/**
 * API keys. Access: by id on every request; by owner, name and realm for invalidation, through rows written with the key (an
 * index could miss the newest key, which would then survive).
 *
 *   key       pk api-key#<id>              sk key
 *   of owner  pk api-keys-of#<username>    sk <id>
 *   of name   pk api-keys-named#<name>     sk <id>
 *   of realm  pk api-keys-in#<realm>       sk <id>
 */
const table = 'Security';

/** Role descriptors by name, kept as JSON text. */
const descriptorsText = z.string().transform((text) => z.record(z.string(), roleDescriptor).parse(JSON.parse(text)));

const apiKeyRow = z.object({
  id: z.string(),
  version: z.number(),
  name: z.string(),
  secret_hash: z.string(),
  username: z.string(),
  full_name: z.string().nullable(),
  email: z.string().nullable(),
  realm: z.string(),
  realm_type: z.string(),
  metadata: z.string().transform((text): Record<string, unknown> => JSON.parse(text)),
  role_descriptors: descriptorsText,
  limited_by: descriptorsText,
  creation: z.number(),
  expiration: z.number().optional(),
  invalidation: z.number().optional(),
});

export type ApiKey = z.infer<typeof apiKeyRow>;

function keyOfApiKey(id: string) {
  return key(`api-key#${id}`, 'key');
}

/** One API key, as of now. */
export async function findApiKey(id: string): Promise<ApiKey | undefined> {
  const row = await read(table, keyOfApiKey(id));
  return row && apiKeyRow.parse(row);
}

/** True when the secret is the key's; takes the same time for every wrong one. */
export function isSecretOf(apiKey: ApiKey, secret: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(secret), 'hex'), Buffer.from(apiKey.secret_hash, 'hex'));
}

function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export type NewApiKey = {
  name: string;
  owner: { username: string; full_name: string | null; email: string | null; realm: string; realm_type: string };
  /** What the key may do; empty: what its owner may. */
  role_descriptors: Record<string, RoleDescriptor>;
  /** What the owner may do now; the key never gets more. */
  limited_by: Record<string, RoleDescriptor>;
  metadata: Record<string, unknown>;
  /** Epoch milliseconds. */
  creation: number;
  expiration: number | undefined;
};

/** Creates a key. Its secret is in the answer and nowhere else: stored is only its hash. */
export async function createApiKey(request: NewApiKey): Promise<{ id: string; secret: string }> {
  const id = randomBytes(15).toString('base64url');
  const secret = randomBytes(16).toString('base64url');
  const { name, owner, role_descriptors, limited_by, metadata, creation, expiration } = request;
  const row: Row = {
    id,
    name,
    ...owner,
    secret_hash: hashSecret(secret),
    metadata: JSON.stringify(metadata),
    role_descriptors: JSON.stringify(role_descriptors),
    limited_by: JSON.stringify(limited_by),
    creation,
    expiration,
    version: 1,
  };
  await write(
    { table, create: { ...keyOfApiKey(id), ...row } },
    { table, create: ownerRow(owner.username, id) },
    { table, create: nameRow(name, id) },
    { table, create: realmRow(owner.realm, id) },
  );
  return { id, secret };
}

function ownerRow(username: string, id: string) {
  return key(`api-keys-of#${username}`, id);
}
function nameRow(name: string, id: string) {
  return key(`api-keys-named#${name}`, id);
}
function realmRow(realm: string, id: string) {
  return key(`api-keys-in#${realm}`, id);
}

/** The keys of these ids that exist. */
export async function findApiKeys(ids: readonly string[]): Promise<ApiKey[]> {
  const found = await readMany(table, ids.filter(fitsKey).map(keyOfApiKey));
  return found.filter((row) => row !== undefined).map((row) => apiKeyRow.parse(row));
}

/** The keys that a user owns. */
export function apiKeysOf(username: string): Promise<ApiKey[]> {
  return keysListedIn(`api-keys-of#${username}`);
}

/** The keys that have a name. */
export function apiKeysNamed(name: string): Promise<ApiKey[]> {
  return keysListedIn(`api-keys-named#${name}`);
}

/** The keys whose owners belong to a realm. */
export function apiKeysIn(realm: string): Promise<ApiKey[]> {
  return keysListedIn(`api-keys-in#${realm}`);
}

async function keysListedIn(pk: string): Promise<ApiKey[]> {
  // No key can be listed under a text that is none.
  if (!fitsKey(pk)) return [];
  const ids: string[] = [];
  for await (const row of rows({ table, pk })) ids.push(String(row.sk));
  return findApiKeys(ids);
}

/** Invalidates a key for good; false when it was invalid already, or somebody else was faster. */
export async function invalidateApiKey({ id }: ApiKey, now: Date): Promise<boolean> {
  const address = keyOfApiKey(id);
  const row = await read(table, address);
  const current = row && apiKeyRow.parse(row);
  if (current === undefined || current.invalidation !== undefined) return false;
  try {
    const invalidation = now.getTime();
    await write({ table, replace: { ...row, ...address, invalidation, version: current.version + 1 } });
  } catch (error) {
    // Nothing but an invalidation changes a key.
    if (error instanceof WriteConflict) return false;
    throw error;
  }
  return true;
}
