import { problemsOfChange, problemsOfReference } from '../../lib/detections/rule-checks.ts';
import { rule, rulePatch } from '../../lib/detections/rule-types.ts';
import { patchRule, UnfitPatch } from '../../lib/detections/rules.ts';
import { BadRequest } from '../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { json, ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Changes single fields of a detection rule; what the request does not name stays. The type of a rule never changes. */
export const handler = kibanaEndpoint(
  {
    route: 'PATCH /api/detection_engine/rules',
    summary: 'Patch a detection rule',
    differs: 'The rule is kept. Nothing runs it, so it raises no alerts.',
    privileges: ['securitySolution'],
    validation: zod3,
    errors: siem,
    request: { body: rulePatch },
    responses: { 200: rule, 400: siemError, 403: siemError, 404: siemError, 409: siemError },
  },
  async ({ body, space, principal, now, newId }) => {
    const message = [...problemsOfReference(body), ...problemsOfChange(body)];
    if (message.length > 0) return json(400, { message, status_code: 400 });
    try {
      return ok(await patchRule(body, { space, principal, now, newId }));
    } catch (error) {
      if (!(error instanceof UnfitPatch)) throw error;
      // Kibana tells these as the list of problems alone, without the name of the source.
      throw new BadRequest(zod3([{ source: 'body', issues: error.issues }]).replace('[request body]: ', ''), {
        cause: error,
      });
    }
  },
);
