import * as z from 'zod';
import { Forbidden } from '../../lib/errors/errors.ts';
import { kueryParameter } from '../../lib/fleet/kuery.ts';
import { listPolicies } from '../../lib/fleet/list-policies.ts';
import { policyItem, policyKuery, policyViewFor } from '../../lib/fleet/policy-view.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { anyOf, hasApiPrivilege } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

const MOST_COUNTED = 100;

/** A page of the agent policies that the space sees, last changed first. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/agent_policies',
    summary: 'Get agent policies',
    privileges: anyOf('fleet-agent-policies-read', 'fleet-agents-read', 'fleet-setup'),
    validation: schema.configSchema,
    request: {
      query: schema
        .object({
          page: schema.number().default(1),
          perPage: schema.number().default(20),
          sortField: z.string().optional(),
          sortOrder: z.enum(['desc', 'asc']).optional(),
          showUpgradeable: schema.boolean().optional(),
          kuery: kueryParameter(policyKuery).optional(),
          noAgentCount: schema.boolean().optional(),
          withAgentCount: schema.boolean().optional(),
          full: schema.boolean().optional(),
          format: z.enum(['simplified', 'legacy']).optional(),
        })
        .refine(
          ({ perPage, full, noAgentCount, withAgentCount }) =>
            perPage <= MOST_COUNTED || !(full === true || noAgentCount === false || withAgentCount === true),
          { error: 'perPage should be less or equal to 100 when fetching full policies or agent count.' },
        ),
    },
    responses: {
      200: z.object({ items: z.array(policyItem), total: z.number(), page: z.number(), perPage: z.number() }),
      400: coreError,
      403: coreError,
    },
  },
  async ({ query: { full, noAgentCount, withAgentCount, ...query }, space, principal, now }) => {
    if (full === true && !hasApiPrivilege(principal, space, 'fleet-agent-policies-read')) {
      throw new Forbidden('full query parameter require agent policies read permissions');
    }
    const isCountAsked = withAgentCount === true || noAgentCount === false;
    const withCount = isCountAsked && hasApiPrivilege(principal, space, 'fleet-agents-read');
    const { policies, agents, ...page } = await listPolicies(space, { ...query, withCount }, now);
    const items = policies.map((policy) =>
      policyViewFor(principal, space, policy, {
        // Kibana answers 0 where it does not count.
        agents: agents.get(policy.id) ?? 0,
        ...(full === true && { package_policies: [] }),
      }),
    );
    return ok({ items, ...page });
  },
);
