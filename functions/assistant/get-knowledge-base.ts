import * as z from 'zod';
import { knowledgeBaseStatus } from '../../lib/assistant/knowledge-base.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** What of the knowledge base of a space is set up, whatever resource is named. */
export const handler = kibanaEndpoint(
  {
    route: [
      'GET /api/security_ai_assistant/knowledge_base/{resource}',
      'GET /api/security_ai_assistant/knowledge_base',
    ],
    summary: 'Read a knowledge base',
    privileges: ['elasticAssistant'],
    validation: zod3,
    errors: siem,
    request: { path: z.object({ resource: z.string().optional() }) },
    responses: {
      200: z.strictObject({
        elser_exists: z.boolean(),
        is_setup_in_progress: z.boolean(),
        is_setup_available: z.boolean(),
        security_labs_exists: z.boolean(),
        user_data_exists: z.boolean(),
        product_documentation_status: z.enum(['uninstalled', 'installing', 'installed', 'error']),
      }),
    },
  },
  async ({ space }) => ok(await knowledgeBaseStatus(space)),
);
