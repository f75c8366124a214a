import * as z from 'zod';
import { findRulePage, ruleSortFields } from '../../lib/detections/find-rules.ts';
import { rule } from '../../lib/detections/rule-types.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { json, ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { queryInteger } from '../../lib/validation/zod-types.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** A page of the space's detection rules, filtered by KQL. Rules always come whole, whatever `fields` asks for. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/detection_engine/rules/_find',
    summary: 'List all detection rules',
    privileges: ['securitySolution'],
    validation: zod3,
    errors: siem,
    request: {
      query: z.object({
        fields: z.union([z.string(), z.array(z.string())]).optional(),
        filter: z.string().optional(),
        sort_field: z.enum(ruleSortFields).optional(),
        sort_order: z.enum(['asc', 'desc']).optional(),
        page: queryInteger.min(1).default(1),
        per_page: queryInteger.min(0).default(20),
      }),
    },
    responses: {
      200: z.object({ page: z.number(), perPage: z.number(), total: z.number(), data: z.array(rule) }),
      400: siemError,
      500: siemError,
    },
  },
  async ({ query, space, now }) => {
    if ((query.sort_field === undefined) !== (query.sort_order === undefined)) {
      const message = ['when "sort_order" and "sort_field" must exist together or not at all'];
      return json(400, { message, status_code: 400 });
    }
    return ok(await findRulePage(space, query, now));
  },
);
