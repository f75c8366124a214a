import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { textOf } from '../../lib/http/media.ts';
import { stream } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { exportObjects } from '../../lib/saved-objects/export-objects.ts';
import { MAX_OBJECTS } from '../../lib/saved-objects/import-file.ts';
import { none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

const objectReference = schema.object({ type: z.string(), id: z.string() });

/** A file of saved objects, one a line, that `_import` takes. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/saved_objects/_export',
    summary: 'Export saved objects',
    differs: 'An answer that does not fit 6 MB, compressed, is a 413.',
    privileges: none,
    versioning: 'unversioned',
    validation: schema.configSchema,
    request: {
      body: schema.object({
        type: z.union([z.string(), schema.array(z.string())]).optional(),
        hasReference: z.union([objectReference, schema.array(objectReference)]).optional(),
        objects: schema.array(objectReference, { max: MAX_OBJECTS }).optional(),
        search: z.string().optional(),
        includeReferencesDeep: schema.boolean().default(false),
        excludeExportDetails: schema.boolean().default(false),
      }),
    },
    responses: { 200: textOf('application/ndjson'), 403: coreError },
  },
  async ({ body, principal, space }) => {
    const { type, hasReference, objects, search, includeReferencesDeep, excludeExportDetails } = body;
    const request = {
      types: type === undefined ? undefined : [type].flat(),
      hasReference: hasReference === undefined ? undefined : [hasReference].flat(),
      objects,
      search,
      includeReferencesDeep,
      excludeExportDetails,
    };
    const lines = await exportObjects(request, { principal, space });
    return stream(asText(lines), {
      'content-disposition': 'attachment; filename="export.ndjson"',
      'content-type': 'application/ndjson',
    });
  },
);

/** The lines as they are sent: separated, not ended, by line feeds. */
async function* asText(lines: readonly string[]): AsyncGenerator<string> {
  for (const [index, line] of lines.entries()) yield index === 0 ? line : `\n${line}`;
}
