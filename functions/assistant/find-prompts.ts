import { findQuery, pageOf } from '../../lib/assistant/find.ts';
import { findPrompts, prompt, promptView } from '../../lib/assistant/prompts.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { core } from '../../lib/http/styles/core.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** A page of the prompts of a space, filtered by KQL. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/security_ai_assistant/prompts/_find',
    summary: 'Get prompts',
    privileges: ['elasticAssistant'],
    validation: zod3,
    errors: { ...siem, render: (error) => (error.status === 400 ? core : siem).render(error) },
    request: { query: findQuery(['created_at', 'is_default', 'name', 'updated_at']) },
    responses: { 200: pageOf(prompt), 500: siemError },
  },
  async ({ query, space, now }) => {
    const page = await findPrompts(space, query, now);
    return ok({ ...page, data: page.data.map(promptView) });
  },
);
