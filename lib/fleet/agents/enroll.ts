import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { isObject } from '../../json/merge.ts';
import { key } from '../../stores/keys.ts';
import { read } from '../../stores/read.ts';
import { retryOnConflict } from '../../stores/retry-on-conflict.ts';
import { firstVersion } from '../../stores/versions.ts';
import { type CountedWrites, together, writeCounted } from '../counters.ts';
import type { EnrollmentTicket } from '../enrollment-keys.ts';
import { agentNotReplaceable, badRequest } from '../fleet-server-errors.ts';
import { createServiceKey, encodedKey, revokeKeys, type ServiceKey } from '../service-keys.ts';
import { detailsDeletion, detailsWrites, hashOf, openDetails, storedDetails } from './agent-details.ts';
import { factsOf } from './agent-facts.ts';
import { agentWrites, onItsDay } from './agent-index.ts';
import { type Agent, apiKeysOf, findAgent, table } from './agents.ts';
import { checkTags } from './tag-rules.ts';

/**
 * Enrolment. Agents that try again say which attempt it is:
 *
 *   attempt  pk enrollment-ids   sk <enrollment id>   agent_id
 */
const attemptRow = z.object({ agent_id: z.string() });

function attemptKey(enrollmentId: string) {
  return key('enrollment-ids', enrollmentId);
}

export type EnrollRequest = {
  type: Agent['type'];
  id?: string | undefined;
  enrollment_id?: string | undefined;
  replace_token?: string | undefined;
  local: Record<string, unknown>;
  user_provided: Record<string, unknown> | undefined;
  tags: readonly string[];
  /** Version that the agent names. */
  version: string;
};

export type EnrollContext = { ticket: EnrollmentTicket; now: Date; newId: () => string };

export type Enrolled = { agent: Agent; localMetadata: Record<string, unknown>; accessKey: ServiceKey };

const MAX_ID_BYTES = 512;

/**
 * Makes an agent of who shows an enrollment key.
 *
 * @throws BadRequest, or Forbidden when an agent of that id is active and may not be replaced
 */
export async function enroll(request: EnrollRequest, context: EnrollContext): Promise<Enrolled> {
  const tags = [...new Set(request.tags)].sort();
  checkTags(tags);
  if (request.id !== undefined && Buffer.byteLength(request.id) > MAX_ID_BYTES)
    throw badRequest('agent id is too long');
  await forgetFirstAttempt(request.enrollment_id, context.now);
  const id = request.id === undefined || request.id === '' ? context.newId() : request.id;
  const local = withAgentId(request.local, id);
  const accessKey = await createServiceKey('access', id, { agent_id: id }, context.now);
  const { agent, replaced } = await writeAgent({ ...request, id, local, tags }, accessKey, context).catch(
    async (error: unknown) => {
      await revokeKeys([accessKey.id], context.now);
      throw error;
    },
  );
  // Last: the agent that stood here is alive until it is replaced, and its keys open nothing from then on.
  if (replaced !== undefined) await revokeKeys(apiKeysOf(replaced), context.now);
  return { agent, localMetadata: local, accessKey };
}

type Prepared = EnrollRequest & { id: string; tags: string[] };

/** An agent that was written, and who stood there before, active or not. */
type Written = { agent: Agent; replaced: Agent | undefined };

async function writeAgent(request: Prepared, accessKey: ServiceKey, context: EnrollContext): Promise<Written> {
  const { id, local, user_provided, enrollment_id, replace_token } = request;
  const replaceHash = isGiven(replace_token) ? await hashToken(replace_token) : undefined;
  // Another enrolment of the same agent may come between.
  return retryOnConflict(async () => {
    const standing = await findAgent(id);
    if (standing?.active === true) await checkReplaceable(standing, request, context.ticket);
    const agent = agentOfRequest(request, accessKey, context, standing, replaceHash);
    const kept = standing?.active === true ? await storedDetails(standing.incarnation) : undefined;
    const details = {
      ...(await openDetails(kept)),
      local_metadata: local,
      ...(user_provided && { user_provided_metadata: user_provided }),
    };
    const writes = [
      ...(await detailsWrites(agent.incarnation, details, kept)),
      ...(standing?.active === false ? await detailsDeletion(standing.incarnation) : []),
      ...(isGiven(enrollment_id) ? [{ table, put: { ...attemptKey(enrollment_id), agent_id: id } } as const] : []),
    ];
    await writeCounted(together(agentWrites(standing, agent), { writes, counting: [] }));
    return { agent, replaced: standing };
  });
}

