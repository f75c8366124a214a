import { authenticateAgent } from '../../lib/fleet/agents/authenticate-agent.ts';
import { fileOfUpload, takeChunk } from '../../lib/fleet/files/uploads.ts';
import { badRequest } from '../../lib/fleet/fleet-server-errors.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import { fleetServerEndpoint } from '../../lib/http/fleet-server-endpoint.ts';
import { fleetServerError } from '../../lib/http/styles/fleet-server.ts';

const EMPTY: Answer = { statusCode: 200, headers: {} };

/** A chunk of a file: its bytes, with their hash in a header. Chunks may come in any order, and again. */
export const handler = fleetServerEndpoint(
  {
    route: 'PUT /api/fleet/uploads/{id}/{chunk}',
    summary: 'Upload a chunk',
    raw: true,
    responses: {
      200: undefined,
      400: fleetServerError,
      401: fleetServerError,
      403: fleetServerError,
    },
  },
  async ({ path: { id = '', chunk = '' }, bytes, header, apiKey, now }) => {
    const hash = header('x-chunk-sha2');
    if (hash === undefined || hash === '') throw badRequest('header X-Chunk-SHA2 is required');
    const file = await fileOfUpload(id);
    await authenticateAgent(apiKey, file.agent_id, now);
    const number = /^\d{1,9}$/.test(chunk) ? Number(chunk) : Number.NaN;
    await takeChunk(file, { number, hash, bytes: bytes() }, now);
    return { ...EMPTY };
  },
);
