import * as z from 'zod';
import { problemsOfReference } from '../../lib/detections/rule-checks.ts';
import { uuid } from '../../lib/detections/rule-parts.ts';
import { rule } from '../../lib/detections/rule-types.ts';
import { getRule } from '../../lib/detections/rules.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { json, ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** One detection rule, by its id or its signature id. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/detection_engine/rules',
    summary: 'Retrieve a detection rule',
    privileges: ['securitySolution'],
    validation: zod3,
    errors: siem,
    request: { query: z.object({ id: uuid.optional(), rule_id: z.string().optional() }) },
    responses: { 200: rule, 400: siemError, 404: siemError },
  },
  async ({ query, space, now }) => {
    const message = problemsOfReference(query);
    if (message.length > 0) return json(400, { message, status_code: 400 });
    return ok(await getRule(space, query, now));
  },
);
