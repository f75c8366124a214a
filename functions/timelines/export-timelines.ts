import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { textOf } from '../../lib/http/media.ts';
import { headerText, json, stream } from '../../lib/http/response.ts';
import { siem } from '../../lib/http/styles/siem.ts';
import { exportTimelines, MAX_EXPORTED } from '../../lib/timelines/export-timelines.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

const NDJSON = 'application/ndjson';

/** Timelines as NDJSON. Without ids nothing is exported. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/timeline/_export',
    summary: 'Export Timelines',
    differs: 'An answer that does not fit 6 MB, compressed, is a 413.',
    xsrf: 'unless-cross-site',
    privileges: ['timeline_read'],
    validation: zod3,
    errors: siem,
    request: {
      query: z.object({ file_name: z.string() }),
      body: z.object({ ids: z.array(z.string()).nullish() }),
    },
    responses: { 200: textOf(NDJSON), 400: textOf(NDJSON) },
  },
  ({ query: { file_name }, body: { ids }, space }) => {
    const wanted = ids ?? [];
    if (wanted.length > MAX_EXPORTED) {
      // The documents have this shape, and this type, for this refusal alone.
      const refusal = { body: `Can't export more than ${MAX_EXPORTED} timelines`, statusCode: 400 };
      return json(400, refusal, { 'content-type': NDJSON });
    }
    return stream(exportTimelines(space, wanted), {
      'content-type': NDJSON,
      'content-disposition': `attachment; filename="${headerText(file_name)}"`,
    });
  },
);