function agentOfRequest(
  { id, type, version, tags, local, enrollment_id }: Prepared,
  accessKey: ServiceKey,
  { ticket: { policy_id, namespaces }, now, newId }: EnrollContext,
  standing: Agent | undefined,
  replaceHash: string | undefined,
): Agent {
  const time = now.toISOString();
  const given = {
    active: true,
    namespaces,
    access_api_key_id: accessKey.id,
    agent_version: version,
    tags,
    facts: factsOf(local),
    local_metadata_hash: hashOf(local),
    updated_at: time,
  };
  if (standing?.active === true) {
    // A replaced agent stays what it is, with the actions that wait for it; it has a new key, and fetches its policy again.
    const { audit_unenrolled_reason: _, unenrolled_at: __, unenrolled_reason: ___, keys: ____, ...kept } = standing;
    return onItsDay({ ...kept, ...given, version: standing.version + 1, policy_revision_idx: 0 });
  }
  return onItsDay({
    ...given,
    id,
    incarnation: newId(),
    type,
    policy_id,
    action_seq: 0,
    day: 0,
    version: standing === undefined ? firstVersion(now) : standing.version + 1,
    enrolled_at: time,
    ...(isGiven(enrollment_id) && { enrollment_id }),
    ...(replaceHash !== undefined && { replace_token: replaceHash }),
  });
}

/** An attempt whose answer never reached the agent leaves an agent that never checks in: the next attempt removes it. */
async function forgetFirstAttempt(enrollmentId: string | undefined, now: Date): Promise<void> {
  if (!isGiven(enrollmentId)) return;
  // Whoever comes between may be the agent itself, which is alive then.
  const forgotten = await retryOnConflict(async () => {
    const row = await read(table, attemptKey(enrollmentId));
    const agent = row && (await findAgent(attemptRow.parse(row).agent_id));
    if (agent === undefined || agent.last_checkin !== undefined || agent.enrollment_id !== enrollmentId)
      return undefined;
    const rest: CountedWrites = {
      writes: [{ table, delete: attemptKey(enrollmentId) }, ...(await detailsDeletion(agent.incarnation))],
      counting: [],
    };
    await writeCounted(together(agentWrites(agent, undefined), rest));
    return agent;
  });
  if (forgotten !== undefined) await revokeKeys(apiKeysOf(forgotten), now);
}

async function checkReplaceable(
  { replace_token, policy_id }: Agent,
  request: Prepared,
  ticket: EnrollmentTicket,
): Promise<void> {
  const given = request.replace_token;
  if (replace_token === undefined || !isGiven(given) || policy_id !== ticket.policy_id) throw agentNotReplaceable();
  if (!(await isToken(given, replace_token))) throw agentNotReplaceable();
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** The agent reports about itself under the id that it has here. */
function withAgentId(local: Record<string, unknown>, id: string): Record<string, unknown> {
  const elastic = isObject(local.elastic) ? local.elastic : {};
  const agent = isObject(elastic.agent) ? elastic.agent : {};
  return { ...local, elastic: { ...elastic, agent: { ...agent, id } } };
}

const HASH_BYTES = 32;
const cost: ScryptOptions = { N: 16_384, r: 8, p: 1 };

function derive(token: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(token, salt, HASH_BYTES, cost, (error, hash) => (error === null ? resolve(hash) : reject(error)));
  });
}

async function hashToken(token: string): Promise<string> {
  const salt = randomBytes(16);
  return `${salt.toString('base64')}:${(await derive(token, salt)).toString('base64')}`;
}

async function isToken(token: string, stored: string): Promise<boolean> {
  const [salt = '', hash = ''] = stored.split(':');
  return timingSafeEqual(await derive(token, Buffer.from(salt, 'base64')), Buffer.from(hash, 'base64'));
}

/** The answer to an agent that has enrolled. The secret of its access key is here and nowhere else. */
export function enrolledView({ agent, localMetadata, accessKey }: Enrolled, userProvided?: Record<string, unknown>) {
  return {
    action: 'created',
    item: {
      id: agent.id,
      active: true,
      policy_id: agent.policy_id,
      type: agent.type,
      enrolled_at: agent.enrolled_at,
      user_provided_metadata: userProvided ?? {},
      local_metadata: localMetadata,
      access_api_key_id: accessKey.id,
      access_api_key: encodedKey(accessKey),
      status: 'online',
      tags: agent.tags,
    },
  };
}
