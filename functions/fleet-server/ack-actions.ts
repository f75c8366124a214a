import * as z from 'zod';
import { acknowledge } from '../../lib/fleet/agents/acknowledge.ts';
import { authenticateAgent } from '../../lib/fleet/agents/authenticate-agent.ts';
import { fleetServerEndpoint } from '../../lib/http/fleet-server-endpoint.ts';
import { json } from '../../lib/http/response.ts';
import { fleetServerError } from '../../lib/http/styles/fleet-server.ts';

const answer = z.object({
  action: z.literal('acks'),
  errors: z.literal(true).optional(),
  items: z.array(z.object({ status: z.number(), message: z.string() })),
});

/** Most events of one request: each takes a transaction. */
const MAX_EVENTS = 500;

/** An agent says what became of its actions. The status of the answer is the worst of its items. */
export const handler = fleetServerEndpoint(
  {
    route: 'POST /api/fleet/agents/{id}/acks',
    summary: 'Acknowledge actions of an agent',
    malformed: 'unable to decode ack request',
    request: {
      body: z.object({
        events: z
          .array(
            z.object({
              type: z.string().optional(),
              subtype: z.string().optional(),
              agent_id: z.string().nullish(),
              action_id: z.string().default(''),
              error: z.string().nullish(),
            }),
          )
          .max(MAX_EVENTS),
      }),
    },
    responses: {
      200: answer,
      400: z.union([answer, fleetServerError]),
      401: fleetServerError,
      403: fleetServerError,
      404: z.union([answer, fleetServerError]),
    },
  },
  async ({ path: { id = '' }, apiKey, body, now }) => {
    const agent = await authenticateAgent(apiKey, id, now);
    const { events } = body();
    const items = await acknowledge(
      agent,
      events.map(({ agent_id, action_id, error }) => ({
        agent_id: agent_id ?? undefined,
        action_id,
        error: error ?? undefined,
      })),
      now,
    );
    const worst = Math.max(200, ...items.map(({ status }) => status));
    return json(worst, { action: 'acks', ...(worst > 200 && { errors: true }), items });
  },
);
