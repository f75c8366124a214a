import { problemsOfNewRule } from '../../lib/detections/rule-checks.ts';
import { rule, ruleCreate } from '../../lib/detections/rule-types.ts';
import { createRule, requireFreeRuleId } from '../../lib/detections/rules.ts';
import { ensureEndpointList } from '../../lib/exceptions/endpoint-list.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { json, ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Creates a detection rule of any type. The endpoint exception list, which rules refer to, is created with the first. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/detection_engine/rules',
    summary: 'Create a detection rule',
    differs: 'The rule is kept. Nothing runs it, so it raises no alerts.',
    privileges: ['securitySolution'],
    validation: zod3,
    errors: siem,
    request: { body: ruleCreate },
    responses: { 200: rule, 400: siemError, 403: siemError, 409: siemError },
  },
  async ({ body, space, principal, now, newId }) => {
    const message = problemsOfNewRule(body);
    if (message.length > 0) return json(400, { message, status_code: 400 });
    const actor = { space, principal, now, newId };
    if (body.rule_id !== undefined) await requireFreeRuleId(space, body.rule_id);
    const created = await createRule(body, actor);
    await ensureEndpointList(actor);
    return ok(created);
  },
);
