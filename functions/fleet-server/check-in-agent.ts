import * as z from 'zod';
import { authenticateAgent } from '../../lib/fleet/agents/authenticate-agent.ts';
import { checkIn } from '../../lib/fleet/agents/check-in.ts';
import { badRequest } from '../../lib/fleet/fleet-server-errors.ts';
import { durationProblem } from '../../lib/fleet/go-duration.ts';
import { fleetServerEndpoint } from '../../lib/http/fleet-server-endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { fleetServerError } from '../../lib/http/styles/fleet-server.ts';

const anyObject = z.record(z.string(), z.unknown());

/** An agent says how it is, and learns what to do. Answers at once, whatever `poll_timeout` it would wait. */
export const handler = fleetServerEndpoint(
  {
    route: 'POST /api/fleet/agents/{id}/checkin',
    summary: 'Check in an agent',
    differs: 'Answers at once. Fleet Server holds a check-in open until there is something to do.',
    malformed: 'unable to decode checkin request',
    request: {
      body: z.object({
        status: z.enum(['online', 'error', 'degraded', 'starting']),
        message: z.string().default(''),
        ack_token: z.string().nullish(),
        local_metadata: anyObject.nullish(),
        components: z.array(z.unknown()).nullish(),
        upgrade_details: anyObject.nullish(),
        poll_timeout: z.string().nullish(),
        agent_policy_id: z.string().nullish(),
        policy_revision_idx: z.number().int().nullish(),
      }),
    },
    responses: {
      200: z.object({
        action: z.literal('checkin'),
        ack_token: z.string().optional(),
        actions: z.array(
          z.object({
            id: z.string(),
            agent_id: z.string(),
            type: z.string(),
            created_at: z.string(),
            data: anyObject,
            expiration: z.string().optional(),
            input_type: z.string(),
          }),
        ),
      }),
      400: fleetServerError,
      401: fleetServerError,
      403: fleetServerError,
      404: fleetServerError,
    },
  },
  async ({ path: { id = '' }, apiKey, agentVersion, body, now }) => {
    const agent = await authenticateAgent(apiKey, id, now);
    const version = agentVersion();
    const { status, message, ack_token, local_metadata, components, upgrade_details, ...rest } = body();
    const problem = durationProblem(rest.poll_timeout ?? '0');
    if (problem !== undefined) throw badRequest(`poll_timeout cannot be parsed as duration: ${problem}`);
    const request = {
      status,
      message,
      ack_token: ack_token ?? undefined,
      local_metadata: local_metadata ?? undefined,
      components: components ?? undefined,
      upgrade_details: upgrade_details ?? undefined,
      agent_policy_id: rest.agent_policy_id ?? undefined,
      policy_revision_idx: rest.policy_revision_idx ?? undefined,
      version,
    };
    return ok({ action: 'checkin', ...(await checkIn(agent, request, now)) });
  },
);
