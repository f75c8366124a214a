import * as z from 'zod';
import {
  anonymizationField,
  anonymizationFieldView,
  changeAnonymizationFields,
} from '../../lib/assistant/anonymization-fields.ts';
import { requireFewItems } from '../../lib/assistant/bulk.ts';
import { bulkAnswer, bulkSchemas } from '../../lib/assistant/bulk-answer.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { json, ok } from '../../lib/http/response.ts';
import { core } from '../../lib/http/styles/core.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

const names = { count: 'anonymization_fields_count', items: 'anonymization_fields' };
const { success, failure } = bulkSchemas(names, anonymizationField);
const flags = { allowed: z.boolean().optional(), anonymized: z.boolean().optional() };

/** Creates, changes and deletes anonymization fields; one that fails does not keep the others from being done. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/security_ai_assistant/anonymization_fields/_bulk_action',
    summary: 'Apply a bulk action to anonymization fields',
    description:
      'Creates, updates and deletes up to 100 fields. `delete.query` (KQL) deletes what it matches. If any item fails, the answer is a 500 that still tells what was done.',
    privileges: ['securitySolution-updateAIAssistantAnonymization'],
    xsrf: 'unless-cross-site',
    validation: zod3,
    errors: { ...siem, render: (error) => (error.status === 400 ? core : siem).render(error) },
    request: {
      body: z.object({
        delete: z.object({ query: z.string().optional(), ids: z.array(z.string()).min(1).optional() }).optional(),
        create: z.array(z.object({ field: z.string(), ...flags })).optional(),
        update: z.array(z.object({ id: z.string(), ...flags })).optional(),
      }),
    },
    responses: { 200: success, 409: siemError, 500: z.union([failure, siemError]) },
  },
  async ({ body, space, principal: { username }, now }) => {
    requireFewItems(body.create, body.update, body.delete?.ids);
    const outcome = await changeAnonymizationFields(space, body, { username, now });
    const { status, body: answer } = bulkAnswer(outcome, names, anonymizationFieldView);
    return status === 200 ? ok(answer) : json(status, answer, { 'content-type': 'application/json' });
  },
);
