import * as z from 'zod';
import { NotFound, ServerError } from '../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { timeline } from '../../lib/timelines/timeline-fields.ts';
import { findTemplate, findTimeline, withChildren } from '../../lib/timelines/timelines.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** One timeline with its notes and pinned events, by its id, or a template by its own. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/timeline',
    summary: 'Get Timeline or Timeline template details',
    privileges: ['timeline_read'],
    validation: zod3,
    errors: siem,
    request: { query: z.object({ id: z.string().optional(), template_timeline_id: z.string().optional() }) },
    responses: { 200: timeline, 404: siemError, 500: siemError },
  },
  async ({ query: { id, template_timeline_id }, space, principal, now, newId }) => {
    if ((id === undefined) === (template_timeline_id === undefined)) {
      throw new ServerError('please provide id or template_timeline_id');
    }
    const found =
      id === undefined ? await findTemplate(space, template_timeline_id ?? '') : await findTimeline(space, id);
    if (found === undefined) throw new NotFound('Could not find timeline');
    return ok(await withChildren(found, { space, principal, now, newId }));
  },
);
