import * as z from 'zod';
import { createEnrollmentKey } from '../../lib/fleet/enrollment-keys.ts';
import { checkSpaces, createPolicy, distinctSpaces } from '../../lib/fleet/policies.ts';
import { newPolicy, policyItem, policyView } from '../../lib/fleet/policy-view.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { existingSpaces } from '../../lib/spaces/spaces.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Creates an agent policy, and its first enrollment key. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/fleet/agent_policies',
    summary: 'Create an agent policy',
    differs: 'A policy is in at most 90 spaces.',
    privileges: ['fleet-agent-policies-all'],
    validation: schema.configSchema,
    request: { query: schema.object({ sys_monitoring: schema.boolean().optional() }), body: newPolicy },
    responses: { 200: z.object({ item: policyItem }), 400: coreError, 409: coreError },
  },
  async ({ body: { force: _, ...request }, space, principal, now, newId }) => {
    const others = distinctSpaces(request.space_ids ?? []).filter((id) => id !== space);
    checkSpaces(others, await existingSpaces(others), principal);
    const policy = await createPolicy(request, { space, principal, now, newId });
    await createEnrollmentKey(policy, 'Default', { now, newId });
    return ok({ item: policyView(policy) });
  },
);
