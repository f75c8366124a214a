import * as z from 'zod';
import { setUpKnowledgeBase } from '../../lib/assistant/knowledge-base.ts';
import { NotFound } from '../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { core, coreError } from '../../lib/http/styles/core.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Sets up the knowledge base of a space, whatever resource is named. */
export const handler = kibanaEndpoint(
  {
    route: [
      'POST /api/security_ai_assistant/knowledge_base/{resource}',
      'POST /api/security_ai_assistant/knowledge_base',
    ],
    summary: 'Create a knowledge base',
    privileges: ['elasticAssistant'],
    xsrf: 'unless-cross-site',
    validation: zod3,
    errors: { ...siem, render: (error) => (error.status === 404 ? core : siem).render(error) },
    request: {
      path: z.object({ resource: z.string().optional() }),
      query: z.object({
        modelId: z.string().optional(),
        ignoreSecurityLabs: z.union([z.enum(['true', 'false']), z.boolean()]).default(false),
      }),
    },
    responses: { 200: z.strictObject({ success: z.boolean() }), 404: coreError, 500: siemError },
  },
  async ({ path: { resource }, query, space, principal }) => {
    // The path of another operation, which creates an entry; it must not be taken for a resource.
    if (resource === 'entries') throw new NotFound('Not Found');
    await setUpKnowledgeBase(space, { ignoreSecurityLabs: String(query.ignoreSecurityLabs) === 'true', principal });
    return ok({ success: true });
  },
);
