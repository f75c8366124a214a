import * as z from 'zod';
import { bulkDeleteRules } from '../../lib/detections/bulk-delete-rules.ts';
import { uuid } from '../../lib/detections/rule-parts.ts';
import { rule } from '../../lib/detections/rule-types.ts';
import { deprecated } from '../../lib/http/deprecation.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

const useBulkAction = {
  warning:
    '299 Kibana "Deprecated endpoint: /api/detection_engine/rules/_bulk_delete API is deprecated since v8.2. Please use the /api/detection_engine/rules/_bulk_action API instead. See https://www.elastic.co/guide/en/security/master/rule-api-overview.html for more detail."',
};

const bulkError = z.object({
  id: z.string().optional(),
  rule_id: z.string().optional(),
  error: z.object({ status_code: z.number(), message: z.string() }),
});

/** Deletes detection rules by id or signature id. Every entry of the answer is a rule as it was, or what went wrong. */
export const handler = kibanaEndpoint(
  {
    route: ['DELETE /api/detection_engine/rules/_bulk_delete', 'POST /api/detection_engine/rules/_bulk_delete'],
    summary: 'Delete multiple detection rules',
    xsrf: 'unless-cross-site',
    privileges: ['securitySolution'],
    validation: zod3,
    errors: deprecated(siem, useBulkAction),
    request: { body: z.array(z.object({ id: uuid.optional(), rule_id: z.string().optional() })) },
    responses: { 200: z.array(z.union([rule, bulkError])), 500: siemError },
  },
  async ({ body, space, principal, now, newId }) =>
    ok(await bulkDeleteRules(body, { space, principal, now, newId }), useBulkAction),
);
