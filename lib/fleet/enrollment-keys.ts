import * as z from 'zod';
import { Conflict, NotFound, WriteConflict } from '../errors/errors.ts';
import { type FieldTypes, kqlFilter } from '../kql/matches.ts';
import { fieldNames } from '../kql/node.ts';
import { key } from '../stores/keys.ts';
import { read } from '../stores/read.ts';
import {
  createObject,
  findObject,
  getDecrypted,
  listObjects,
  type SavedObject,
  updateObject,
} from '../stores/saved-objects.ts';
import type { Write } from '../stores/write.ts';
import { badRequest } from './fleet-server-errors.ts';
import { type KueryDialect, parseKuery } from './kuery.ts';
import { pageOf } from './paging.ts';
import type { AgentPolicy } from './policies.ts';
import { createServiceKey, encodedKey, revokeKeys } from './service-keys.ts';
import { isSeenIn } from './spaces.ts';

/**
 * Enrollment keys: who shows one may enrol an agent under its policy. Saved objects; the key itself is encrypted.
 *
 *   of API key  pk enrollment-key-of#<API key id>      sk key      Fleet: what enrolment needs of the key
 *   name        pk enrollment-key-names#<policy id>    sk <name>   Fleet: names are unique under a policy, revoked ones too
 */
const ENROLLMENT_KEY = 'fleet-enrollment-api-keys';
const table = 'Fleet';
const ANY_SPACE = '*';

const attributes = z.object({
  active: z.boolean(),
  api_key_id: z.string(),
  name: z.string(),
  policy_id: z.string(),
  namespaces: z.array(z.string()),
  created_at: z.string(),
});
type StoredKey = z.infer<typeof attributes> & { id: string };

/** A key as the API answers it. */
export const enrollmentKey = z.object({
  id: z.string(),
  active: z.boolean(),
  api_key_id: z.string(),
  api_key: z.string(),
  name: z.string(),
  policy_id: z.string(),
  created_at: z.string(),
});
export type EnrollmentKey = z.infer<typeof enrollmentKey>;

const fields: FieldTypes = {
  active: 'boolean',
  api_key: 'keyword',
  api_key_id: 'keyword',
  created_at: 'date',
  expire_at: 'date',
  name: 'keyword',
  policy_id: 'keyword',
  updated_at: 'date',
};
export const enrollmentKeyKuery: KueryDialect = { prefixes: ['fleet-enrollment-api-keys'], fields };

function storedOf({ id, attributes: stored }: Pick<SavedObject, 'id' | 'attributes'>): StoredKey {
  return { ...attributes.parse(stored), id };
}

/**
 * Creates a key for a policy.
 *
 * @throws Conflict when the policy has, or had, a key of this name
 */
export async function createEnrollmentKey(
  policy: AgentPolicy,
  name: string | undefined,
  { now, newId }: { now: Date; newId: () => string },
): Promise<EnrollmentKey> {
  const id = newId();
  const isNamed = name !== undefined && name !== '';
  const fullName = isNamed ? `${name} (${id})` : id;
  const policy_id = policy.id;
  const secret = await createServiceKey('enroll', fullName, { policy_id }, now);
  const stored = {
    active: true,
    api_key_id: secret.id,
    name: fullName,
    policy_id,
    namespaces: policy.space_ids,
    created_at: now.toISOString(),
  };
  const view = { ...stored, id, api_key: encodedKey(secret) };
  try {
    await createObject(
      { type: ENROLLMENT_KEY, id, attributes: { ...stored, api_key: view.api_key } },
      { space: ANY_SPACE, now },
      { with: [ticketOf({ ...stored, id }), ...(isNamed ? [claimOf(policy_id, name)] : [])] },
    );
  } catch (error) {
    if (!(error instanceof WriteConflict)) throw error;
    // The key that nobody will ever see dies at once.
    await revokeKeys([secret.id], now);
    throw new Conflict(`An enrollment key named ${name} already exists for agent policy ${policy_id}`);
  }
  return enrollmentKey.parse(view);
}

function claimOf(policyId: string, name: string): Write {
  return { table, create: key(`enrollment-key-names#${policyId}`, `=${name.trim()}`) };
}

