import * as z from 'zod';
import { enroll, enrolledView } from '../../lib/fleet/agents/enroll.ts';
import { authenticateEnrolment } from '../../lib/fleet/enrollment-keys.ts';
import { fleetServerEndpoint } from '../../lib/http/fleet-server-endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { fleetServerError } from '../../lib/http/styles/fleet-server.ts';

const anyObject = z.record(z.string(), z.unknown());

/** Makes an agent of who shows an enrollment key, and gives it a key of its own. */
export const handler = fleetServerEndpoint(
  {
    route: 'POST /api/fleet/agents/enroll',
    summary: 'Enroll an agent',
    differs: 'An agent has at most 40 tags, each of at most 1,024 bytes.',
    malformed: 'unable to decode enroll request',
    request: {
      body: z.object({
        type: z.enum(['PERMANENT', 'EPHEMERAL', 'TEMPORARY'], { error: 'unknown enroll request type' }),
        id: z.string().nullish(),
        enrollment_id: z.string().nullish(),
        replace_token: z.string().nullish(),
        metadata: z.object({
          local: anyObject.nullish(),
          user_provided: anyObject.nullish(),
          tags: z.array(z.string()).nullish(),
        }),
      }),
    },
    responses: {
      200: z.object({
        action: z.literal('created'),
        item: z.object({
          id: z.string(),
          active: z.literal(true),
          policy_id: z.string(),
          type: z.string(),
          enrolled_at: z.string(),
          user_provided_metadata: anyObject,
          local_metadata: anyObject,
          access_api_key_id: z.string(),
          access_api_key: z.string(),
          status: z.literal('online'),
          tags: z.array(z.string()),
        }),
      }),
      400: fleetServerError,
      401: fleetServerError,
      403: fleetServerError,
      404: fleetServerError,
    },
  },
  async ({ apiKey, agentVersion, body, now, newId }) => {
    const version = agentVersion();
    const ticket = await authenticateEnrolment(apiKey);
    const { type, id, enrollment_id, replace_token, metadata } = body();
    const { local, user_provided, tags } = metadata;
    const request = {
      type,
      id: id ?? undefined,
      enrollment_id: enrollment_id ?? undefined,
      replace_token: replace_token ?? undefined,
      local: local ?? {},
      user_provided: user_provided ?? undefined,
      tags: tags ?? [],
      version,
    };
    const enrolled = await enroll(request, { ticket, now, newId });
    return ok(enrolledView(enrolled, request.user_provided));
  },
);
