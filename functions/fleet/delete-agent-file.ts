import * as z from 'zod';
import { deleteFile } from '../../lib/fleet/files/agent-files.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Deletes a file that an agent has uploaded. Deleting it again is no error; a file that never was is a 400. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/fleet/agents/files/{fileId}',
    summary: 'Delete an uploaded file',
    privileges: ['fleet-agents-all'],
    validation: schema.configSchema,
    request: { path: z.strictObject({ fileId: z.string() }) },
    responses: { 200: z.object({ id: z.string(), deleted: z.literal(true) }), 400: coreError },
  },
  async ({ path: { fileId } }) => {
    await deleteFile(fileId);
    return ok({ id: fileId, deleted: true });
  },
);