/** What enrolment reads, under the id of the API key that the agent shows. */
const ticket = z.object({
  id: z.string(),
  active: z.boolean(),
  policy_id: z.string(),
  namespaces: z.array(z.string()),
});
export type EnrollmentTicket = z.infer<typeof ticket>;

function ticketKey(apiKeyId: string) {
  return key(`enrollment-key-of#${apiKeyId}`, 'key');
}

function ticketOf({ id, active, policy_id, namespaces, api_key_id }: StoredKey): Write {
  return { table, put: { ...ticketKey(api_key_id), id, active, policy_id, namespaces } };
}

/** What an API key that has proven itself entitles to. @throws NotFound when it is none for enrolment, BadRequest when revoked */
export async function authenticateEnrolment(apiKey: { id: string }): Promise<EnrollmentTicket> {
  const row = await read(table, ticketKey(apiKey.id));
  if (row === undefined) throw new NotFound('not found', { attributes: { name: 'NotFound' } });
  const found = ticket.parse(row);
  if (!found.active) throw badRequest('inactive enrollment key');
  return found;
}

/** A key that the space sees. @throws NotFound */
async function getStored(space: string, id: string): Promise<StoredKey> {
  const found = await findObject({ type: ENROLLMENT_KEY, id, space: ANY_SPACE });
  if (found === undefined) throw new NotFound(`Enrollment api key ${id} not found`);
  const stored = storedOf(found);
  if (!isSeenIn(space, stored.namespaces)) throw new NotFound(`Enrollment api key ${id} not found in namespace`);
  return stored;
}

/** A key that the space sees, with its secret. @throws NotFound */
export async function getEnrollmentKey(space: string, id: string): Promise<EnrollmentKey> {
  return withSecret(await getStored(space, id));
}

async function withSecret(stored: StoredKey): Promise<EnrollmentKey> {
  const { attributes: opened } = await getDecrypted({ type: ENROLLMENT_KEY, id: stored.id, space: ANY_SPACE });
  return enrollmentKey.parse({ ...stored, api_key: opened.api_key });
}

export type EnrollmentKeyRequest = { page: number; perPage: number; kuery?: string | undefined };

/**
 * A page of the keys that the space sees, newest first, revoked ones too.
 *
 * @throws BadRequest when the KQL is malformed, or for a page that cannot be
 */
export async function listEnrollmentKeys(
  space: string,
  { page, perPage, kuery = '' }: EnrollmentKeyRequest,
  now: Date,
) {
  const filter = parseKuery(enrollmentKeyKuery, kuery);
  const matches = kqlFilter(filter, now, fields);
  // Who looks for a key itself has them all decrypted.
  const isSecretAsked = fieldNames(filter).includes('api_key');
  const found: StoredKey[] = [];
  for await (const { id, attributes: listed } of listObjects(ENROLLMENT_KEY, ANY_SPACE)) {
    const stored = storedOf({ id, attributes: listed });
    if (!isSeenIn(space, stored.namespaces)) continue;
    if (matches(isSecretAsked ? await withSecret(stored) : stored)) found.push(stored);
  }
  found.sort((one, other) => newestFirst(one, other));
  const items = await Promise.all(pageOf(found, { page, perPage }).map(withSecret));
  return { items, list: items, total: found.length, page, perPage };
}

function newestFirst(one: StoredKey, other: StoredKey): number {
  if (one.created_at !== other.created_at) return one.created_at < other.created_at ? 1 : -1;
  return one.id < other.id ? -1 : 1;
}

/** Revokes a key: nobody enrols with it any more. The record stays. @throws NotFound */
export async function revokeEnrollmentKey(space: string, id: string, now: Date): Promise<void> {
  const stored = await getStored(space, id);
  await revokeKeys([stored.api_key_id], now);
  await updateObject(
    { type: ENROLLMENT_KEY, id, space: ANY_SPACE },
    ({ attributes: was }) => ({
      attributes: { ...was, active: false },
      with: [ticketOf({ ...stored, active: false })],
    }),
    { now },
  );
}
