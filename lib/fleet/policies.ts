import * as z from 'zod';
import { BadRequest, Conflict, WriteConflict } from '../errors/errors.ts';
import type { Principal } from '../security/principal.ts';
import { hasApiPrivilege } from '../security/privileges.ts';
import { key } from '../stores/keys.ts';
import { registerType } from '../stores/saved-object-types.ts';
import {
  createObject,
  findObject,
  findObjects,
  listObjects,
  objectNotFound,
  type SavedObject,
  updateObject,
} from '../stores/saved-objects.ts';
import type { Write } from '../stores/write.ts';
import { revisionWrite } from './policy-revisions.ts';
import { isSeenIn } from './spaces.ts';

/**
 * Agent policies: what agents do, and the rules of their enrolment. Saved objects of no space that name the spaces which see
 * them; agents, their status and their keys are looked up from all spaces.
 *
 *   name  pk <space>#fleet-agent-policy-names   sk <name>   id: names are unique in a space
 */
export const AGENT_POLICY = 'fleet-agent-policies';
registerType(AGENT_POLICY, { namespaces: 'agnostic', hidden: true });

const nullableText = z.string().nullable().optional();

const attributes = z.looseObject({
  name: z.string(),
  namespace: z.string(),
  description: z.string().optional(),
  status: z.string(),
  is_managed: z.boolean(),
  is_protected: z.boolean(),
  supports_agentless: z.boolean().nullable().optional(),
  revision: z.number(),
  updated_at: z.string(),
  updated_by: z.string(),
  /** Seconds without a check-in after which an agent counts as inactive; 0: never. */
  inactivity_timeout: z.number(),
  monitoring_enabled: z.array(z.string()).optional(),
  data_output_id: nullableText,
  monitoring_output_id: nullableText,
  download_source_id: nullableText,
  fleet_server_host_id: nullableText,
  space_ids: z.array(z.string()),
});

export type AgentPolicy = z.infer<typeof attributes> & { id: string };

const ANY_SPACE = '*';
/** The form in which Kibana 9.1 stores a policy. */
const SCHEMA_VERSION = '1.1.1';

function policyOf({ id, attributes: stored }: Pick<SavedObject, 'id' | 'attributes'>): AgentPolicy {
  return { ...attributes.parse(stored), id };
}

/** A policy, whatever spaces see it. */
export async function findPolicy(id: string): Promise<AgentPolicy | undefined> {
  const found = await findObject({ type: AGENT_POLICY, id, space: ANY_SPACE });
  return found && policyOf(found);
}

/** A policy that the space sees; undefined when there is none. */
export async function findPolicyIn(space: string, id: string): Promise<AgentPolicy | undefined> {
  const policy = await findPolicy(id);
  return policy !== undefined && isSeenIn(space, policy.space_ids) ? policy : undefined;
}

/** A policy that the space sees. @throws NotFound */
export async function getPolicy(space: string, id: string): Promise<AgentPolicy> {
  const policy = await findPolicyIn(space, id);
  if (policy === undefined) throw objectNotFound({ type: AGENT_POLICY, id });
  return policy;
}

/** The policies of these ids that exist, by id. */
export async function findPolicies(ids: Iterable<string>): Promise<Map<string, AgentPolicy>> {
  const wanted = [...new Set(ids)].map((id) => ({ type: AGENT_POLICY, id }));
  const found = await findObjects(ANY_SPACE, wanted);
  return new Map(found.flatMap((object) => (object === undefined ? [] : [[object.id, policyOf(object)]])));
}

/** All policies of all spaces. */
export async function* allPolicies(): AsyncGenerator<AgentPolicy> {
  for await (const { id, attributes: stored } of listObjects(AGENT_POLICY, ANY_SPACE)) {
    yield policyOf({ id, attributes: stored });
  }
}

export type NewPolicy = {
  id?: string | undefined;
  name: string;
  namespace: string;
  is_managed?: boolean | undefined;
  inactivity_timeout: number;
  space_ids?: string[] | undefined;
  [setting: string]: unknown;
};

