import * as z from 'zod';
import { requireFewItems } from '../../lib/assistant/bulk.ts';
import { bulkAnswer, bulkSchemas } from '../../lib/assistant/bulk-answer.ts';
import { changePrompts, prompt, promptTypes, promptView } from '../../lib/assistant/prompts.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { json, ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

const names = { count: 'prompts_count', items: 'prompts' };
const { success, failure } = bulkSchemas(names, prompt);
const changeable = {
  color: z.string().optional(),
  categories: z.array(z.string()).optional(),
  isNewConversationDefault: z.boolean().optional(),
  isDefault: z.boolean().optional(),
  consumer: z.string().optional(),
};

/** Creates, changes and deletes prompts of the caller; others are left out in silence. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/security_ai_assistant/prompts/_bulk_action',
    summary: 'Apply a bulk action to prompts',
    privileges: ['elasticAssistant'],
    validation: zod3,
    errors: siem,
    request: {
      body: z.object({
        // Kibana reads `query` and ignores it.
        delete: z.object({ query: z.string().optional(), ids: z.array(z.string()).min(1).optional() }).optional(),
        create: z
          .array(z.object({ name: z.string(), promptType: z.enum(promptTypes), content: z.string(), ...changeable }))
          .optional(),
        update: z.array(z.object({ id: z.string(), content: z.string().optional(), ...changeable })).optional(),
      }),
    },
    responses: { 200: success, 400: siemError, 409: siemError, 500: z.union([failure, siemError]) },
  },
  async ({ body, space, principal, now }) => {
    requireFewItems(body.create, body.update, body.delete?.ids);
    const outcome = await changePrompts(space, body, { principal, now });
    const { status, body: answer } = bulkAnswer(outcome, names, promptView);
    return status === 200 ? ok(answer) : json(status, answer, { 'content-type': 'application/json' });
  },
);
