import * as z from 'zod';
import { NotFound } from '../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { textOf } from '../../lib/http/media.ts';
import { headerText, stream } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { exportItems } from '../../lib/lists/export-items.ts';
import { findList } from '../../lib/lists/lists.ts';
import { nonEmptyString } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** All values of a list as text, one a line. The file has the list's name. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/lists/items/_export',
    summary: 'Export value list items',
    differs: 'An answer that does not fit 6 MB, compressed, is a 413.',
    xsrf: 'unless-cross-site',
    privileges: ['lists-read'],
    validation: zod3,
    errors: siem,
    request: { query: z.object({ list_id: nonEmptyString }) },
    responses: { 200: textOf('application/ndjson'), 404: siemError },
  },
  async ({ query: { list_id }, space }) => {
    const list = await findList(space, list_id);
    // Kibana itself says 400; its documentation says 404.
    if (list === undefined) throw new NotFound(`list_id: ${list_id} does not exist`);
    return stream(exportItems(list), {
      'content-type': 'application/ndjson',
      'content-disposition': `attachment; filename="${headerText(list.name)}"`,
    });
  },
);
