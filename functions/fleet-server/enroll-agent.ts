import * as z from 'zod';
import { enroll, enrolledView } from '../../lib/fleet/agents/enroll.ts';
import { fleetServerEndpoint } from '../../lib/http/fleet-server-endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { fleetServerError } from '../../lib/http/styles/fleet-server.ts';

const metadata = z.record(z.string(), z.unknown());

/** Makes an agent of who shows an enrollment key, and gives it a key of its own. */
export const handler = fleetServerEndpoint(
  {
    route: 'POST /api/fleet/agents/enroll',
    summary: 'Enroll an agent',
    differs: 'An agent has at most 40 tags, each of at most 1,024 bytes.',
    userAgent: 'required',
    malformed: 'unable to decode enroll request',
    request: {
      body: z.object({
        type: z.enum(['PERMANENT', 'EPHEMERAL', 'TEMPORARY'], { error: 'unknown enroll request type' }),
        id: z.string().nullish(),
        enrollment_id: z.string().nullish(),
        replace_token: z.string().nullish(),
        metadata: z.object({
          local: metadata.nullish(),
          user_provided: metadata.nullish(),
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
          user_provided_metadata: metadata,
          local_metadata: metadata,
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
  async ({ body, apiKey, agentVersion, now, newId }) => {
    const { local, user_provided, tags } = body.metadata;
    const request = {
      type: body.type,
      id: body.id ?? undefined,
      enrollment_id: body.enrollment_id ?? undefined,
      replace_token: body.replace_token ?? undefined,
      local: local ?? {},
      user_provided: user_provided ?? undefined,
      tags: tags ?? [],
      version: agentVersion,
    };
    const enrolled = await enroll(request, { apiKeyId: apiKey.id, now, newId });
    return ok(enrolledView(enrolled, request.user_provided));
  },
);
