import * as z from 'zod';
import { authenticateAgent } from '../../lib/fleet/agents/authenticate-agent.ts';
import { startUpload } from '../../lib/fleet/files/uploads.ts';
import { refusedUpload } from '../../lib/fleet/fleet-server-errors.ts';
import { fleetServerEndpoint } from '../../lib/http/fleet-server-endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { fleetServerError } from '../../lib/http/styles/fleet-server.ts';

/** An agent says which file it will upload. */
export const handler = fleetServerEndpoint(
  {
    route: 'POST /api/fleet/uploads',
    summary: 'Start an upload',
    malformed: 'unable to decode upload begin request',
    request: {
      body: z.looseObject({
        file: z
          .looseObject({
            // What they have to be is told one after the other, by names of Fleet Server's.
            name: z.unknown().optional().meta({ type: 'string' }),
            size: z.unknown().optional().meta({ type: 'integer', minimum: 1, description: 'Bytes' }),
            mime_type: z.unknown().optional().meta({ type: 'string' }),
          })
          .default({}),
        action_id: z.string().default(''),
        agent_id: z.string().default(''),
        src: z.string().default(''),
      }),
    },
    responses: {
      200: z.object({ upload_id: z.string(), chunk_size: z.number() }),
      400: fleetServerError,
      401: fleetServerError,
      403: fleetServerError,
      404: fleetServerError,
    },
  },
  async ({ apiKey, body, now, newId }) => {
    const upload = body();
    if (upload.agent_id === '') throw refusedUpload('ErrAgentIDMissing', 'required field agent_id is missing');
    await authenticateAgent(apiKey, upload.agent_id, now);
    return ok(await startUpload(upload, { now, newId }));
  },
);
