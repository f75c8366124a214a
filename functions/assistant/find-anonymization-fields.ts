import {
  anonymizationField,
  anonymizationFieldView,
  findAnonymizationFields,
} from '../../lib/assistant/anonymization-fields.ts';
import { findQuery, pageOf } from '../../lib/assistant/find.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** A page of the anonymization fields of a space, filtered by KQL. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/security_ai_assistant/anonymization_fields/_find',
    summary: 'Get anonymization fields',
    privileges: ['elasticAssistant'],
    validation: zod3,
    errors: siem,
    request: { query: findQuery(['created_at', 'anonymized', 'allowed', 'field', 'updated_at']) },
    responses: { 200: pageOf(anonymizationField), 400: siemError, 500: siemError },
  },
  async ({ query, space, now }) => {
    const page = await findAnonymizationFields(space, query, now);
    return ok({ ...page, data: page.data.map(anonymizationFieldView) });
  },
);
