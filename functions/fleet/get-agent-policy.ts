import * as z from 'zod';
import { countAgentsOf } from '../../lib/fleet/agents/agent-totals.ts';
import { getPolicy } from '../../lib/fleet/policies.ts';
import { policyItem, policyViewFor } from '../../lib/fleet/policy-view.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { anyOf, hasApiPrivilege } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** One agent policy, for who may read agents with the number of them. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/agent_policies/{agentPolicyId}',
    summary: 'Get an agent policy',
    privileges: anyOf('fleet-agent-policies-read', 'fleet-agents-read', 'fleet-setup'),
    validation: schema.configSchema,
    request: {
      path: z.strictObject({ agentPolicyId: z.string() }),
      query: schema.object({ format: z.enum(['simplified', 'legacy']).optional() }),
    },
    responses: { 200: z.object({ item: policyItem }), 400: coreError, 404: coreError },
  },
  async ({ path: { agentPolicyId }, space, principal }) => {
    const policy = await getPolicy(space, agentPolicyId);
    const mayCount = hasApiPrivilege(principal, space, 'fleet-agents-read');
    const extras = { ...(mayCount && { agents: await countAgentsOf(policy.id) }), package_policies: [] };
    return ok({ item: policyViewFor(principal, space, policy, extras) });
  },
);
