import * as z from 'zod';
import { authenticateAgent } from '../../lib/fleet/agents/authenticate-agent.ts';
import { fileOfUpload, finishUpload } from '../../lib/fleet/files/uploads.ts';
import { refusedUpload } from '../../lib/fleet/fleet-server-errors.ts';
import { fleetServerEndpoint } from '../../lib/http/fleet-server-endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { fleetServerError } from '../../lib/http/styles/fleet-server.ts';

/** An agent has sent all chunks of a file. */
export const handler = fleetServerEndpoint(
  {
    route: 'POST /api/fleet/uploads/{id}',
    summary: 'Finish an upload',
    malformed: 'unable to decode upload complete request',
    request: { body: z.object({ transithash: z.object({ sha256: z.string().default('') }).default({ sha256: '' }) }) },
    responses: {
      200: z.object({ status: z.literal('ok') }),
      400: fleetServerError,
      401: fleetServerError,
      403: fleetServerError,
    },
  },
  async ({ path: { id = '' }, apiKey, body, now }) => {
    const file = await fileOfUpload(id);
    await authenticateAgent(apiKey, file.agent_id, now);
    const hash = body().transithash.sha256.trim();
    if (hash === '') throw refusedUpload('TransitHashRequired', 'Transit hash required');
    await finishUpload(file, hash);
    return ok({ status: 'ok' });
  },
);
