import { BadRequest, Conflict, NotFound } from '../../errors/errors.ts';
import { type AgentPolicy, allPolicies, changePolicy } from '../policies.ts';

/** What settings do to agent policies; nothing else under `settings/` knows how policies are kept. */

export type Actor = { username: string; now: Date };

/** The settings of a policy that name one of the records managed here. */
export type PolicySetting = 'data_output_id' | 'monitoring_output_id' | 'download_source_id' | 'fleet_server_host_id';

/** Policies that are changed at once. */
const IN_FLIGHT = 8;

const HOSTED =
  'in Fleet because the agent policy is managed by an external orchestration solution, such as Elastic Cloud, Kubernetes, etc. Please make changes using your orchestration solution.';

/**
 * Takes a record out of all policies that name it in one of the settings: they fall back to the default. Each gets a new
 * revision.
 *
 * @throws BadRequest when a hosted policy names it; no policy is changed then
 */
export async function removeFromPolicies(
  settings: readonly PolicySetting[],
  id: string,
  actor: Actor,
  { alsoHosted = false }: { alsoHosted?: boolean } = {},
): Promise<void> {
  const users: AgentPolicy[] = [];
  for await (const policy of allPolicies()) {
    const used = settings.find((setting) => policy[setting] === id);
    if (used === undefined) continue;
    if (policy.is_managed && !alsoHosted) throw new BadRequest(`Cannot update ${used} ${HOSTED}`);
    users.push(policy);
  }
  await changeAll(users, actor, (policy) =>
    Object.fromEntries(settings.flatMap((setting) => (policy[setting] === id ? [[setting, null]] : []))),
  );
}

/** Gives policies their next revision, so that their agents fetch what has changed: all, or those that name an output. */
export async function bumpPolicies(actor: Actor, outputId?: string): Promise<void> {
  const policies: AgentPolicy[] = [];
  for await (const policy of allPolicies()) {
    const isUser = policy.data_output_id === outputId || policy.monitoring_output_id === outputId;
    if (outputId === undefined || isUser) policies.push(policy);
  }
  await changeAll(policies, actor, () => ({}));
}

/** An integration that works with Elasticsearch only, and a policy that has it. */
export type ElasticsearchUser = { policy: AgentPolicy; integration: 'Fleet Server' | 'agentless' };

/** The policies whose data must go to Elasticsearch itself. */
export async function elasticsearchUsers(): Promise<ElasticsearchUser[]> {
  const users: ElasticsearchUser[] = [];
  for await (const policy of allPolicies()) {
    if (policy.has_fleet_server === true) users.push({ policy, integration: 'Fleet Server' });
    else if (policy.supports_agentless === true) users.push({ policy, integration: 'agentless' });
  }
  return users;
}

/** Makes policies that follow the default output keep this one. */
export async function pinToOutput(users: readonly ElasticsearchUser[], outputId: string, actor: Actor): Promise<void> {
  const following = users.map(({ policy }) => policy).filter(({ data_output_id }) => !data_output_id);
  await changeAll(following, actor, () => ({ data_output_id: outputId }));
}

async function changeAll(
  policies: readonly AgentPolicy[],
  actor: Actor,
  change: (policy: AgentPolicy) => Partial<AgentPolicy>,
): Promise<void> {
  for (let start = 0; start < policies.length; start += IN_FLIGHT) {
    await Promise.all(policies.slice(start, start + IN_FLIGHT).map((policy) => changeOne(policy.id, change, actor)));
  }
}

async function changeOne(
  id: string,
  change: (policy: AgentPolicy) => Partial<AgentPolicy>,
  actor: Actor,
): Promise<void> {
  try {
    await changePolicy(id, change, actor);
  } catch (error) {
    // Gone meanwhile: nothing to do.
    if (error instanceof NotFound) return;
    if (error instanceof Conflict)
      throw new Conflict(`Agent policy ${id} is being changed by others`, { cause: error });
    throw error;
  }
}