export type PolicyActor = { space: string; principal: Principal; now: Date; newId: () => string };

/** Spaces of a policy: the name is claimed in each of them, in one transaction. */
const MOST_SPACES = 90;

/** Refuses more spaces than a policy can be in; gives each of them once. @throws BadRequest */
export function distinctSpaces(ids: readonly string[]): string[] {
  const spaces = [...new Set(ids)];
  if (spaces.length <= MOST_SPACES) return spaces;
  throw new BadRequest(`An agent policy can be in at most ${MOST_SPACES} spaces, not ${spaces.length}`);
}

/**
 * Refuses spaces in which the caller may not create policies.
 *
 * @param ids spaces that the policy is meant for
 * @param existing those of them that are spaces
 * @throws BadRequest
 */
export function checkSpaces(ids: readonly string[], existing: ReadonlySet<string>, principal: Principal): void {
  const refused = ids.find((id) => !existing.has(id) || !hasApiPrivilege(principal, id, 'fleet-agent-policies-all'));
  if (refused !== undefined) throw new BadRequest(`No enough permissions to create policies in space ${refused}`);
}

/**
 * Creates a policy in its first revision.
 *
 * @throws Conflict when one that would see it has one of this name, or the id is taken
 */
export async function createPolicy(request: NewPolicy, actor: PolicyActor): Promise<AgentPolicy> {
  const { space, principal, now, newId } = actor;
  const { id = newId(), space_ids = [space], ...settings } = request;
  const spaces = new Set(space_ids);
  const policy = attributes.parse({
    ...settings,
    status: 'active',
    is_managed: settings.is_managed ?? false,
    revision: 1,
    updated_at: now.toISOString(),
    updated_by: principal.username,
    schema_version: SCHEMA_VERSION,
    // Only a policy with Elastic Defend can be protected, and a new one has no integration.
    is_protected: false,
    space_ids,
  });
  const claims = [...spaces].map((each) => claimOf(each, policy.name, id));
  try {
    const created = await createObject(
      { type: AGENT_POLICY, id, attributes: policy },
      { space, now },
      { with: claims },
    );
    return policyOf(created);
  } catch (error) {
    if (!(error instanceof WriteConflict) || error.found === undefined) throw error;
    throw new Conflict(`Agent Policy '${error.found.policy_id}' already exists with name '${policy.name}'`);
  }
}

function claimOf(space: string, name: string, id: string): Write {
  return { table: 'SavedObjects', create: { ...key(`${space}#fleet-agent-policy-names`, name), policy_id: id } };
}

/**
 * Changes a policy, which makes its next revision: its agents will fetch it.
 *
 * @throws NotFound, or Conflict when others kept writing
 */
export async function changePolicy(
  id: string,
  change: (policy: AgentPolicy) => Partial<AgentPolicy>,
  { username, now }: { username: string; now: Date },
): Promise<AgentPolicy> {
  const changed = await updateObject(
    { type: AGENT_POLICY, id, space: ANY_SPACE },
    (object) => {
      const was = policyOf(object);
      const next = { ...was, ...change(was), revision: was.revision + 1, updated_at: now.toISOString() };
      const { id: _, ...attributes } = next;
      return { attributes: { ...attributes, updated_by: username }, with: [revisionWrite(next)] };
    },
    { now },
  );
  return policyOf(changed);
}

/** Policies with such a rule; with more of them Kibana has none. */
const MOST_TIMEOUTS = 750;

/** Seconds without a check-in after which agents of a policy are inactive, by policy; policies without such a rule are absent. */
export async function inactivityTimeouts(): Promise<Map<string, number>> {
  const timeouts = new Map<string, number>();
  for await (const { id, inactivity_timeout } of allPolicies()) {
    if (inactivity_timeout > 0) timeouts.set(id, inactivity_timeout);
  }
  return timeouts.size > MOST_TIMEOUTS ? new Map() : timeouts;
}
